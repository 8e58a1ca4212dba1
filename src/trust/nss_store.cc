#include "trust/nss_store.h"

#include <algorithm>
#include <array>

#include <pwd.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/child.h"
#include "base/text.h"
#include "trust/firefox.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view needs_certutil =
    "the program certutil is missing; install the package libnss3-tools (nss-tools on Fedora, mozilla-nss-tools on SUSE, "
    "nss on Arch)";

/// One database, worked on by certutil.
class NssStore final : public ClientStore {
public:
    NssStore(std::string browser, fs::path directory, fs::path certutil, const Places& places)
        : browser_{std::move(browser)},
          directory_{std::move(directory)},
          certutil_{std::move(certutil)},
          home_{places.home},
          export_command_{places.export_command} {}

    std::string name() const override { return "nss"; }
    std::string location() const override {
        return fmt::format("{}, {}", browser_, directory_.string());
    }

    Result<bool> has(const pki::Certificate& root) const override {
        TRY(const auto nickname, find_nickname(root));
        if (nickname.empty()) return false;
        // Asks NSS itself: would it take this one as the root of a Web server's certificate, or as
        // that certificate itself?
        TRY(const auto verified, certutil({"-V", "-u", root.is_ca() ? "L" : "V", "-n", nickname}));
        return verified.is_success();
    }

    Result<void> install(const pki::Certificate& root) override {
        TRY(const auto known, find_nickname(root));
        if (!known.empty())
            return expect(certutil({"-M", "-t", trust_of(root), "-n", known}), "trusting the root");
        return expect(
            certutil({"-A", "-t", trust_of(root), "-n", nickname_of(root), "-a"}, root.to_pem()),
            "adding the root");
    }

    Result<void> remove(const pki::Certificate& root) override {
        TRY(const auto known, find_nickname(root));
        if (known.empty()) return {};
        return expect(certutil({"-D", "-n", known}), "removing the root");
    }

    std::string command(const pki::Certificate& root, bool is_install) const override {
        const auto tool = certutil_.empty() ? std::string{"certutil"} : certutil_.string();
        if (!is_install)
            return child::to_shell({tool, "-D", "-d", database(), "-n", nickname_of(root)});
        return fmt::format("{} | {}", export_command_,
                           child::to_shell({tool, "-A", "-d", database(), "-t", trust_of(root),
                                            "-n", nickname_of(root), "-a"}));
    }

private:
    std::string database() const { return "sql:" + directory_.string(); }

    /// An authority, or one server alone that vouches for itself.
    static std::string trust_of(const pki::Certificate& root) {
        return root.is_ca() ? "C,," : "P,,";
    }

    static std::string nickname_of(const pki::Certificate& root) {
        return fmt::format("{} {}", root.common_name(), unique_name(root));
    }

    Result<child::Finished> certutil(std::vector<std::string> arguments,
                                     std::string input = {}) const {
        arguments.insert(arguments.begin(), certutil_.string());
        arguments.insert(arguments.end(), {"-d", database()});
        return child::run({.arguments = std::move(arguments),
                           .environment = {"HOME=" + home_.string()},
                           .input = std::move(input),
                           .limit = std::chrono::seconds{30}});
    }

    Result<void> expect(Result<child::Finished> finished, std::string_view step) const;

    /// The name under which the database has this very certificate; "" when it has it not.
    Result<std::string> find_nickname(const pki::Certificate& root) const;
    Result<bool> holds(const std::string& nickname, const pki::Certificate& root) const;

    std::string browser_;
    fs::path directory_;
    fs::path certutil_;
    fs::path home_;
    std::string export_command_;
};

/// The nicknames in what `certutil -L` prints: each line ends with its trust attributes, "C,,".
std::vector<std::string> read_nicknames(std::string_view listing) {
    std::vector<std::string> nicknames;
    for (const auto raw : text::split(listing, '\n')) {
        const auto line = text::trim(raw);
        const auto blank = line.find_last_of(" \t");
        if (blank == std::string_view::npos) continue;
        const auto attributes = line.substr(blank + 1);
        const bool is_entry =
            std::ranges::count(attributes, ',') == 2 && attributes != "SSL,S/MIME,JAR/XPI";
        if (is_entry) nicknames.emplace_back(text::trim(line.substr(0, blank)));
    }
    return nicknames;
}

