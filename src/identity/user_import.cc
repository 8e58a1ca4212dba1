#include "identity/user_import.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "identity/csv.h"

namespace rhumb::identity {

namespace {

enum class Column { name, full_name, email, description, roles, password, disabled, expires };

struct ColumnName {
    std::string_view text;
    Column column;
};

constexpr std::array column_names{
    ColumnName{"name", Column::name},
    ColumnName{"username", Column::name},
    ColumnName{"fullname", Column::full_name},
    ColumnName{"email", Column::email},
    ColumnName{"description", Column::description},
    ColumnName{"roles", Column::roles},
    ColumnName{"password", Column::password},
    ColumnName{"disabled", Column::disabled},
    ColumnName{"expires", Column::expires},
};

/// "Full Name" → "fullname".
std::string bare(std::string_view title) {
    std::string name;
    for (const char c : title)
        if (c != '_' && c != '-' && c != ' ') name += text::to_lower(c);
    return name;
}

Result<std::vector<Column>> read_head(const CsvRow& head) {
    std::vector<Column> columns;
    for (const auto& title : head.fields) {
        const auto known = std::ranges::find(column_names, bare(title), &ColumnName::text);
        if (known == column_names.end())
            return fail(ErrorKind::invalid,
                        "line {}: no column is called «{}»; there are name, full_name, email, "
                        "description, roles, password, disabled, expires",
                        head.line, title);
        if (std::ranges::find(columns, known->column) != columns.end())
            return fail(ErrorKind::invalid, "line {}: the column «{}» is there twice", head.line,
                        title);
        columns.push_back(known->column);
    }
    if (std::ranges::find(columns, Column::name) == columns.end())
        return fail(ErrorKind::invalid, "line {}: there is no column «name»", head.line);
    return columns;
}

std::vector<std::string> read_roles(std::string_view field) {
    std::vector<std::string> roles;
    while (!field.empty()) {
        const auto end = std::min(field.find_first_of("|;,"), field.size());
        const auto role = text::trim(field.substr(0, end));
        if (!role.empty()) roles.emplace_back(role);
        field.remove_prefix(std::min(end + 1, field.size()));
    }
    return roles;
}

Result<bool> read_yes(std::string_view field) {
    for (const auto yes : {"yes", "true", "1"})
        if (text::iequals(field, yes)) return true;
    for (const auto no : {"", "no", "false", "0"})
        if (text::iequals(field, no)) return false;
    return fail(ErrorKind::invalid, "«{}» is neither yes nor no", field);
}

Result<void> take(ImportedUser& row, Column column, const std::string& field) {
    switch (column) {
        case Column::name: row.user.name = text::trim(field); break;
        case Column::full_name: row.user.full_name = text::trim(field); break;
        case Column::email: row.user.email = text::trim(field); break;
        case Column::description: row.user.description = text::trim(field); break;
        case Column::roles: row.roles = read_roles(field); break;
        case Column::password:
            if (!field.empty()) row.password = crypto::Secret::copy_of(field);
            break;
        case Column::disabled: {
            TRY(const bool is_disabled, read_yes(text::trim(field)));
            // When, is the store's to say.
            if (is_disabled) row.user.disabled = Seconds{};
            break;
        }
        case Column::expires: {
            if (const auto day = text::trim(field); !day.empty()) {
                TRY(row.user.expires, end_of_day(day));
            }
            break;
        }
    }
    return {};
}

Result<ImportedUser> read_row(const CsvRow& row, const std::vector<Column>& columns) {
    ImportedUser user{.line = row.line, .user = {}};
    if (row.fields.size() > columns.size())
        return fail(ErrorKind::invalid, "{} fields for {} columns", row.fields.size(),
                    columns.size());
    for (std::size_t i = 0; i < row.fields.size(); ++i)
        TRY_DONE(take(user, columns[i], row.fields[i]));
    TRY_DONE(check_user_name(user.user.name));
    TRY_DONE(check_line(user.user.full_name, "the full name"));
    TRY_DONE(check_line(user.user.email, "the e-mail address"));
    TRY_DONE(check_line(user.user.description, "the description"));
    if (user.password) TRY_DONE(check_new_password(user.password->view(), user.user.name));
    return user;
}

/// All faults, a line each; at most so many.
constexpr std::size_t faults_max = 20;

tl::unexpected<Error> all_of(const std::vector<std::string>& faults) {
    return tl::unexpected(Error{ErrorKind::invalid, text::join(faults, "\n")});
}

/// What an import changes of a user who is there; "" for nothing.
std::string changes_of(const ImportedUser& row, const User& known) {
    std::vector<std::string> all;
    if (!row.user.full_name.empty() && row.user.full_name != known.full_name)
        all.emplace_back("full name");
    if (!row.user.email.empty() && row.user.email != known.email) all.emplace_back("e-mail");
    if (!row.user.description.empty() && row.user.description != known.description)
        all.emplace_back("description");
    if (row.user.disabled && !known.disabled) all.emplace_back("disabled");
    if (row.user.expires && row.user.expires != known.expires) all.emplace_back("expiry");
    if (row.password) all.emplace_back("password");
    return text::join(all, ", ");
}

User with_changes(const ImportedUser& row, User known) {
    if (!row.user.full_name.empty()) known.full_name = row.user.full_name;
    if (!row.user.email.empty()) known.email = row.user.email;
    if (!row.user.description.empty()) known.description = row.user.description;
    if (row.user.disabled && !known.disabled) known.disabled = row.user.disabled;
    if (row.user.expires) known.expires = row.user.expires;
    return known;
}

bool has_name(const std::vector<std::string>& names, std::string_view wanted) {
    return std::ranges::any_of(names,
                               [&](const auto& name) { return text::iequals(name, wanted); });
}

/// The roles of the row that the user has not, by name.
std::vector<std::string> missing_roles(const ImportedUser& row, const std::vector<Role>& roles) {
    std::vector<std::string> missing;
    for (const auto& role : roles)
        if (has_name(row.roles, role.name) && !has_name(role.users, row.user.name))
            missing.push_back(role.name);
    return missing;
}

void note_unknown_roles(const ImportedUser& row, const std::vector<Role>& roles,
                        std::vector<std::string>& faults) {
    for (const auto& name : row.roles)
        if (std::ranges::none_of(roles,
                                 [&](const Role& role) { return text::iequals(role.name, name); }))
            faults.push_back(
                fmt::format("line {}: there is no role «{}»; make it first: rhumb role add '{}'",
                            row.line, name, name));
}

Result<void> do_step(const ImportedUser& row, const ImportPlan::Step& step, UserStore& users,
                     RoleStore& roles, const Actor& actor) {
    auto& editor = *users.editor();
    const auto password =
        row.password ? std::optional{row.password->view()} : std::optional<std::string_view>{};
    if (step.act == ImportPlan::Act::add) {
        TRY_DONE(editor.add(row.user, password, actor));
    } else if (step.act == ImportPlan::Act::change) {
        TRY(const auto known, users.find(row.user.name));
        if (!known)
            return fail(ErrorKind::conflict, "the user «{}» was removed meanwhile", row.user.name);
        TRY_DONE(editor.update(known->name, with_changes(row, *known), actor));
        if (password) TRY_DONE(editor.set_password(known->name, password, actor));
    } else {
        return {};
    }
    for (const auto& role : row.roles)
        TRY_DONE(roles.editor()->give(role, {Member::Kind::user, row.user.name}, actor));
    return {};
}

}  // namespace

Result<std::vector<ImportedUser>> read_users(std::string_view csv) {
    TRY(const auto rows, read_csv(csv));
    if (rows.empty()) return fail(ErrorKind::invalid, "the table is empty");
    TRY(const auto columns, read_head(rows.front()));
    std::vector<ImportedUser> users;
    std::vector<std::string> faults;
    std::set<std::string> seen;
    for (std::size_t i = 1; i < rows.size() && faults.size() < faults_max; ++i) {
        auto user = read_row(rows[i], columns);
        if (!user) {
            faults.push_back(fmt::format("line {}: {}", rows[i].line, user.error().message));
        } else if (!seen.insert(text::to_lower(user->user.name)).second) {
            faults.push_back(fmt::format("line {}: the user «{}» is in the table twice",
                                         rows[i].line, user->user.name));
        } else {
            users.push_back(*std::move(user));
        }
    }
    if (!faults.empty()) return all_of(faults);
    return users;
}

Result<ImportPlan> plan_import(const std::vector<ImportedUser>& rows, const UserStore& users,
                               const RoleStore& roles, bool changes_known) {
    using Act = ImportPlan::Act;
    TRY(const auto all_roles, roles.list());
    ImportPlan plan;
    for (const auto& row : rows) {
        note_unknown_roles(row, all_roles, plan.faults);
        const auto given = missing_roles(row, all_roles);
        const auto role_words =
            given.empty() ? std::string{} : fmt::format("roles: {}", text::join(given, ", "));
        TRY(const auto known, users.find(row.user.name));
        if (!known) {
            plan.steps.push_back({Act::add, row.user.name, role_words});
            continue;
        }
        if (!changes_known) {
            plan.steps.push_back({Act::leave, known->name, "is there already"});
            continue;
        }
        auto words = changes_of(row, *known);
        if (!role_words.empty()) words += (words.empty() ? "" : "; ") + role_words;
        const bool is_same = words.empty();
        plan.steps.push_back({is_same ? Act::leave : Act::change, known->name,
                              is_same ? "has all of it already" : words});
    }
    return plan;
}

Result<void> carry_out_import(const std::vector<ImportedUser>& rows, const ImportPlan& plan,
                              UserStore& users, RoleStore& roles, const Actor& actor,
                              const std::function<void(std::size_t)>& progress) {
    if (!plan.faults.empty()) return all_of(plan.faults);
    if (users.editor() == nullptr || roles.editor() == nullptr)
        return fail(ErrorKind::denied, "users and roles are kept elsewhere: change them there");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (auto done = do_step(rows[i], plan.steps[i], users, roles, actor); !done)
            return tl::unexpected(std::move(done).error().within(
                fmt::format("line {}, «{}»", rows[i].line, rows[i].user.name)));
        progress(i + 1);
    }
    return {};
}

}  // namespace rhumb::identity
