#include "policy/rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "config/network.h"

namespace rhumb::policy {

using config::Allowed;

namespace {

constexpr std::array<std::string_view, 3> coded_endings{".br", ".zst",
                                                        ".gz"};  // as the files module serves them

// Roles that nobody is given (identity/user.h has them for people who make roles).
constexpr std::string_view everyone = "everyone";
constexpr std::string_view authenticated = "authenticated";
constexpr std::string_view anonymous = "anonymous";

int strictness(config::RequireHttps value) {
    switch (value) {
        case config::RequireHttps::no: return 0;
        case config::RequireHttps::redirect: return 1;
        case config::RequireHttps::refuse: return 2;
    }
    return 2;
}

int strictness(config::ClientCertificate value) {
    switch (value) {
        case config::ClientCertificate::ignore: return 0;
        case config::ClientCertificate::accept: return 1;
        case config::ClientCertificate::require: return 2;
    }
    return 2;
}

/// Takes over `said` when nothing was taken yet, or it is stricter.
template <class Value>
void take_stricter(const std::optional<Value>& said, const Statement& statement, Value& value,
                   const Statement*& by) {
    if (!said || (by != nullptr && strictness(*said) <= strictness(value))) return;
    value = *said;
    by = &statement;
}

bool lets_anyone_in(const config::AllowList& list) {
    return std::ranges::any_of(list, [](const Allowed& entry) {
        return entry.kind == Allowed::Kind::anyone ||
               (entry.kind == Allowed::Kind::role && text::iequals(entry.name, everyone));
    });
}

void take_list(const Statement& statement, Holding& holding) {
    if (!statement.allow) return;
    if (!lets_anyone_in(*statement.allow))
        holding.allow_by.push_back(&statement);
    else if (holding.open_by == nullptr)
        holding.open_by = &statement;
}

void take_all(const Statement& statement, Holding& holding) {
    take_stricter(statement.require_https, statement, holding.require_https, holding.https_by);
    take_stricter(statement.client_certificate, statement, holding.client_certificate,
                  holding.certificate_by);
    take_list(statement, holding);
}

std::string_view without_slash(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

template <class Table>
auto look_up(const Table& table, std::string_view path) -> decltype(&table.begin()->second) {
    if (table.empty()) return nullptr;
    const auto found = table.find(path);
    return found == table.end() ? nullptr : &found->second;
}

}  // namespace

template <bool ignores_case>
std::size_t Rules::Hash<ignores_case>::operator()(std::string_view text) const {
    if constexpr (!ignores_case) {
        return std::hash<std::string_view>{}(text);
    } else {
        std::size_t hash = 0xcbf29ce484222325U;  // FNV-1a
        for (const char c : text)
            hash = (hash ^ static_cast<unsigned char>(text::to_lower(c))) * 0x100000001b3U;
        return hash;
    }
}

template <bool ignores_case>
bool Rules::Equal<ignores_case>::operator()(std::string_view a, std::string_view b) const {
    return ignores_case ? text::iequals(a, b) : a == b;
}

Rules::Rules(Statement of_site, std::vector<Statement> statements,
             std::vector<std::string> index_names)
    : of_site_{std::move(of_site)},
      statements_{std::move(statements)},
      index_names_{std::move(index_names)} {
    for (std::uint32_t i = 0; i < statements_.size(); ++i) {
        const auto& statement = statements_[i];
        const auto path = without_slash(statement.path);
        // What is named like an index may be one, whether it is there already or not.
        const bool is_index =
            std::ranges::find(index_names_, path.substr(path.rfind('/') + 1)) != index_names_.end();
        const bool is_file = statement.is_file || is_index;
        if (!is_file) tree_bytes_max_ = std::max(tree_bytes_max_, path.size());
        const auto add = [&](auto& tables) {
            (is_file ? tables.files : tables.trees)[std::string{path}].push_back(i);
        };
        if (statement.ignores_case)
            add(folded_);
        else
            add(exact_);
    }
}

Rules::Found Rules::find_tree(std::string_view path) const {
    return {look_up(exact_.trees, path), look_up(folded_.trees, path)};
}

Rules::Found Rules::find_file(std::string_view path) const {
    return {look_up(exact_.files, path), look_up(folded_.files, path)};
}

template <class Visit>
void Rules::visit(const Found& found, Visit&& visit) const {
    for (const auto* const numbers : found) {
        if (numbers == nullptr) continue;
        for (const auto number : *numbers) visit(statements_[number]);
    }
}

/// From the file up to the site: each of the three from the nearest that has it.
void Rules::take_nearest(std::string_view path, Holding& holding) const {
    const auto take = [&](const Found& found) {
        const bool has_https = holding.https_by != nullptr;
        const bool has_certificate = holding.certificate_by != nullptr;
        const bool has_list = holding.open_by != nullptr || !holding.allow_by.empty();
        visit(found, [&](const Statement& statement) {
            if (!has_https)
                take_stricter(statement.require_https, statement, holding.require_https,
                              holding.https_by);
            if (!has_certificate)
                take_stricter(statement.client_certificate, statement, holding.client_certificate,
                              holding.certificate_by);
            if (!has_list) take_list(statement, holding);
        });
    };
    const auto is_all_found = [&] {
        return holding.https_by != nullptr && holding.certificate_by != nullptr &&
               (holding.open_by != nullptr || !holding.allow_by.empty());
    };
    take(find_file(path));
    // A long path costs no more than the longest that has a statement.
    for (auto place = without_slash(path); !is_all_found();
         place = place.substr(0, place.rfind('/'))) {
        if (place.size() <= tree_bytes_max_) take(find_tree(place));
        if (place.empty()) break;
    }
    if (holding.https_by == nullptr)
        take_stricter(of_site_.require_https, of_site_, holding.require_https, holding.https_by);
    if (holding.certificate_by == nullptr)
        take_stricter(of_site_.client_certificate, of_site_, holding.client_certificate,
                      holding.certificate_by);
    if (holding.open_by == nullptr && holding.allow_by.empty()) take_list(of_site_, holding);
}

/// The same content by another address.
void Rules::tighten(const Found& found, Holding& holding) const {
    visit(found, [&](const Statement& statement) { take_all(statement, holding); });
}

Holding Rules::at(std::string_view path) const {
    Holding holding;
    if (path.starts_with("/.well-known/")) return holding;
    take_nearest(path, holding);
    if (path.ends_with('/') && !(exact_.files.empty() && folded_.files.empty())) {
        for (const auto& name : index_names_) tighten(find_file(std::string{path} + name), holding);
    }
    for (const auto ending : coded_endings) {
        if (!path.ends_with(ending)) continue;
        const auto plain = path.substr(0, path.size() - ending.size());
        tighten(find_file(plain), holding);
        // It may have become a file since the statements were made.
        tighten({look_up(exact_.trees, plain), nullptr}, holding);
    }
    return holding;
}

bool Rules::wants_certificates() const {
    const auto wants = [](const Statement& statement) {
        return statement.client_certificate.value_or(config::ClientCertificate::ignore) !=
               config::ClientCertificate::ignore;
    };
    return wants(of_site_) || std::ranges::any_of(statements_, wants);
}

bool is_personal(const Allowed& entry) {
    switch (entry.kind) {
        case Allowed::Kind::anyone:
        case Allowed::Kind::address: return false;
        case Allowed::Kind::authenticated:
        case Allowed::Kind::user: return true;
        case Allowed::Kind::role:
            return !text::iequals(entry.name, everyone) && !text::iequals(entry.name, anonymous);
    }
    return true;
}

bool Holding::needs_person() const {
    return std::ranges::any_of(allow_by, [](const Statement* statement) {
        return std::ranges::all_of(*statement->allow, is_personal);
    });
}

bool is_named(const Allowed& entry, const http::Caller& caller, std::string_view client_ip) {
    const bool is_somebody = caller.is_known() && !caller.user.empty();
    switch (entry.kind) {
        case Allowed::Kind::anyone: return true;
        case Allowed::Kind::authenticated: return is_somebody;
        case Allowed::Kind::user: return is_somebody && text::iequals(entry.name, caller.user);
        case Allowed::Kind::address: return is_in_network(client_ip, entry.name);
        case Allowed::Kind::role: break;
    }
    if (text::iequals(entry.name, everyone)) return true;
    if (text::iequals(entry.name, anonymous)) return !is_somebody;
    if (!is_somebody) return false;
    return text::iequals(entry.name, authenticated) ||
           std::ranges::any_of(caller.roles,
                               [&](const auto& role) { return text::iequals(role, entry.name); });
}

Admission admit(const Holding& holding, const http::Caller& caller, std::string_view client_ip) {
    auto admission = Admission::admitted;
    for (const auto* const statement : holding.allow_by) {
        const auto& list = *statement->allow;
        const bool is_in = std::ranges::any_of(
            list, [&](const Allowed& entry) { return is_named(entry, caller, client_ip); });
        if (is_in) continue;
        // Who is known already gains nothing by signing in, nor does who is kept out by address.
        if (caller.is_known() || std::ranges::none_of(list, is_personal)) return Admission::denied;
        admission = Admission::unknown;
    }
    return admission;
}

bool is_in_network(std::string_view ip, std::string_view network) {
    const auto parsed = config::parse_network(network);
    return parsed && parsed->contains(ip);
}

bool covers(std::string_view above, std::string_view path, bool ignores_case) {
    above = without_slash(above);
    if (path.size() < above.size()) return false;
    const auto begin = path.substr(0, above.size());
    const bool is_same = ignores_case ? text::iequals(begin, above) : begin == above;
    return is_same && (path.size() == above.size() || path[above.size()] == '/');
}

}  // namespace rhumb::policy
