#include "trust/nss_store.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <pwd.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/text.h"
#include "trust/certutil.h"
#include "trust/nss_places.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

About about_database(const NssDatabase& database) {
    return {.kind = "nss",
            .level = Level::user,
            .location = fmt::format("{}, {}", database.browser, database.directory.string())};
}

/// An authority, or one server alone that vouches for itself. Of the latter Chromium wants P, a
/// trusted peer; Firefox knows no peers, and wants C. That makes no authority of it: its own basic
/// constraints say that it is none.
std::string_view attributes_of(const pki::Certificate& root) {
    return root.is_ca() ? "C,," : "CP,,";
}

std::string nickname_of(const pki::Certificate& root) {
    if (root.common_name().empty()) return unique_name(root);
    return fmt::format("{} {}", root.common_name(), unique_name(root));
}

/// True for nicknames that nickname_of() makes.
bool is_of_rhumb(std::string_view nickname) {
    constexpr std::string_view lead = "rhumb-";
    constexpr std::size_t digits = 16;
    if (nickname.size() < lead.size() + digits) return false;
    const auto last = nickname.substr(nickname.size() - lead.size() - digits);
    return last.starts_with(lead) &&
           last.substr(lead.size()).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// One database, worked on by certutil.
class NssStore final : public ClientStore {
public:
    NssStore(NssDatabase database, const Places& places)
        : certutil_{std::move(database), places}, export_command_{places.export_command} {}

    About about() const override { return about_database(certutil_.database()); }

    Result<bool> has(const pki::Certificate& root) const override {
        TRY(const auto nickname, find_nickname(root));
        if (nickname.empty()) return false;
        TRY(const bool is_accepted, certutil_.is_accepted(nickname, root.is_ca()));
        if (!is_accepted || root.is_ca()) return is_accepted;
        return is_for_all_browsers(nickname);
    }

    Result<std::vector<pki::Certificate>> roots() const override;

    Result<void> install(const pki::Certificate& root) override {
        TRY(const auto known, find_nickname(root));
        if (!known.empty()) return certutil_.set_attributes(known, attributes_of(root));
        return certutil_.add(nickname_of(root), attributes_of(root), root);
    }

    Result<void> remove(const pki::Certificate& root) override {
        TRY(const auto known, find_nickname(root));
        if (known.empty()) return {};
        return certutil_.remove(known);
    }

    std::string command(const pki::Certificate& root, bool is_install) const override {
        if (!is_install) return certutil_.to_shell({"-D", "-n", nickname_of(root)});
        return fmt::format("{} | {}", export_command_,
                           certutil_.to_shell({"-A", "-t", std::string{attributes_of(root)}, "-n",
                                               nickname_of(root), "-a"}));
    }

private:
    /// The name under which the database has this very certificate; "" when it has it not.
    Result<std::string> find_nickname(const pki::Certificate& root) const;
    /// certutil accepts a server's own certificate by P alone, Firefox does not.
    Result<bool> is_for_all_browsers(const std::string& nickname) const;

    Certutil certutil_;
    std::string export_command_;
};

Result<std::string> NssStore::find_nickname(const pki::Certificate& root) const {
    const auto ours = nickname_of(root);
    TRY(auto entries, certutil_.list());
    std::ranges::stable_partition(entries,
                                  [&](const NssEntry& entry) { return entry.nickname == ours; });
    // Under one name NSS shows all certificates of the same subject (two installations of Rhumb on
    // machines of the same name, say), so what it shows does not tell which of them has this name.
    // Our names do.
    std::vector<std::string> others;
    for (const auto& entry : entries) {
        if (entry.nickname != ours && is_of_rhumb(entry.nickname)) continue;
        TRY(const auto certificates, certutil_.certificates(entry.nickname));
        if (std::ranges::find(certificates, root) == certificates.end()) continue;
        if (entry.nickname == ours) return ours;
        // Somebody imported it by hand; NSS keeps one name for each certificate.
        others.push_back(entry.nickname);
    }
    if (others.size() > 1)
        return fail(ErrorKind::conflict,
                    "{} has several certificates of the subject «{}», «{}» and «{}» among them, "
                    "and does not tell them apart; take out the one that is not wanted in the "
                    "browser's settings",
                    certutil_.database().directory.string(), root.subject(), others[0], others[1]);
    return others.empty() ? std::string{} : others.front();
}

Result<bool> NssStore::is_for_all_browsers(const std::string& nickname) const {
    TRY(const auto entries, certutil_.list());
    return std::ranges::any_of(entries, [&](const NssEntry& entry) {
        return entry.nickname == nickname && entry.attributes.starts_with('C');
    });
}

Result<std::vector<pki::Certificate>> NssStore::roots() const {
    std::vector<pki::Certificate> all;
    TRY(const auto entries, certutil_.list());
    for (const auto& entry : entries) {
        if (!entry.is_for_servers()) continue;
        TRY(auto certificates, certutil_.certificates(entry.nickname));
        for (auto& certificate : certificates) {
            const bool is_named =
                !is_of_rhumb(entry.nickname) || entry.nickname.ends_with(unique_name(certificate));
            if (is_named && certificate.is_self_signed() &&
                std::ranges::find(all, certificate) == all.end())
                all.push_back(std::move(certificate));
        }
    }
    return all;
}

/// One that cannot be worked on as whoever runs this: it only tells why, and what to type.
class OthersStore final : public ClientStore {
public:
    OthersStore(About about, std::string owner, Places places)
        : about_{std::move(about)}, owner_{std::move(owner)}, places_{std::move(places)} {}

    About about() const override { return about_; }
    Result<bool> has(const pki::Certificate& /*root*/) const override { return refusal(); }
    Result<std::vector<pki::Certificate>> roots() const override { return refusal(); }
    Result<void> install(const pki::Certificate& /*root*/) override { return refusal(); }
    Result<void> remove(const pki::Certificate& /*root*/) override { return refusal(); }
    std::string command(const pki::Certificate& /*root*/, bool is_install) const override {
        return fmt::format("{} | sudo -H -u {} {} trust {} --store nss -", places_.export_command,
                           owner_, places_.program, is_install ? "install" : "uninstall");
    }

private:
    tl::unexpected<Error> refusal() const {
        return fail(ErrorKind::denied, "it belongs to {}", owner_);
    }

    About about_;
    std::string owner_;
    Places places_;
};

/// The user to whom a path belongs, when that is not who works on it; "" otherwise. Files that
/// another user made in a profile would lock its owner out, so even the administrator leaves it
/// alone.
std::string other_owner(const Places& places, const fs::path& path) {
    const auto worker = places.user ? places.user->uid : ::geteuid();
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || status.st_uid == worker) return {};
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(status.st_uid, &entry, buffer.data(), buffer.size(), &found);
    return found != nullptr ? std::string{entry.pw_name} : fmt::format("#{}", status.st_uid);
}

