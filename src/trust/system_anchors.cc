#include "trust/system_anchors.h"

#include <algorithm>
#include <array>

#include "base/child.h"
#include "base/files.h"
#include "pki/bag.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t anchor_size_max = 64U << 10U;
constexpr std::size_t files_max = 2000;

/// Links are followed, as the tools do; what cannot be read is passed over.
std::vector<fs::path> files_below(const fs::path& directory) {
    std::vector<fs::path> files;
    std::error_code error;
    constexpr auto options = fs::directory_options::skip_permission_denied;
    for (auto at = fs::recursive_directory_iterator{directory, options, error};
         !error && at != fs::recursive_directory_iterator{} && files.size() < files_max;
         at.increment(error)) {
        std::error_code ignored;
        if (fs::is_regular_file(at->path(), ignored)) files.push_back(at->path());
    }
    std::ranges::sort(files);
    return files;
}

/// The certificates of a small file; none when it is something else.
std::vector<pki::Certificate> certificates_in(const fs::path& file) {
    const auto bytes = read_file(file, anchor_size_max);
    if (!bytes) return {};
    auto bag = pki::read_bag(*bytes);
    return bag ? std::move(bag->certificates) : std::vector<pki::Certificate>{};
}

bool is_pem(const fs::path& file) {
    const auto bytes = read_file(file, anchor_size_max);
    return bytes && bytes->find("-----BEGIN") != std::string::npos;
}

/// Endings that people give to certificates.
bool looks_like_certificate(const fs::path& file) {
    constexpr std::array endings{".pem", ".cer", ".der", ".crt", ".CRT", ".PEM", ".CER"};
    return std::ranges::find(endings, file.extension().string()) != endings.end();
}

}  // namespace

std::vector<fs::path> find_anchor_files(const fs::path& directory, const pki::Certificate& root) {
    std::vector<fs::path> found;
    for (auto& file : files_below(directory)) {
        const auto certificates = certificates_in(file);
        if (certificates.size() == 1 && certificates.front() == root)
            found.push_back(std::move(file));
    }
    return found;
}

std::vector<Stray> find_strays(const fs::path& directory) {
    std::vector<Stray> strays;
    for (const auto& file : files_below(directory)) {
        if (!looks_like_certificate(file) || certificates_in(file).empty()) continue;
        auto better = file;
        better.replace_extension(".crt");
        if (!is_pem(file)) {
            better = better.parent_path() / (better.stem().string() + "-pem.crt");
            strays.push_back({file,
                              "the system passes this file over: it is DER, and only PEM is read",
                              fmt::format("sudo openssl x509 -inform der -in {0} -out {1} && sudo "
                                          "rm {0}",
                                          child::to_shell({file.string()}),
                                          child::to_shell({better.string()}))});
        } else if (file.extension() != ".crt") {
            strays.push_back(
                {file, "the system passes this file over: only names that end in .crt are read",
                 "sudo " + child::to_shell({"mv", file.string(), better.string()})});
        }
    }
    return strays;
}

}  // namespace rhumb::trust
