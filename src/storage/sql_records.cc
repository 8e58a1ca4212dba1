#include "storage/sql_records.h"

#include <algorithm>
#include <array>

#include "base/instant.h"
#include "base/text.h"

namespace rhumb::storage {

namespace {

constexpr std::array<std::string_view, 9> user_columns{
    "name",    "full_name", "email",   "description",     "password",
    "created", "disabled",  "expires", "password_changed"};

std::optional<std::string> value(const SqlRows& rows, const SqlRows::Row& row,
                                 std::string_view column) {
    const auto at = rows.column(column);
    return at ? row[*at] : std::nullopt;
}

std::string text_of(const SqlRows& rows, const SqlRows::Row& row, std::string_view column) {
    return value(rows, row, column).value_or("");
}

bool is_one_of(std::string_view value, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(
        words, [value](std::string_view word) { return text::iequals(word, value); });
}

}  // namespace

bool is_user_column(std::string_view column) {
    return std::ranges::find(user_columns, column) != user_columns.end();
}

std::optional<Seconds> to_disabled(const std::optional<std::string>& value) {
    if (!value) return {};
    const auto word = text::trim(*value);
    if (word.empty() || is_one_of(word, {"0", "f", "false", "n", "no"})) return {};
    if (const auto number = text::to_integer(word))
        return *number > 1 ? Seconds{std::chrono::seconds{*number}} : Seconds{};
    // Whatever it is, it is not "no".
    return parse_instant(word).value_or(Seconds{});
}

Result<std::optional<Seconds>> to_sql_time(const std::optional<std::string>& value,
                                           std::string_view column) {
    if (!value || text::trim(*value).empty()) return std::nullopt;
    const auto word = text::trim(*value);
    if (const auto number = text::to_integer(word)) return Seconds{std::chrono::seconds{*number}};
    const auto time = parse_instant(word);
    if (!time)
        return fail(ErrorKind::invalid,
                    "the column «{}» has something that is no time (seconds since 1970, or "
                    "2027-06-30 12:00:00)",
                    column);
    return *time;
}

Result<std::optional<UserRecord>> to_user_record(const SqlRows& rows, const SqlRows::Row& row) {
    if (!rows.column("name")) return fail(ErrorKind::invalid, "there is no column «name»");
    UserRecord user;
    user.name = text_of(rows, row, "name");
    if (user.name.empty()) return std::nullopt;
    user.full_name = text_of(rows, row, "full_name");
    user.email = text_of(rows, row, "email");
    user.description = text_of(rows, row, "description");
    user.password = text_of(rows, row, "password");
    TRY(user.password_changed,
        to_sql_time(value(rows, row, "password_changed"), "password_changed"));
    TRY(const auto created, to_sql_time(value(rows, row, "created"), "created"));
    user.created = created.value_or(Seconds{});
    user.disabled = to_disabled(value(rows, row, "disabled"));
    TRY(user.expires, to_sql_time(value(rows, row, "expires"), "expires"));
    return user;
}

Result<std::vector<SqlRole>> to_roles(const SqlRows& rows) {
    if (!rows.column("role")) return fail(ErrorKind::invalid, "there is no column «role»");
    std::vector<SqlRole> roles;
    for (const auto& row : rows.rows) {
        const auto name = text_of(rows, row, "role");
        if (name.empty()) continue;
        auto found = std::ranges::find_if(roles.rbegin(), roles.rend(), [&](const SqlRole& one) {
            return text::iequals(one.role.name, name);
        });
        if (found == roles.rend()) {
            SqlRole fresh;
            fresh.role.name = name;
            fresh.role.description = text_of(rows, row, "description");
            roles.push_back(std::move(fresh));
            found = roles.rbegin();
        }
        const auto member = text_of(rows, row, "member");
        if (member.empty()) continue;
        const auto kind = text::iequals(text_of(rows, row, "kind"), "role")
                              ? Membership::Kind::role
                              : Membership::Kind::user;
        found->members.push_back({found->role.name, kind, member});
    }
    std::ranges::sort(roles, {}, [](const SqlRole& one) { return text::to_lower(one.role.name); });
    return roles;
}

Result<std::vector<std::string>> roles_by(const SqlRows& rows, std::string_view user) {
    if (!rows.column("role")) return fail(ErrorKind::invalid, "there is no column «role»");
    std::vector<std::string> held;
    const auto has = [&held](std::string_view name) {
        return std::ranges::any_of(held,
                                   [name](const auto& one) { return text::iequals(one, name); });
    };
    const auto give = [&](const std::string& role) {
        if (!role.empty() && !has(role)) held.push_back(role);
    };
    // With neither kind nor member each row is a role of the user's.
    const bool is_plain = !rows.column("member");
    for (const auto& row : rows.rows)
        if (is_plain || (!text::iequals(text_of(rows, row, "kind"), "role") &&
                         text::iequals(text_of(rows, row, "member"), user)))
            give(text_of(rows, row, "role"));
    for (std::size_t before = 0; !is_plain && before != held.size();) {
        before = held.size();
        for (const auto& row : rows.rows)
            if (text::iequals(text_of(rows, row, "kind"), "role") &&
                has(text_of(rows, row, "member")))
                give(text_of(rows, row, "role"));
    }
    std::ranges::sort(held, {}, [](const auto& one) { return text::to_lower(one); });
    return held;
}

}  // namespace rhumb::storage