Result<void> NssStore::expect(Result<child::Finished> finished, std::string_view step) const {
    if (!finished) return tl::unexpected(std::move(finished).error());
    if (finished->is_success()) return {};
    const auto said = text::trim(finished->output);
    const bool wants_password = said.find("assword") != std::string_view::npos;
    return fail(
        wants_password ? ErrorKind::denied : ErrorKind::internal, "{} in {}: certutil says: {}{}",
        step, directory_.string(), said,
        wants_password
            ? "; the database has a password of its own: import the root in the browser's settings"
            : "");
}

Result<bool> NssStore::holds(const std::string& nickname, const pki::Certificate& root) const {
    TRY(const auto shown, certutil({"-L", "-n", nickname, "-a"}));
    if (!shown.is_success()) return false;
    const auto certificate = pki::Certificate::from_pem(shown.output);
    return certificate && *certificate == root;
}

Result<std::string> NssStore::find_nickname(const pki::Certificate& root) const {
    auto ours = nickname_of(root);
    TRY(const bool is_ours, holds(ours, root));
    if (is_ours) return ours;
    // Somebody may have imported it by hand under another name; NSS keeps one name for each
    // certificate.
    TRY(const auto listing, certutil({"-L"}));
    TRY_DONE(expect(listing, "listing the certificates"));
    for (const auto& nickname : read_nicknames(listing.output)) {
        TRY(const bool is_here, holds(nickname, root));
        if (is_here) return nickname;
    }
    return std::string{};
}

/// A place where a browser may have a database.
struct Candidate {
    std::string browser;
    fs::path directory;
};

fs::path data_home(const Places& places) {
    return places.data_home.value_or(places.home / ".local/share");
}

/// Chromium and its kin: the databases that are there.
std::vector<Candidate> find_chromium(const Places& places) {
    const std::array candidates{
        Candidate{"Chromium and Chrome", places.home / ".pki/nssdb"},
        // Chromium 146 and newer, unless the old one exists.
        Candidate{"Chromium and Chrome", data_home(places) / "pki/nssdb"},
        Candidate{"Chromium (snap)", places.home / "snap/chromium/current/.pki/nssdb"},
        Candidate{"Chromium (snap)", places.home / "snap/chromium/current/.local/share/pki/nssdb"},
        Candidate{"Chromium (flatpak)", places.home / ".var/app/org.chromium.Chromium/.pki/nssdb"},
        Candidate{"Chromium (flatpak)",
                  places.home / ".var/app/org.chromium.Chromium/data/pki/nssdb"},
        Candidate{"Chrome (flatpak)", places.home / ".var/app/com.google.Chrome/.pki/nssdb"},
        Candidate{"Chrome (flatpak)", places.home / ".var/app/com.google.Chrome/data/pki/nssdb"},
    };
    std::vector<Candidate> found;
    std::error_code ignored;
    for (const auto& candidate : candidates)
        if (fs::exists(candidate.directory / "cert9.db", ignored)) found.push_back(candidate);
    return found;
}

std::vector<Candidate> find_firefox(const Places& places) {
    const std::array bases{
        Candidate{"Firefox", places.home / ".mozilla/firefox"},
        Candidate{"Firefox",
                  places.config_home.value_or(places.home / ".config") / "mozilla/firefox"},
        Candidate{"Firefox (snap)", places.home / "snap/firefox/common/.mozilla/firefox"},
        Candidate{"Firefox (snap)", places.home / "snap/firefox/common/.config/mozilla/firefox"},
        Candidate{"Firefox (flatpak)",
                  places.home / ".var/app/org.mozilla.firefox/.mozilla/firefox"},
        Candidate{"Firefox (flatpak)",
                  places.home / ".var/app/org.mozilla.firefox/config/mozilla/firefox"},
    };
    std::vector<Candidate> found;
    for (const auto& base : bases)
        for (auto& profile : find_profiles(base.directory))
            found.push_back({base.browser, std::move(profile)});
    return found;
}

