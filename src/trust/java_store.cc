#include "trust/java_store.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <system_error>

#include <unistd.h>

#include <sys/stat.h>

#include "base/files.h"
#include "base/text.h"
#include "pki/trust_pkcs12.h"
#include "trust/java_homes.h"
#include "trust/keytool.h"
#include "trust/replace_file.h"
#include "trust/system_store.h"
#include "trust/tools.h"
#include "trust/working_copy.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

/// A store of Java that a distribution makes out of the system's own.
struct Derived {
    std::string_view file;
    std::string_view sign;    ///< what does it is installed when this is there
    std::string_view update;  ///< makes it anew
};
constexpr std::array derived_stores{
    Derived{"etc/ssl/certs/java/cacerts", "etc/ca-certificates/update.d/jks-keystore",
            "update-ca-certificates --fresh"},
    Derived{"etc/ssl/certs/java/cacerts", "etc/ca-certificates/trust-source", "update-ca-trust"},
    Derived{"etc/pki/ca-trust/extracted/java/cacerts", "etc/pki/ca-trust/source",
            "update-ca-trust extract"},
    Derived{"var/lib/ca-certificates/java-cacerts", "usr/share/pki/trust",
            "update-ca-certificates"},
};

const Derived* find_derived(const Places& places, const fs::path& file) {
    const auto it = std::ranges::find_if(derived_stores, [&](const Derived& one) {
        std::error_code ignored;
        return file == places.root / one.file && fs::exists(places.root / one.sign, ignored);
    });
    return it == derived_stores.end() ? nullptr : &*it;
}

/// What changes with every change of a file.
using FileState = std::array<std::int64_t, 4>;

