#include "trust/firefox_policy.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/child.h"
#include "base/files.h"
#include "pki/bag.h"
#include "trust/tools.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view folder = "etc/firefox/policies";
constexpr std::size_t policies_size_max = std::size_t{1} << 20U;
constexpr std::size_t root_size_max = std::size_t{64} << 10U;
constexpr int nesting_max = 100;

tl::unexpected<Error> damaged(std::string_view what) {
    return fail(ErrorKind::invalid, "{}; nothing is changed in it. Mend or move it first", what);
}

/// Deep nesting would take the parser's and the writer's stack.
bool is_too_deep(std::string_view text) {
    int depth = 0;
    for (const char c : text) {
        if (c == '[' || c == '{') ++depth;
        if (c == ']' || c == '}') --depth;
        if (depth > nesting_max) return true;
    }
    return false;
}

Result<Json> parse(std::string_view policies) {
    if (policies.find_first_not_of(" \t\r\n") == std::string_view::npos) return Json::object();
    if (policies.size() > policies_size_max || is_too_deep(policies))
        return damaged("it is larger or deeper than policies are");
    auto parsed = Json::parse(policies, nullptr, false);
    if (parsed.is_discarded()) return damaged("it is no valid JSON");
    if (!parsed.is_object()) return damaged("it is no JSON object");
    return parsed;
}

/// policies.Certificates.Install, where it is; null where it is not.
Result<const Json*> find_install(const Json& document) {
    const Json* at = &document;
    for (const auto* const key : {"policies", "Certificates", "Install"}) {
        if (!at->is_object()) return damaged(fmt::format("«{}» does not belong into a list", key));
        const auto found = at->find(key);
        if (found == at->end()) return nullptr;
        at = &*found;
    }
    const bool is_list =
        at->is_array() && std::ranges::all_of(*at, [](const Json& one) { return one.is_string(); });
    if (!is_list) return damaged("«Install» of its «Certificates» is no list of files");
    return at;
}

std::vector<std::string> to_files(const Json* install) {
    return install == nullptr ? std::vector<std::string>{}
                              : install->get<std::vector<std::string>>();
}

/// Takes out objects that our own entry alone had called for.
void prune(Json& document) {
    auto& policies = document["policies"];
    auto& certificates = policies["Certificates"];
    if (certificates["Install"].empty()) certificates.erase("Install");
    if (certificates.empty()) policies.erase("Certificates");
    if (policies.empty()) document.erase("policies");
}

}  // namespace

Result<std::vector<std::string>> read_policy_files(std::string_view policies) {
    TRY(const auto document, parse(policies));
    TRY(const auto* const install, find_install(document));
    return to_files(install);
}

