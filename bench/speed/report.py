"""The page: what was measured, beside nginx and beside the bar."""

import statistics

from . import measures

NAMES = ("Rhumb", "nginx", "Caddy")


def median(rounds):
    return statistics.median(rounds) if rounds else None


def figure(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def row(measure, rounds):
    values = {name: median(rounds.get(name)) for name in NAMES}
    ratio = median([ours / theirs for ours, theirs in zip(rounds["Rhumb"], rounds.get("nginx", []))])
    bar = "" if measure.bar is None else f"≤ {measure.bar}"
    verdict = "" if measure.bar is None or ratio is None else "yes" if ratio <= measure.bar else "**no**"
    cells = [f"{measure.title} ({measure.unit})", *(figure(values[name]) for name in NAMES),
             "–" if ratio is None else f"{ratio:.2f}", bar, verdict]
    return "| " + " | ".join(cells) + " |"


def throughput(results):
    cells = [figure(median(results.get("h1-10m", {}).get(name)) and 10.485760 / median(results["h1-10m"][name]) * 1e6) for name in NAMES]
    return "| 10 MiB file, kept HTTP/1.1 (MB for a second of processor time) | " + " | ".join(cells) + " | | | |"


def table(results):
    lines = ["| | " + " | ".join(NAMES) + " | Rhumb ÷ nginx | bar | met |", "|---|--:|--:|--:|--:|--:|:-:|"]
    for measure in measures.ALL:
        if measure.key in results:
            lines.append(row(measure, results[measure.key]))
        if measure.key == "h1-10m" and "h1-10m" in results:
            lines.append(throughput(results))
    return "\n".join(lines)


def floor_table(floors):
    lines = ["| µs | " + " | ".join(f"OpenSSL {one['version']}" for one in floors) + " |", "|---|" + "--:|" * len(floors)]
    for key, title in (("sign", "ECDSA P-256 signature"), ("exchange", "X25519 exchange"),
                       ("handshake", "both parts of a handshake: one signature, two X25519 (key made, secret derived)"),
                       ("10m", "AES-128-GCM of 10 MiB in records of 16 KiB")):
        lines.append(f"| {title} | " + " | ".join(figure(one[key]) for one in floors) + " |")
    return "\n".join(lines)


def reload_lines(counts):
    """What bench/reload found, as a list."""
    if not counts:
        return "Not measured yet (`bench/reload`)."
    lines = [f"- 8 kept connections of {name}: {one['requests']:,} requests, **{one['lost']} lost**." for name, one in counts["kept"].items()]
    for what, waits in (("change of the configuration", counts["waits"]), ("new certificate", counts.get("swaps"))):
        if waits:
            lines.append(f"- Each {what} was served to new connections after {waits[0]:.2f} to {waits[1]:.2f} s.")
    return "\n".join(lines)


def spread(results):
    """The widest distance between rounds, as a share of their median, of any server in any measure of processor time."""
    widest = (0.0, "", "")
    for measure in (one for one in measures.ALL if one.unit == "µs"):
        for name, rounds in results.get(measure.key, {}).items():
            widest = max(widest, ((max(rounds) - min(rounds)) / median(rounds), name, measure.title))
    return widest


def page(record):
    results = record["results"]
    share, name, title = spread(results)
    facts = record["facts"]
    return f"""\
# Performance

Rhumb beside nginx and Caddy: what a request, a handshake and an idle connection cost. `bench/run` writes this page; the bars
are those of the first voyage. Less is better, but for the line in MB.

{table(results)}

The floor, by `openssl speed` on the same core:

{floor_table(record.get("floors", []))}

## Changes under load

`bench/reload` changes the configuration 24 times, with a SIGHUP each, and as often swaps the certificate for another by
`rhumb cert import --replace`, while h2load asks over kept connections, none of which it opens anew.

{reload_lines(record.get("reload"))}

## The machine, the programs, the day

- {facts["machine"]}
- {facts["system"]}
- {"; ".join(facts["versions"])}
- Measured on {facts["date"]}, Rhumb at commit {facts["commit"]}.

## How it is measured

- Every server is held to one core (its worker, and whatever threads it has beside it), the load comes from the other. The
  same files, the same certificate (leaf and intermediate, ECDSA P-256), HTTP over TLS 1.3 with TLS_AES_128_GCM_SHA256 and X25519, no access log, no compression asked for.
- *µs* are processor time of the server (user and kernel, all of its threads, from `/proc/PID/task/*/schedstat`, which counts
  nanoseconds) around a fixed number of requests, divided by that number; not the time that a client waits. Wall-clock rates
  on two cores say more about the client than about the server.
- Three rounds; within each, the servers take turns, some times over. The table has the medians, and the median of the
  rounds' ratios (what else goes on in the machine touches both sides of a ratio). The widest spread of processor time between
  rounds was {share:.0%} ({name}, “{title}”).
- A handshake is the whole life of a connection without a request: accept, full handshake (no resumption), close. nginx and
  Caddy send their session tickets within it, Rhumb with its first answer; the line with one request has them on all sides.
  Files come over 8 kept connections (10 MiB: 2) from h2load, every answer checked to be a 200.
- Memory is the growth of resident memory with {measures.IDLE_CONNECTIONS:,} open connections, divided by their number. Start-up is the time
  from exec to the first answered request over TLS, with an empty data directory: Rhumb makes its authority in it.

## What to keep in mind

- nginx links Debian's OpenSSL, Rhumb its own ([why](decisions/0002-private-openssl.md)); a part of the distance in handshakes
  and large files is theirs, as the floor shows. Caddy has Go's own cryptography.
- nginx sends two tickets after a handshake (OpenSSL's default), Rhumb one, with the first bytes of an answer.
- A peer is configured as its own documentation advises: nginx with `sendfile`, `tcp_nopush` and `open_file_cache`.
- The load shares the machine, and on a virtual machine others do too. Ratios of one run mean more than the figures.

## Again

    bench/run                    # everything; some minutes
    bench/run h1-1k h2-1k        # some of it, into the same record
    bench/reload                 # the changes under load
    bench/access                 # what the gate costs a request: docs/security.md
    tokens_bench                 # what a look at a token costs (-DRHUMB_BENCH=ON): docs/tokens.md
    bench/run --help
"""
