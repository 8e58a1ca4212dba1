#pragma once
/// Bundles: what is handed to other machines so that they trust this installation's root. Pure:
/// roots in, files out. Only roots, never a leaf, never a key.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/certificate.h"
#include "share/platform.h"

namespace rhumb::share {

/// Whose roots they are.
struct Installation {
    /// The one that signs; while another takes its place, that one after it.
    std::vector<pki::Certificate> roots;
    std::string url{};  ///< "https://gis.example.org:8443/": a page to try; "" when none is known
};

/// What a file is for, which decides how a page offers it.
enum class Role {
    certificate,  ///< the root itself, in the form that the platform opens
    profile,      ///< what the platform opens and installs by itself
    script,       ///< a program to run
    settings,     ///< what another program reads: policies, a trust store
    readme,
};

struct File {
    std::string name;  ///< without a folder: "rhumb-3ac2e2938e4cbe19.cer"
    std::string bytes;
    std::string media_type;  ///< "application/x-x509-ca-cert"
    Role role = Role::settings;
    bool is_program = false;  ///< to be made executable where there is such a thing
};

struct Bundle {
    Platform platform;
    std::vector<File> files;  ///< the readme last
};

/// The password of the trust store for Java: the one that all of Java's have. It keeps nothing
/// secret, for nothing in it is.
inline constexpr std::string_view java_password = "changeit";

/// `invalid`: there is no root, or one of them is none (a leaf, or signed by another).
Result<Bundle> make_bundle(Platform platform, const Installation& installation);

/// "rhumb-" and the first 16 digits of its SHA-256: the same name that `rhumb trust install` gives
/// a root, so that each finds what the other has installed.
std::string file_stem(const pki::Certificate& root);

/// Letters, digits and a few signs of `text`, all else as "?": safe inside the quotes of any
/// script and on any screen.
std::string to_plain(std::string_view text);

}  // namespace rhumb::share
