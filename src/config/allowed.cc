#include "config/allowed.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "config/checks.h"
#include "config/network.h"
#include "config/report.h"
#include "config/table_reader.h"

namespace rhumb::config {
namespace {

constexpr const char* form =
    "an entry is “anyone”, “authenticated”, “role:NAME”, “user:NAME” or “address:IP” (also a "
    "network: “address:192.0.2.0/24”)";

/// What is wrong with the name of a user or a role, or "".
std::string fault_of_name(std::string_view name) {
    std::string text{name};
    return name.empty() ? "is missing" : check_account_name(text);
}

/// Of a text without a kind that is known: what was probably meant.
std::string guess(std::string_view text) {
    const auto colon = text.find(':');
    const auto kind = text::to_lower(text.substr(0, colon));
    if (colon == std::string_view::npos) {
        if (const auto word = nearest(kind, {"anyone", "authenticated"}); !word.empty())
            return fmt::format("did you mean “{}”? ", word);
        if (parse_network(text)) return fmt::format("did you mean “address:{}”? ", text);
        if (kind == "everyone" || kind == "everybody" || kind == "anybody" || kind == "*")
            return "did you mean “anyone”? ";
        if (!fault_of_name(text).empty()) return "";
        return fmt::format("did you mean “role:{0}” or “user:{0}”? ", text);
    }
    const auto name = text.substr(colon + 1);
    auto word = nearest(kind, {"role", "user", "address"});
    if (kind == "group" || kind == "groups") word = "role";
    if (kind == "ip" || kind == "network" || kind == "net" || kind == "addr") word = "address";
    if (word.empty() && parse_network(text))
        return fmt::format("did you mean “address:{}”? ", text);
    return word.empty() ? "" : fmt::format("did you mean “{}:{}”? ", word, text::trim(name));
}

}  // namespace

Result<Allowed> parse_allowed(std::string_view text) {
    if (text == "anyone") return Allowed{Allowed::Kind::anyone, {}};
    if (text == "authenticated") return Allowed{Allowed::Kind::authenticated, {}};
    const auto after = [&](std::string_view prefix) { return text.substr(prefix.size()); };
    if (text.starts_with("address:")) {
        TRY(const auto network, parse_network(after("address:")));
        return Allowed{Allowed::Kind::address, network.to_text()};
    }
    const bool is_role = text.starts_with("role:");
    if (!is_role && !text.starts_with("user:"))
        return fail(ErrorKind::invalid, "{} says nothing about who is allowed: {}{}", shown(text),
                    guess(text), form);
    const auto name = after("role:");
    if (const auto fault = fault_of_name(name); !fault.empty())
        return fail(ErrorKind::invalid, "the name in {} {}", shown(text), fault);
    return Allowed{is_role ? Allowed::Kind::role : Allowed::Kind::user, std::string{name}};
}

std::string to_text(const Allowed& entry) {
    switch (entry.kind) {
        case Allowed::Kind::anyone: return "anyone";
        case Allowed::Kind::authenticated: return "authenticated";
        case Allowed::Kind::role: return "role:" + entry.name;
        case Allowed::Kind::user: return "user:" + entry.name;
        case Allowed::Kind::address: return "address:" + entry.name;
    }
    return "";
}

std::string to_text(const AllowList& list) {
    std::string text;
    for (const auto& entry : list) text += (text.empty() ? "" : ", ") + to_text(entry);
    return text;
}

std::string fault_of(const AllowList& list) {
    if (list.empty())
        return "allow must name somebody: nobody could come in. To keep a path from everybody, give "
               "it the handler “none”; a service: do not start it; to inherit, leave the key out";
    const bool has_anyone =
        std::ranges::find(list, Allowed::Kind::anyone, &Allowed::kind) != list.end();
    if (has_anyone && list.size() > 1)
        return "“anyone” lets everybody in: the other entries have no effect, take them or it away";
    for (auto entry = list.begin(); entry != list.end(); ++entry) {
        const auto same = [&](const Allowed& other) {
            return other.kind == entry->kind && text::iequals(other.name, entry->name);
        };
        if (std::any_of(list.begin(), entry, same))
            return fmt::format("{} stands there twice", shown(to_text(*entry)));
    }
    return "";
}

Result<AllowList> parse_allow_list(const std::vector<std::string>& texts) {
    AllowList list;
    for (const auto& text : texts) {
        TRY(auto entry, parse_allowed(text));
        list.push_back(std::move(entry));
    }
    if (auto fault = fault_of(list); !fault.empty()) return fail(ErrorKind::invalid, "{}", fault);
    return list;
}

}  // namespace rhumb::config