fs::path find_certutil(const fs::path& root) {
    for (const auto* const directory : {"usr/bin", "usr/local/bin", "bin"})
        if (auto path = root / directory / "certutil"; ::access(path.c_str(), X_OK) == 0)
            return path;
    return {};
}

/// The user to whom a path belongs, when that is not who runs this; "" otherwise. Files that
/// another user made in a profile would lock its owner out, so even the administrator leaves it
/// alone.
std::string other_owner(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || status.st_uid == ::geteuid()) return {};
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(status.st_uid, &entry, buffer.data(), buffer.size(), &found);
    return found != nullptr ? std::string{entry.pw_name} : fmt::format("#{}", status.st_uid);
}

Report skipped(std::string location, std::string detail, std::string command = {}) {
    return {"nss", std::move(location), Outcome::skipped, std::move(detail), std::move(command)};
}

/// An empty database without a password, as Chromium itself would make it.
Result<Candidate> create_database(const Places& places, const fs::path& certutil) {
    Candidate candidate{"Chromium and Chrome", places.home / ".pki/nssdb"};
    for (const auto& directory : {candidate.directory.parent_path(), candidate.directory})
        if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
            return fail(ErrorKind::internal, "making {}: {}", directory.string(),
                        std::generic_category().message(errno));
    TRY(const auto made, child::run({.arguments = {certutil.string(), "-N", "--empty-password",
                                                   "-d", "sql:" + candidate.directory.string()},
                                     .environment = {"HOME=" + places.home.string()},
                                     .input = {},
                                     .limit = std::chrono::seconds{30}}));
    if (!made.is_success())
        return fail(ErrorKind::internal, "making the database {}: certutil says: {}",
                    candidate.directory.string(), text::trim(made.output));
    return candidate;
}

void add_store(const Candidate& candidate, const fs::path& certutil, const Places& places,
               Found& found) {
    const auto owner = other_owner(candidate.directory / "cert9.db");
    if (owner.empty()) {
        found.stores.push_back(
            std::make_unique<NssStore>(candidate.browser, candidate.directory, certutil, places));
        return;
    }
    found.skipped.push_back(
        skipped(fmt::format("{}, {}", candidate.browser, candidate.directory.string()),
                fmt::format("it belongs to {}", owner),
                fmt::format("sudo -H -u {} rhumb trust install --store nss", owner)));
}

}  // namespace

void find_nss_stores(const Places& places, bool may_create, Found& found) {
    if (places.home.empty()) {
        found.skipped.push_back(skipped("browsers", "no home directory is known; set HOME"));
        return;
    }
    const auto certutil = find_certutil(places.root);
    auto candidates = find_chromium(places);
    const bool has_chromium = !candidates.empty();
    for (auto& candidate : find_firefox(places)) candidates.push_back(std::move(candidate));
    if (certutil.empty()) {
        if (!candidates.empty() || may_create)
            found.skipped.push_back(skipped("browsers", std::string{needs_certutil},
                                            "sudo apt-get install libnss3-tools"));
        return;
    }
    if (const auto owner = other_owner(places.home); !owner.empty()) {
        found.skipped.push_back(
            skipped(places.home.string(), fmt::format("this home belongs to {}", owner),
                    fmt::format("sudo -H -u {} rhumb trust install --store nss", owner)));
        return;
    }
    if (!has_chromium && may_create) {
        auto created = create_database(places, certutil);
        if (created)
            candidates.push_back(*std::move(created));
        else
            found.skipped.push_back(skipped("Chromium and Chrome", created.error().message));
    }
    for (const auto& candidate : candidates) add_store(candidate, certutil, places, found);
}

}  // namespace rhumb::trust