std::optional<FileState> state_of(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return std::nullopt;
    return FileState{static_cast<std::int64_t>(status.st_ino), status.st_size,
                     status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

/// False when a look at the bytes is enough to say that it is not there: a store of the old kind
/// (JKS) has certificates in it as they are. That saves most questions to keytool.
bool may_hold(const fs::path& file, const pki::Certificate& root) {
    constexpr std::string_view jks_begins = "\xfe\xed\xfe\xed";
    const auto bytes = read_file(file);
    return !bytes || !bytes->starts_with(jks_begins) ||
           bytes->find(root.to_der()) != std::string::npos;
}

class JavaStore final : public ClientStore {
public:
    /// `runtimes`: "Java 17.0.15, Java 21.0.2"; "" for a store of an application.
    JavaStore(std::string runtimes, fs::path file, Keytool keytool, Places places)
        : runtimes_{std::move(runtimes)},
          file_{std::move(file)},
          keytool_{std::move(keytool)},
          places_{std::move(places)},
          derived_{find_derived(places_, file_)} {}

    About about() const override {
        const auto inside = file_.lexically_relative(places_.home);
        const bool is_users = !places_.home.empty() && !inside.empty() && *inside.begin() != "..";
        return {
            "java", is_users ? Level::user : Level::machine,
            fmt::format("{}, {}", runtimes_.empty() ? "a trust store" : runtimes_, file_.string())};
    }

    Result<bool> has(const pki::Certificate& root) const override {
        if (!may_hold(file_, root)) return false;
        TRY(const auto all, entries());
        return std::ranges::any_of(all, [&](const KeystoreEntry& entry) {
            return entry.is_trusted && entry.certificate == root;
        });
    }

    Result<std::vector<pki::Certificate>> roots() const override {
        TRY(auto all, entries());
        std::vector<pki::Certificate> roots;
        for (auto& entry : all)
            if (entry.is_trusted) roots.push_back(std::move(entry.certificate));
        return roots;
    }

    Result<void> install(const pki::Certificate& root) override {
        if (derived_ != nullptr) return refer_to_system(root, true);
        if (!state_of(file_)) return make(root);
        return change(root, [&](const fs::path& copy) {
            return keytool_.add(inner(copy), alias(root), root);
        });
    }

    Result<void> remove(const pki::Certificate& root) override {
        // One that was put there by hand is nothing that the system would make again.
        if (derived_ != nullptr && system_has(root)) return refer_to_system(root, false);
        TRY(const auto all, entries());
        std::vector<std::string> aliases;
        for (const auto& entry : all)
            if (entry.is_trusted && entry.certificate == root) aliases.push_back(entry.alias);
        if (aliases.empty()) return {};
        return change(root, [&](const fs::path& copy) -> Result<void> {
            for (const auto& one : aliases) TRY_DONE(keytool_.remove(inner(copy), one));
            return {};
        });
    }

    std::string command(const pki::Certificate& root, bool is_install) const override {
        if (derived_ != nullptr && is_install == system_has(root))
            return fmt::format("sudo {}", derived_->update);
        if (derived_ != nullptr) return system_command(root, is_install);
        const auto* const sudo = ::geteuid() == 0 || is_replaceable(file_) ? "" : "sudo ";
        if (!is_install) return sudo + keytool_.remove_command(inner(file_), alias(root));
        return fmt::format("{} | {}{}", places_.export_command, sudo,
                           keytool_.add_command(inner(file_), alias(root)));
    }

private:
    struct Known {
        FileState state;
        std::vector<KeystoreEntry> entries;
    };

    static std::string alias(const pki::Certificate& root) { return unique_name(root); }

    fs::path inner(const fs::path& path) const { return within_root(places_, path); }

    /// Asked once for each state of the file: every question starts a Java machine.
    Result<std::vector<KeystoreEntry>> entries() const {
        const auto state = state_of(file_);
        if (!state) return std::vector<KeystoreEntry>{};
        if (known_ && known_->state == *state) return known_->entries;
        TRY(auto entries, keytool_.list(inner(file_)));
        known_ = Known{*state, entries};
        return entries;
    }

    std::unique_ptr<ClientStore> system_store() const {
        Found found;
        find_system_store(places_, found);
        return found.stores.empty() ? nullptr : std::move(found.stores.front());
    }

    bool system_has(const pki::Certificate& root) const {
        const auto store = system_store();
        return store != nullptr && store->has(root).value_or(false);
    }

    std::string system_command(const pki::Certificate& root, bool is_install) const {
        const auto store = system_store();
        return store == nullptr ? std::string{} : store->command(root, is_install);
    }

    Result<void> refer_to_system(const pki::Certificate& root, bool is_install) const {
        if (system_has(root) == is_install)
            return fail(ErrorKind::denied,
                        "the system makes this file out of its own store, and has not done so "
                        "since that was changed");
        return fail(ErrorKind::denied,
                    "the system makes this file out of its own store: changing that one is enough "
                    "(--store system)");
    }

    /// A new store with this root alone, for an application. Needs no keytool.
    Result<void> make(const pki::Certificate& root) const {
        auto word = std::string{usual_java_password};
        if (!places_.java_password_file.empty()) {
            TRY(const auto text, read_file(places_.java_password_file, 4096));
            word = text::trim(text::split(text, '\n').front());
        }
        const std::array entries{pki::TrustEntry{alias(root), root}};
        TRY(const auto bytes, pki::to_trust_pkcs12(entries, crypto::Secret::copy_of(word)));
        return write_new_file(places_, file_, bytes);
    }

    /// Has `edit` work on a copy, looks whether nothing is lost, then puts it in place: keytool
    /// itself would leave half a file behind when it is stopped.
    template <class Edit>
    Result<void> change(const pki::Certificate& root, const Edit& edit) const {
        if (!keytool_.is_known())
            return fail(ErrorKind::not_found,
                        "the program keytool is missing; it comes with a Java runtime, as of the "
                        "package default-jre-headless");
        TRY(const auto copy, WorkingCopy::of(places_, file_));
        TRY(const auto before, keytool_.list(inner(copy.path())));
        TRY_DONE(edit(copy.path()));
        TRY(const auto after, keytool_.list(inner(copy.path())));
        const auto is_lost = [&](const KeystoreEntry& entry) {
            return entry.certificate != root &&
                   std::ranges::find(after, entry.alias, &KeystoreEntry::alias) == after.end();
        };
        if (std::ranges::any_of(before, is_lost))
            return fail(ErrorKind::internal, "keytool lost entries of {}; it was left as it was",
                        file_.string());
        return copy.put_back();
    }

    std::string runtimes_;
    fs::path file_;
    Keytool keytool_;
    Places places_;
    const Derived* derived_;              // of the table above; null: nobody makes it anew
    mutable std::optional<Known> known_;  // what keytool said last
};

Report skipped(std::string location, std::string detail, std::string command = {}) {
    return {.store = {"java", Level::machine, std::move(location)},
            .outcome = Outcome::skipped,
            .detail = std::move(detail),
            .command = std::move(command)};
}

/// How keytool is called for a store: the one of the runtimes that read it, else any other. That
/// one may be newer, so it is told to write what every Java can read. For a store in the home of
/// another user it runs as that user; on a store of the machine no program of a user's is run.
Keytool choose_keytool(const Places& places, const fs::path& store,
                       const std::vector<const JavaHome*>& readers,
                       const std::vector<JavaHome>& all) {
    const bool is_users = is_other_users(places, store);
    const auto may_run = [&](const JavaHome& home) {
        return !home.keytool.empty() && (is_users || !is_other_users(places, home.keytool));
    };
    const auto called = [&](const JavaHome& home, std::vector<std::string> arguments) -> Keytool {
        return {is_users ? to_run_as_user(places, home.keytool, std::move(arguments))
                         : to_run(places, home.keytool, std::move(arguments)),
                places.java_password_file};
    };
    for (const auto* const home : readers)
        if (may_run(*home)) return called(*home, {});
    for (const auto& home : all)
        if (may_run(home)) return called(home, {"-J-Dkeystore.pkcs12.legacy"});
    return {{}, places.java_password_file};
}

std::string titles_of(const std::vector<const JavaHome*>& homes) {
    std::vector<std::string> titles;
    for (const auto* const home : homes)
        if (std::ranges::find(titles, home->title()) == titles.end())
            titles.push_back(home->title());
    return text::join(titles, ", ");
}

void add_application_stores(const Places& places, const JavaHomes& java, Found& found) {
    for (const auto& named : places.java_keystores) {
        std::error_code ignored;
        // The file behind a link is the one to be replaced.
        auto file = fs::weakly_canonical(named, ignored);
        if (file.empty()) file = fs::absolute(named);
        auto keytool = choose_keytool(places, file, {}, java.homes);
        found.stores.push_back(
            std::make_unique<JavaStore>("", std::move(file), std::move(keytool), places));
    }
}

Report without_store(const Places& places, const JavaHome& home) {
    std::error_code ignored;
    const bool is_debians = home.home.parent_path() == places.root / "usr/lib/jvm" &&
                            fs::exists(places.root / "usr/bin/apt-get", ignored);
    return skipped(fmt::format("{}, {}", home.title(), home.home.string()),
                   "this runtime has no trust store (lib/security/cacerts)",
                   is_debians ? "sudo apt-get install ca-certificates-java" : "");
}

}  // namespace

void find_java_stores(const Places& places, Found& found) {
    const auto java = find_java_homes(places);
    for (const auto& directory : java.strange)
        found.skipped.push_back(skipped(directory.string(),
                                        "no Java runtime is here: neither bin/java nor "
                                        "lib/security/cacerts; name the directory above them"));
    if (!places.java_keystores.empty()) return add_application_stores(places, java, found);
    std::vector<fs::path> known;
    for (const auto& home : java.homes) {
        if (home.store.empty()) {
            found.skipped.push_back(without_store(places, home));
            continue;
        }
        if (std::ranges::find(known, home.store) != known.end()) continue;
        known.push_back(home.store);
        std::vector<const JavaHome*> readers;
        for (const auto& other : java.homes)
            if (other.store == home.store) readers.push_back(&other);
        found.stores.push_back(std::make_unique<JavaStore>(
            titles_of(readers), home.store, choose_keytool(places, home.store, readers, java.homes),
            places));
    }
}

}  // namespace rhumb::trust