Result<std::string> change_policy_files(std::string_view policies, const std::string& file,
                                        bool is_install) {
    TRY(auto document, parse(policies));
    TRY(const auto* const install, find_install(document));
    auto files = to_files(install);
    const bool is_there = std::ranges::find(files, file) != files.end();
    if (is_there == is_install) return std::string{policies};
    if (is_install)
        files.push_back(file);
    else
        std::erase(files, file);
    document["policies"]["Certificates"]["Install"] = files;
    if (!is_install) prune(document);
    if (document.empty()) return std::string{};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

namespace {

class FirefoxPolicy final : public ClientStore {
public:
    explicit FirefoxPolicy(Places places) : places_{std::move(places)} {}

    About about() const override {
        return {.kind = "firefox-policy",
                .level = Level::machine,
                .location = fmt::format("Firefox's policies, {}", policies_file().string())};
    }

    Result<bool> has(const pki::Certificate& root) const override {
        TRY(const auto all, roots());
        return std::ranges::find(all, root) != all.end();
    }

    Result<std::vector<pki::Certificate>> roots() const override {
        std::vector<pki::Certificate> all;
        TRY(const auto files, listed());
        for (const auto& file : files) {
            // Names alone are looked for in Mozilla's own folders, by Firefox.
            if (!file.starts_with('/')) continue;
            const auto bytes =
                read_file(places_.root / fs::path{file}.relative_path(), root_size_max);
            if (!bytes) continue;
            auto bag = pki::read_bag(*bytes);
            if (bag) all.insert(all.end(), bag->certificates.begin(), bag->certificates.end());
        }
        return all;
    }

    Result<void> install(const pki::Certificate& root) override {
        TRY(const auto changed, change(root, true));
        TRY_DONE(make_folder());
        TRY_DONE(write_file_atomically(file_for(root), root.to_pem(), 0644));
        return write_file_atomically(policies_file(), changed, 0644);
    }

    Result<void> remove(const pki::Certificate& root) override {
        TRY(const auto changed, change(root, false));
        TRY_DONE(check_access(places_.root / folder));
        TRY_DONE(replace_policies(changed));
        std::error_code error;
        fs::remove(file_for(root), error);
        if (error)
            return fail(ErrorKind::internal, "removing {}: {}", file_for(root).string(),
                        error.message());
        return {};
    }

    std::string command(const pki::Certificate& /*root*/, bool is_install) const override {
        return fmt::format(
            "{} | sudo rhumb trust {} --store firefox-policy{} -", places_.export_command,
            is_install ? "install" : "uninstall",
            places_.root == "/" ? "" : " --root " + child::to_shell({places_.root.string()}));
    }

private:
    fs::path policies_file() const { return places_.root / folder / "policies.json"; }
    fs::path file_for(const pki::Certificate& root) const {
        return places_.root / folder / (unique_name(root) + ".pem");
    }
    /// As Firefox sees it on the machine that it runs on.
    static std::string name_of(const pki::Certificate& root) {
        return fmt::format("/{}/{}.pem", folder, unique_name(root));
    }

    Result<std::string> text() const {
        auto bytes = read_file(policies_file(), policies_size_max);
        if (!bytes && bytes.error().kind == ErrorKind::not_found) return std::string{};
        return bytes;
    }
    Result<std::vector<std::string>> listed() const {
        TRY(const auto bytes, text());
        auto files = read_policy_files(bytes);
        if (!files)
            return tl::unexpected(std::move(files).error().within(policies_file().string()));
        return files;
    }
    Result<std::string> change(const pki::Certificate& root, bool is_install) const {
        TRY(const auto bytes, text());
        auto changed = change_policy_files(bytes, name_of(root), is_install);
        if (!changed)
            return tl::unexpected(std::move(changed).error().within(policies_file().string()));
        return changed;
    }
    Result<void> replace_policies(const std::string& policies) const {
        if (!policies.empty()) return write_file_atomically(policies_file(), policies, 0644);
        std::error_code error;
        fs::remove(policies_file(), error);
        if (error)
            return fail(ErrorKind::internal, "removing {}: {}", policies_file().string(),
                        error.message());
        return {};
    }

    static Result<void> check_access(const fs::path& directory) {
        if (::access(directory.c_str(), W_OK) == 0 || errno == ENOENT) return {};
        if (errno == EROFS)
            return fail(ErrorKind::unavailable, "{} is on a file system that can only be read",
                        directory.string());
        return fail(ErrorKind::denied, "{} can be written by the administrator alone",
                    directory.string());
    }
    Result<void> make_folder() const {
        auto directory = places_.root / folder;
        std::error_code error;
        fs::create_directories(directory, error);
        if (error == std::errc::permission_denied)
            return fail(ErrorKind::denied, "{} can be made by the administrator alone",
                        directory.string());
        if (error)
            return fail(ErrorKind::internal, "making {}: {}", directory.string(), error.message());
        return check_access(directory);
    }

    Places places_;
};

/// True when a file that Rhumb made is among those listed.
bool has_ours(const fs::path& policies) {
    const auto bytes = read_file(policies, policies_size_max);
    if (!bytes) return false;
    const auto files = read_policy_files(*bytes);
    return files && std::ranges::any_of(*files, [](const std::string& file) {
               return fs::path{file}.filename().string().starts_with("rhumb-");
           });
}

}  // namespace

void find_firefox_policy(const Places& places, bool is_wanted, Found& found) {
    if (is_wanted || has_ours(places.root / folder / "policies.json"))
        found.stores.push_back(std::make_unique<FirefoxPolicy>(places));
}

}  // namespace rhumb::trust
