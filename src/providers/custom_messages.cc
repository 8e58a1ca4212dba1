#include "providers/custom_messages.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "providers/json_table.h"

namespace rhumb::providers::custom {

namespace {

using identity::Page;
using identity::Role;
using identity::SignIn;
using identity::User;
using nlohmann::json;

constexpr std::size_t name_bytes_max = 128;
constexpr std::size_t line_bytes_max = 500;
// ------------------------------------------------------------------------------- questions

Question question(std::string id, std::string_view ask, json members = json::object()) {
    members["contract"] = contract_version;
    members["id"] = id;
    members["ask"] = ask;
    return {.id = std::move(id), .text = members.dump()};
}

Result<void> check_utf8(std::string_view text, std::string_view what) {
    if (!text::is_utf8(text)) return fail(ErrorKind::invalid, "{} is no UTF-8 text", what);
    return {};
}

// ------------------------------------------------------------------------------- answers

Error no_answer(const Error& error) {
    return {ErrorKind::unavailable,
            fmt::format("its answer makes no sense: {} (docs/providers.md has the contract)",
                        error.message)};
}

/// In one line, and not longer than a log wants it: words of somebody else.
std::string in_one_line(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return text;
}

Error read_error(const json& value, std::optional<Error>& fault) {
    JsonTable table{value, "error", fault};
    const auto kind = table.text("kind", 40, true);
    const auto message = table.text("message", line_bytes_max);
    table.end();
    if (fault) return no_answer(*fault);
    const auto said =
        message.empty() ? fmt::format("it says «{}»", kind) : fmt::format("it says: {}", message);
    return {kind == "unsupported" ? ErrorKind::invalid : ErrorKind::unavailable, in_one_line(said)};
}

/// Reads the object around all answers, and by `take` what is in this one.
template <class T, class Take>
Result<T> read(std::string_view answer, const Question& question, const Take& take) {
    const auto value = read_json_object(answer, answer_bytes_max, answer_nesting_max);
    if (!value) return tl::unexpected(no_answer(value.error()));
    std::optional<Error> fault;
    JsonTable table{*value, "", fault};
    if (table.text("id", 200, true) != question.id)
        table.refuse("id", "is not that of the question");
    if (const auto* error = table.object("error"); error != nullptr) {
        table.end();
        return tl::unexpected(read_error(*error, fault));
    }
    T taken = take(table, fault);
    table.end();
    if (fault) return tl::unexpected(no_answer(*fault));
    return taken;
}

/// A user with a name that may be none; the caller looks.
User read_user(const json& value, std::string where, std::optional<Error>& fault) {
    JsonTable table{value, std::move(where), fault};
    User user;
    user.name = table.text("name", 4 * name_bytes_max, true);
    const auto line = [&](std::string_view key) {
        auto text = table.text(key, line_bytes_max);
        if (!identity::check_line(text, key)) table.refuse(key, "is not one line of text");
        return text;
    };
    user.full_name = line("full_name");
    user.email = line("email");
    user.description = line("description");
    user.has_password = table.flag("has_password", true);
    user.created = table.moment("created").value_or(Seconds{});
    user.password_changed = table.moment("password_changed");
    user.disabled = table.moment("disabled");
    user.expires = table.moment("expires");
    table.end();
    return user;
}

/// Only who was asked for may be the answer.
std::optional<User> read_user_called(JsonTable& table, std::string_view name,
                                     std::optional<Error>& fault) {
    const auto* value = table.object("user");
    if (value == nullptr) return {};
    auto user = read_user(*value, "user", fault);
    if (!text::iequals(user.name, name))
        table.refuse("user.name", "is not the one that was asked for");
    return user;
}

std::optional<SignIn::Outcome> to_outcome(std::string_view word) {
    using enum SignIn::Outcome;
    if (word == "accepted") return accepted;
    if (word == "no_such_user") return no_such_user;
    if (word == "wrong_password") return wrong_password;
    if (word == "disabled") return disabled;
    if (word == "expired") return expired;
    return {};
}

bool is_before(std::string_view a, std::string_view b) {
    return text::to_lower(a) < text::to_lower(b);
}

template <class T, class Name>
void sort_by_name(std::vector<T>& all, const Name& name) {
    std::ranges::sort(all, is_before, name);
    const auto [first, last] = std::ranges::unique(
        all, [](std::string_view a, std::string_view b) { return text::iequals(a, b); }, name);
    all.erase(first, last);
}

Role read_role(const json& value, std::string where, std::optional<Error>& fault) {
    JsonTable table{value, std::move(where), fault};
    Role role;
    role.name = table.text("name", 4 * name_bytes_max, true);
    role.description = table.text("description", line_bytes_max);
    if (!identity::check_line(role.description, "description"))
        table.refuse("description", "is not one line of text");
    role.users = table.texts("users", roles_max, 4 * name_bytes_max);
    role.roles = table.texts("roles", roles_max, 4 * name_bytes_max);
    table.end();
    std::erase_if(role.users, [](const auto& name) { return !identity::check_user_name(name); });
    std::erase_if(role.roles, [](const auto& name) { return !identity::check_role_name(name); });
    return role;
}

}  // namespace

bool Hello::has(std::string_view question) const {
    return std::ranges::find(can, question) != can.end();
}

Question hello(std::string id) { return question(std::move(id), "hello"); }

Result<Question> find(std::string id, std::string_view user) {
    TRY_DONE(check_utf8(user, "the name"));
    return question(std::move(id), "find", {{"user", user}});
}

Result<Question> sign_in(std::string id, std::string_view user, std::string_view password) {
    TRY_DONE(check_utf8(user, "the name"));
    TRY_DONE(check_utf8(password, "the password"));
    if (password.size() > password_bytes_max)
        return fail(ErrorKind::invalid, "the password is longer than {} bytes", password_bytes_max);
    return question(std::move(id), "sign_in", {{"user", user}, {"password", password}});
}

Result<Question> list_users(std::string id, const Page& page) {
    TRY_DONE(check_utf8(page.contains, "what is looked for"));
    TRY_DONE(check_utf8(page.after, "the name"));
    return question(std::move(id), "list_users",
                    {{"contains", page.contains},
                     {"after", page.after},
                     {"count", std::min(page.count_max, users_max)}});
}

Result<Question> roles_of(std::string id, std::string_view user) {
    TRY_DONE(check_utf8(user, "the name"));
    return question(std::move(id), "roles_of", {{"user", user}});
}

Question list_roles(std::string id) { return question(std::move(id), "list_roles"); }

Result<Hello> read_hello(std::string_view answer, const Question& question) {
    return read<Hello>(answer, question, [](JsonTable& table, std::optional<Error>&) {
        if (table.integer("contract") != contract_version)
            table.refuse("contract", fmt::format("is not {}", contract_version));
        Hello hello{.software = in_one_line(table.text("software", line_bytes_max)),
                    .can = table.texts("can", 100, 40, true)};
        if (hello.has("find") != hello.has("sign_in"))
            table.refuse("can", "has one of «find» and «sign_in», and not the other");
        if (!hello.has("find") && !hello.has("roles_of"))
            table.refuse("can", "has neither users (find, sign_in) nor roles (roles_of)");
        return hello;
    });
}

Result<std::optional<User>> read_found(std::string_view answer, const Question& question,
                                       std::string_view user) {
    return read<std::optional<User>>(answer, question,
                                     [&](JsonTable& table, std::optional<Error>& fault) {
                                         return read_user_called(table, user, fault);
                                     });
}

Result<SignIn> read_sign_in(std::string_view answer, const Question& question,
                            std::string_view user) {
    return read<SignIn>(answer, question, [&](JsonTable& table, std::optional<Error>& fault) {
        SignIn sign_in;
        const auto outcome = to_outcome(table.text("outcome", 40, true));
        if (!outcome) table.refuse("outcome", "is none of the words of the contract");
        sign_in.outcome = outcome.value_or(SignIn::Outcome::no_such_user);
        sign_in.user = read_user_called(table, user, fault);
        if (sign_in.is_accepted() && !sign_in.user)
            table.refuse("user", "is missing, who was accepted");
        return sign_in;
    });
}

Result<std::vector<User>> read_users(std::string_view answer, const Question& question,
                                     const Page& page) {
    const auto count_max = std::min(page.count_max, users_max);
    return read<std::vector<User>>(
        answer, question, [&](JsonTable& table, std::optional<Error>& fault) {
            std::vector<User> all;
            const auto* values = table.list("users", count_max);
            if (values == nullptr) return all;
            for (const auto& value : *values)
                all.push_back(read_user(value, fmt::format("users[{}]", all.size()), fault));
            // A list that begins before its beginning would never end.
            std::erase_if(all, [&](const User& user) {
                return !identity::check_user_name(user.name) ||
                       (!page.after.empty() && !is_before(page.after, user.name));
            });
            sort_by_name(all, &User::name);
            return all;
        });
}

Result<std::vector<std::string>> read_roles_of(std::string_view answer, const Question& question) {
    return read<std::vector<std::string>>(
        answer, question, [](JsonTable& table, std::optional<Error>&) {
            auto all = table.texts("roles", roles_max, 4 * name_bytes_max, true);
            std::erase_if(all, [](const auto& name) { return !identity::check_role_name(name); });
            sort_by_name(all, std::identity{});
            return all;
        });
}

Result<std::vector<Role>> read_roles(std::string_view answer, const Question& question) {
    return read<std::vector<Role>>(
        answer, question, [](JsonTable& table, std::optional<Error>& fault) {
            std::vector<Role> all;
            const auto* values = table.list("roles", roles_max);
            if (values == nullptr) return all;
            for (const auto& value : *values)
                all.push_back(read_role(value, fmt::format("roles[{}]", all.size()), fault));
            std::erase_if(all,
                          [](const Role& role) { return !identity::check_role_name(role.name); });
            sort_by_name(all, &Role::name);
            return all;
        });
}

}  // namespace rhumb::providers::custom
