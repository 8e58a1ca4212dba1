"""The floors: what check_layers.py lets pass and what it names."""

import check_layers
import pytest

LAYERS = """\
base:                 # words
net:   base
site:  base net

<asio/>:   net
"""


@pytest.fixture
def repository(tmp_path):
    """A repository that keeps to its floors."""
    for name, text in {
        "layers.txt": LAYERS,
        "base/result.h": "// What it is.\n#pragma once\n#include <string>\n",
        "net/stream.h": '#pragma once\n#include "base/result.h"\n',
        "net/stream.cc": '#include "net/stream.h"\n\n#include <asio/io_context.hpp>\n',
        "site/site.cc": '#include "net/stream.h"\n',
    }.items():
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def faults(repository):
    return check_layers.check(repository)[1]


def test_what_keeps_to_the_floors_passes(repository):
    assert check_layers.check(repository) == (3, [])


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("base/up.cc", '#include "net/stream.h"\n', "src/base/up.cc:1: base may not include net"),
        ("site/out.cc", "#include <asio/ip/tcp.hpp>\n", "src/site/out.cc:1: only net may include <asio/…>"),
        ("net/lost.cc", '\n  #  include "base/lost.h"\n', "src/net/lost.cc:2: there is no src/base/lost.h"),
        ("net/near.cc", '#include "stream.h"\n', "src/net/near.cc:1: there is no src/stream.h"),
        ("net/bare.h", "#include <string>\n", "src/net/bare.h: a header begins with #pragma once"),
        ("extra/new.cc", "\n", "src/extra: no such module"),
    ],
)
def test_a_fault_is_named_with_its_place(repository, file, text, fault):
    path = repository / "src" / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)

    assert len(faults(repository)) == 1
    assert faults(repository)[0].startswith(fault)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("low: site high", "low names high, which is not above it"),
        ("net: base", "net stands there twice"),
        ("<zlib.h>: nobody", "<zlib.h> names nobody, which is no module"),
    ],
)
def test_the_text_itself_is_checked(repository, line, fault):
    layers = repository / "src/layers.txt"
    layers.write_text(LAYERS + line + "\n")

    assert len(faults(repository)) == 1
    assert fault in faults(repository)[0]
