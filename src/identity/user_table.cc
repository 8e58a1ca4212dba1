#include "identity/user_table.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "identity/user_columns.h"

namespace rhumb::identity {

namespace {

/// The fields of a row by what they are: of several for the same, the best that is not empty.
class Fields {
public:
    Fields(const CsvRow& row, const Head& head) {
        std::map<Column, int> ranks;
        for (std::size_t i = 0; i < row.fields.size(); ++i) {
            const auto& [column, rank] = head.columns[i];
            const auto& text = row.fields[i];
            if (column == Column::passed_over || text::trim(text).empty()) continue;
            const auto found = ranks.find(column);
            if (found != ranks.end() && found->second <= rank) continue;
            ranks[column] = rank;
            texts_[column] = text;
        }
    }

    /// "" for none.
    std::string_view raw(Column column) const {
        const auto found = texts_.find(column);
        return found == texts_.end() ? std::string_view{} : std::string_view{found->second};
    }
    std::string_view get(Column column) const { return text::trim(raw(column)); }

private:
    std::map<Column, std::string> texts_;
};

std::string full_name(const Fields& fields) {
    const auto whole = fields.get(Column::full_name);
    const auto first = fields.get(Column::first_name);
    const auto last = fields.get(Column::last_name);
    if (!whole.empty() || (first.empty() && last.empty())) return std::string{whole};
    return std::string{text::trim(fmt::format("{} {}", first, last))};
}

Result<bool> is_disabled(const Fields& fields) {
    TRY(const bool by_name, read_yes(fields.get(Column::disabled)));
    TRY(const bool by_bit, read_disabled_bit(fields.get(Column::account_control)));
    const auto enabled = fields.get(Column::enabled);
    TRY(const bool is_enabled, read_yes(enabled));
    return by_name || by_bit || (!enabled.empty() && !is_enabled);
}

Result<ImportedUser> read_row(const CsvRow& row, const Head& head, const TableForm& form) {
    if (row.fields.size() > head.columns.size())
        return fail(ErrorKind::invalid, "{} fields for {} columns", row.fields.size(),
                    head.columns.size());
    const Fields fields{row, head};
    ImportedUser user{.line = row.line,
                      .user = {.name = std::string{fields.get(Column::name)},
                               .full_name = full_name(fields),
                               .email = std::string{fields.get(Column::email)},
                               .description = std::string{fields.get(Column::description)}}};
    TRY(const bool disabled, is_disabled(fields));
    // When, is the store's to say.
    if (disabled) user.user.disabled = Seconds{};
    TRY(user.user.expires, read_expiry(fields.get(Column::expires)));
    user.roles = read_roles(fields.raw(Column::roles));
    if (const auto privilege = fields.get(Column::role_privilege); !privilege.empty()) {
        TRY(user.role_privilege, read_privilege(privilege));
    }
    const auto password = fields.raw(Column::password);
    if (form.has_passwords && !password.empty()) user.password = crypto::Secret::copy_of(password);
    return user;
}

Result<void> check(const ImportedUser& user) {
    TRY_DONE(check_user_name(user.user.name));
    TRY_DONE(check_line(user.user.full_name, "the full name"));
    TRY_DONE(check_line(user.user.email, "the e-mail address"));
    TRY_DONE(check_line(user.user.description, "the description"));
    if (user.password) TRY_DONE(check_new_password(user.password->view(), user.user.name));
    return {};
}

/// By the map of names. False: the user is left out.
bool rename(ImportedUser& user, const NameMap& names) {
    auto name = names.find(Member::Kind::user, user.user.name);
    if (!name) return false;
    user.user.name = *std::move(name);
    std::vector<std::string> roles;
    for (const auto& role : user.roles)
        if (auto known = names.find(Member::Kind::role, role)) roles.push_back(*std::move(known));
    user.roles = std::move(roles);
    return true;
}

/// All faults, a line each; at most so many.
constexpr std::size_t faults_max = 20;

class Reader {
public:
    explicit Reader(const TableForm& form) : form_{form} {}

    void read(const CsvRow& row, const Head& head) {
        auto user = read_row(row, head, form_);
        if (user && form_.names != nullptr && !rename(*user, *form_.names)) {
            ++left_out_;
            return;
        }
        const auto good = user ? check(*user) : tl::unexpected(user.error());
        if (!good)
            fault(row, good.error().message);
        else if (!seen_.insert(text::to_lower(user->user.name)).second)
            fault(row, fmt::format("the user «{}» is in the table twice", user->user.name));
        else
            table_.rows.push_back(*std::move(user));
    }

    bool goes_on() const { return faults_.size() < faults_max; }

    Result<UserTable> take(const Head& head) {
        if (!faults_.empty())
            return tl::unexpected(Error{ErrorKind::invalid, text::join(faults_, "\n")});
        if (!head.passed_over.empty())
            table_.notes.push_back(
                fmt::format("columns passed over: {}", text::join(head.passed_over, ", ")));
        if (left_out_ > 0)
            table_.notes.push_back(fmt::format("left out by the map of names: {}", left_out_));
        return std::move(table_);
    }

private:
    void fault(const CsvRow& row, std::string_view what) {
        faults_.push_back(fmt::format("line {}: {}", row.line, what));
    }

    const TableForm& form_;
    UserTable table_;
    std::vector<std::string> faults_;
    std::set<std::string> seen_;
    std::size_t left_out_ = 0;
};

}  // namespace

Result<UserTable> read_user_table(std::string_view csv, const TableForm& form) {
    TRY(auto rows, read_csv(csv));
    // PowerShell says first what it wrote.
    if (!rows.empty() && rows.front().fields.front().starts_with("#TYPE "))
        rows.erase(rows.begin());
    if (!form.columns.empty()) rows.insert(rows.begin(), CsvRow{0, form.columns});
    if (rows.empty()) return fail(ErrorKind::invalid, "the table is empty");
    TRY(const auto head, read_head(rows.front()));
    Reader reader{form};
    for (std::size_t i = 1; i < rows.size() && reader.goes_on(); ++i) reader.read(rows[i], head);
    return reader.take(head);
}

}  // namespace rhumb::identity
