#pragma once
/// For tests: a directory of their own, and reports that can be compared.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "pki/example.h"
#include "trust/install.h"

namespace rhumb::trust {

/// Made empty, removed at the end.
class ScratchDirectory {
public:
    ScratchDirectory() {
        std::string made = (std::filesystem::temp_directory_path() / "rhumb-trust-XXXXXX").string();
        path_ = mkdtemp(made.data());
    }
    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }

    /// Writes a file, with its directories.
    void write(const std::filesystem::path& relative, std::string_view text,
               bool is_program = false) const {
        const auto file = path_ / relative;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream{file} << text;
        if (is_program) std::filesystem::permissions(file, std::filesystem::perms{0755});
    }

private:
    std::filesystem::path path_;
};

/// A server's certificate that vouches for itself, good for ten years.
inline pki::Certificate self_signed(const std::vector<std::string>& names) {
    return *pki::issue_self_signed({.usage = pki::Usage::server,
                                    .common_name = "",
                                    .names = pki::example_names(names),
                                    .now = pki::example_now,
                                    .lifetime = std::chrono::days{3650},
                                    .constraints = {},
                                    .is_for_old_clients = true},
                                   *pki::Key::generate(pki::KeyType::ec_p256));
}

inline std::vector<Outcome> outcomes(const std::vector<Report>& reports) {
    std::vector<Outcome> all;
    for (const auto& report : reports) all.push_back(report.outcome);
    return all;
}

/// For messages of failed tests.
inline std::string told(const std::vector<Report>& reports) {
    std::string all;
    for (const auto& r : reports)
        all += fmt::format("{} ({}): {} {} [{}]\n", r.store.kind, r.store.location,
                           to_text(r.outcome), r.detail, r.command);
    return all;
}

}  // namespace rhumb::trust
