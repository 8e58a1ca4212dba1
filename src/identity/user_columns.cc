#include "identity/user_columns.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/text.h"

namespace rhumb::identity {

namespace {

struct ColumnName {
    std::string_view text;  ///< without blanks and the like, in lower case
    Column column;
    int rank = 0;
    bool is_ours = false;
};

constexpr std::array column_names{
    ColumnName{"name", Column::name, 2, true},
    ColumnName{"username", Column::name, 1, true},
    ColumnName{"fullname", Column::full_name, 0, true},
    ColumnName{"email", Column::email, 0, true},
    ColumnName{"description", Column::description, 0, true},
    ColumnName{"roles", Column::roles, 0, true},
    ColumnName{"password", Column::password, 0, true},
    ColumnName{"disabled", Column::disabled, 0, true},
    ColumnName{"expires", Column::expires, 0, true},
    // Windows and Active Directory.
    ColumnName{"samaccountname", Column::name, 0},
    ColumnName{"userprincipalname", Column::name, 4},
    ColumnName{"displayname", Column::full_name, 1},
    ColumnName{"cn", Column::full_name, 2},
    ColumnName{"givenname", Column::first_name},
    ColumnName{"surname", Column::last_name},
    ColumnName{"sn", Column::last_name, 1},
    ColumnName{"mail", Column::email, 1},
    ColumnName{"emailaddress", Column::email, 2},
    ColumnName{"memberof", Column::roles, 2},
    ColumnName{"enabled", Column::enabled},
    ColumnName{"useraccountcontrol", Column::account_control},
    ColumnName{"accountexpires", Column::expires, 1},
    ColumnName{"accountexpirationdate", Column::expires, 2},
    // ArcGIS Server and Portal.
    ColumnName{"user", Column::name, 1},
    ColumnName{"login", Column::name, 1},
    ColumnName{"account", Column::name, 1},
    ColumnName{"idpusername", Column::name, 3},
    ColumnName{"firstname", Column::first_name},
    ColumnName{"lastname", Column::last_name},
    ColumnName{"role", Column::roles, 1},
    ColumnName{"rolesthattheuserbelongsto", Column::roles, 0},
    ColumnName{"roletype", Column::role_privilege},
    ColumnName{"privilege", Column::role_privilege},
    // Membership of ASP.NET, as IIS keeps it.
    ColumnName{"comment", Column::description, 1},
    ColumnName{"isapproved", Column::enabled},
    // Known, and of no use here: they tell whose table it is.
    ColumnName{"sid", Column::passed_over},
    ColumnName{"objectclass", Column::passed_over},
    ColumnName{"objectguid", Column::passed_over},
    ColumnName{"dn", Column::passed_over},
    ColumnName{"distinguishedname", Column::passed_over},
    ColumnName{"principalsource", Column::passed_over},
    ColumnName{"usertype", Column::passed_over},
    ColumnName{"level", Column::passed_over},
    ColumnName{"islockedout", Column::passed_over},
};

/// "Full Name" → "fullname"; "#User" → "user".
std::string bare(std::string_view title) {
    std::string name;
    for (const char c : title)
        if (std::string_view{"_-. #"}.find(c) == std::string_view::npos) name += text::to_lower(c);
    return name;
}

/// Where a name of a person and one for signing in are there, the first is no more than that.
void read_name_as_full_name(Head& head, const std::vector<const ColumnName*>& known) {
    const bool has_better = std::ranges::any_of(known, [](const ColumnName* one) {
        return one != nullptr && one->column == Column::name && one->text != "name";
    });
    if (!has_better) return;
    for (std::size_t i = 0; i < known.size(); ++i)
        if (known[i] != nullptr && known[i]->text == "name")
            head.columns[i] = {Column::full_name, 3};
}

/// A value of the first part of a name in full: "GIS Users" of "CN=GIS Users,OU=Groups".
std::string first_part(std::string_view name) {
    const auto equals = name.find('=');
    std::string part;
    for (auto at = equals + 1; at < name.size() && name[at] != ','; ++at) {
        if (name[at] == '\\' && at + 1 < name.size()) ++at;
        part += name[at];
    }
    return std::string{text::trim(part)};
}

}  // namespace

Result<Head> read_head(const CsvRow& row) {
    Head head;
    std::vector<const ColumnName*> known;
    std::vector<std::string> seen;
    for (const auto& title : row.fields) {
        const auto name = bare(title);
        if (std::ranges::find(seen, name) != seen.end())
            return fail(ErrorKind::invalid, "line {}: the column «{}» is there twice", row.line,
                        title);
        seen.push_back(name);
        const auto* const found = std::ranges::find(column_names, name, &ColumnName::text);
        known.push_back(found == column_names.end() ? nullptr : found);
        head.columns.push_back(
            found == column_names.end() ? KnownColumn{} : KnownColumn{found->column, found->rank});
        if (head.columns.back().column == Column::passed_over) head.passed_over.push_back(title);
    }
    const bool is_ours = std::ranges::all_of(
        known, [](const ColumnName* one) { return one == nullptr || one->is_ours; });
    const auto unknown = std::ranges::find(known, nullptr);
    if (is_ours && unknown != known.end())
        return fail(ErrorKind::invalid,
                    "line {}: no column is called «{}»; there are name, full_name, email, "
                    "description, roles, password, disabled, expires, and those of ArcGIS and "
                    "Windows",
                    row.line, row.fields[static_cast<std::size_t>(unknown - known.begin())]);
    read_name_as_full_name(head, known);
    if (std::ranges::find(head.columns, Column::name, &KnownColumn::column) == head.columns.end())
        return fail(ErrorKind::invalid,
                    "line {}: there is no column «name»; where the table has no head, name its "
                    "columns by --columns name,password,…",
                    row.line);
    return head;
}

std::vector<std::string> read_roles(std::string_view field) {
    std::vector<std::string> roles;
    // What PowerShell writes of a list that it cannot write.
    if (field.starts_with("Microsoft.") || field.starts_with("System.")) return roles;
    const bool has_names_in_full = field.find('=') != std::string_view::npos;
    while (!field.empty()) {
        const auto end =
            std::min(field.find_first_of(has_names_in_full ? "|;" : "|;,"), field.size());
        const auto part = text::trim(field.substr(0, end));
        const auto role =
            part.find('=') == std::string_view::npos ? std::string{part} : first_part(part);
        if (!role.empty()) roles.push_back(role);
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

Result<bool> read_disabled_bit(std::string_view field) {
    if (field.empty()) return false;
    const auto number = text::to_integer(field);
    if (!number) return fail(ErrorKind::invalid, "«{}» is no userAccountControl", field);
    return (static_cast<std::uint64_t>(*number) & 2U) != 0;
}

Result<std::optional<Seconds>> read_expiry(std::string_view field) {
    if (field.empty() || text::iequals(field, "never")) return std::nullopt;
    if (const auto number = text::to_integer(field)) {
        constexpr std::int64_t ticks_per_second = 10'000'000;
        constexpr std::int64_t seconds_to_1970 = 11'644'473'600;
        constexpr auto never = std::numeric_limits<std::int64_t>::max();
        if (*number == 0 || *number == never) return std::nullopt;
        if (*number > 0)
            return Seconds{std::chrono::seconds{*number / ticks_per_second - seconds_to_1970}};
    }
    TRY(const auto end, end_of_day(field.substr(0, field.find('T'))));
    return end;
}

Result<Privilege> read_privilege(std::string_view field) {
    if (field.empty() || text::iequals(field, "access")) return Privilege::view;
    return to_privilege(text::to_lower(field));
}

}  // namespace rhumb::identity
