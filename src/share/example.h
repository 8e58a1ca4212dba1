#pragma once
/// For tests: an installation with an authority made anew.

#include <algorithm>

#include "pki/example.h"
#include "share/bundle.h"

namespace rhumb::share {

/// A root as no one would name it, to see what quotes are good for.
inline pki::Certificate odd_root() {
    const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
    return *pki::issue_self_signed({.usage = pki::Usage::root,
                                    .common_name = "A \"b\" 'c' $(d) `e` %f% & <g> (é)",
                                    .names = {},
                                    .now = pki::example_now,
                                    .lifetime = std::chrono::days{3650},
                                    .constraints = {}},
                                   key);
}

inline Installation example_installation() {
    return {{pki::ExampleAuthority{}.root}, "https://gis.test:8443/"};
}

/// While one root takes the place of another.
inline Installation changing_installation() {
    return {{pki::ExampleAuthority{}.root, odd_root()}, "https://gis.test:8443/"};
}

inline const File& file_of(const Bundle& bundle, std::string_view name) {
    const auto found = std::ranges::find(bundle.files, name, &File::name);
    return bundle.files.at(static_cast<std::size_t>(found - bundle.files.begin()));
}

}  // namespace rhumb::share
