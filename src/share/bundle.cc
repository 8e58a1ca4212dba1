#include "share/bundle.h"

#include <algorithm>

#include "base/text.h"
#include "share/making.h"

namespace rhumb::share {

namespace {

Result<void> check(const std::vector<pki::Certificate>& roots) {
    if (roots.empty())
        return fail(ErrorKind::invalid,
                    "making a bundle for other machines: there is no root to put in");
    for (const auto& root : roots) {
        if (root.is_ca() && root.is_self_signed()) continue;
        return fail(
            ErrorKind::invalid,
            "making a bundle for other machines: «{}» is no root: what other machines trust "
            "is the self-signed certificate of an authority, never one that it has signed",
            root.common_name().empty() ? root.subject() : root.common_name());
    }
    return {};
}

bool is_plain(char c, std::string_view signs) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           signs.find(c) != std::string_view::npos;
}

std::string plain(std::string_view text, std::string_view signs) {
    std::string made;
    for (const char c : text) made += is_plain(c, signs) ? c : '?';
    return made;
}

}  // namespace

std::string file_stem(const pki::Certificate& root) {
    return "rhumb-" + text::to_hex(root.fingerprint_sha256()).substr(0, 16);
}

std::string to_plain(std::string_view text) { return plain(text, " ._-"); }

std::vector<std::string> limits_of(const pki::Certificate& root) {
    std::vector<std::string> limits;
    if (const auto constraints = root.name_constraints()) {
        limits = constraints->domains;
        for (const auto& range : constraints->ranges) limits.push_back(range.text());
    }
    return limits;
}

std::string to_thumbprint(std::string_view digest) {
    std::string made;
    for (const char c : pki::to_colon_hex(digest)) {
        if (c == ':') continue;
        if (made.size() % 9 == 8) made += ' ';
        made += c;
    }
    return made;
}

namespace {

/// Lines of at most 100 signs, each behind four blanks.
std::string in_lines(const std::vector<std::string>& words) {
    std::string lines;
    std::string line;
    for (const auto& word : words) {
        if (!line.empty() && line.size() + word.size() > 100) {
            lines += "    " + line + "\n";
            line.clear();
        }
        line += (line.empty() ? "" : " ") + plain(word, "._-:/*");
    }
    return lines + "    " + line + "\n";
}

}  // namespace

Making::Making(const Installation& installation) {
    url = installation.url.empty() ? "this installation of Rhumb"
                                   : plain(installation.url, "._-:/[]");
    for (const auto& root : installation.roots)
        roots.push_back({root, file_stem(root), to_plain(root.common_name()), root.to_der(),
                         root.to_pem(), pki::to_colon_hex(root.fingerprint_sha256()),
                         pki::to_colon_hex(root.fingerprint_sha1()), limits_of(root)});
}

std::vector<File> Making::certificates(std::string_view ending, bool is_der) const {
    std::vector<File> files;
    files.reserve(roots.size());
    for (const auto& root : roots)
        files.push_back({.name = root.stem + std::string{ending},
                         .bytes = is_der ? root.der : root.pem,
                         .media_type = std::string{certificate_type},
                         .role = Role::certificate});
    return files;
}

std::string Making::names(std::string_view ending) const {
    std::string all;
    for (const auto& root : roots) {
        if (!all.empty()) all += ", ";
        all += root.stem + std::string{ending};
    }
    return all;
}

File Making::readme(std::string_view name, bool is_dos) const {
    std::string prints;
    for (const auto& root : roots) {
        const auto limits =
            root.limits.empty() ? std::string{"    any name\n"} : in_lines(root.limits);
        prints += fmt::format("    {}\n    SHA-256  {}\n    SHA-1    {}\nIt can vouch for\n{}\n",
                              root.name, root.sha256, root.sha1, limits);
    }
    auto text = fill("head.txt", {{"URL", url}, {"FINGERPRINTS", prints}}) +
                fill(name, {{"URL", url},
                            {"CER", names(".cer")},
                            {"CRT", names(".crt")},
                            {"FIRST", roots.front().stem},
                            {"PASSWORD", std::string{java_password}}});
    return {.name = "README.txt",
            .bytes = is_dos ? to_dos(text) : std::move(text),
            .media_type = "text/plain; charset=utf-8",
            .role = Role::readme};
}

Result<Bundle> make_bundle(Platform platform, const Installation& installation) {
    TRY_DONE(check(installation.roots));
    const Making making{installation};
    const auto make = [&]() -> Result<std::vector<File>> {
        switch (platform) {
            case Platform::windows: return for_windows(making);
            case Platform::macos: return for_macos(making);
            case Platform::ios: return for_ios(making);
            case Platform::linux_system: return for_linux(making);
            case Platform::firefox: return for_firefox(making);
            case Platform::java: return for_java(making);
            case Platform::android: return for_android(making);
        }
        return fail(ErrorKind::internal, "there is no such platform");
    };
    TRY(auto files, make());
    return Bundle{platform, std::move(files)};
}

}  // namespace rhumb::share