Report skipped(std::string location, std::string detail, std::string command = {}) {
    return {.store = {"nss", Level::user, std::move(location)},
            .outcome = Outcome::skipped,
            .detail = std::move(detail),
            .command = std::move(command)};
}

void add_store(NssDatabase database, const Places& places, Found& found) {
    const auto file = database.directory / (database.is_old ? "cert8.db" : "cert9.db");
    auto owner = other_owner(places, file);
    if (owner.empty())
        found.stores.push_back(std::make_unique<NssStore>(std::move(database), places));
    else
        found.stores.push_back(
            std::make_unique<OthersStore>(about_database(database), std::move(owner), places));
}

/// Makes the database that Chromium reads, and adds it.
void add_new_store(const Places& places, Found& found) {
    auto database = new_chromium_database(places);
    const auto created = Certutil{database, places}.create();
    if (created)
        add_store(std::move(database), places, found);
    else
        found.skipped.push_back(skipped(database.browser, created.error().message));
}

}  // namespace

void find_nss_stores(const Places& places, bool may_create, Found& found) {
    if (places.home.empty()) {
        found.skipped.push_back(skipped("browsers", "no home directory is known; set HOME"));
        return;
    }
    auto databases = find_chromium_databases(places);
    const bool has_chromium = !databases.empty();
    std::ranges::move(find_firefox_databases(places), std::back_inserter(databases));
    if (Certutil{new_chromium_database(places), places}.is_missing()) {
        if (!databases.empty() || may_create)
            found.skipped.push_back(skipped("browsers", std::string{needs_certutil},
                                            "sudo apt-get install libnss3-tools"));
        return;
    }
    if (auto owner = other_owner(places, places.home); !owner.empty()) {
        found.stores.push_back(std::make_unique<OthersStore>(
            About{"nss", Level::user, "browsers, " + places.home.string()}, std::move(owner),
            places));
        return;
    }
    for (auto& database : databases) add_store(std::move(database), places, found);
    if (!has_chromium && may_create) add_new_store(places, found);
}

}  // namespace rhumb::trust
