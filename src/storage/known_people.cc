#include "storage/known_people.h"

#include <algorithm>

#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {
namespace {

constexpr const char* columns =
    "SELECT id, provider, subject, name, full_name, email, roles, created, checked, ended, sealed"
    " FROM known_person ";

/// Where the columns of a row go while rows are fetched.
struct Row {
    explicit Row(soci::session& sql) : sealed{sql} {}

    KnownPersonRecord record;
    soci::blob sealed;
    long long id = 0;
    std::string roles;
    long long created = 0;
    long long checked = 0;
    OptionalColumn ended;

    KnownPersonRecord value() {
        auto person = record;
        person.id = id;
        person.roles = lines_of(roles);
        person.created = to_seconds(created);
        person.checked = to_seconds(checked);
        person.ended = ended.to_time();
        person.sealed = bytes_of(sealed);
        return person;
    }
};

void bind(soci::details::prepare_temp_type& prepared, Row& row) {
    prepared, soci::into(row.id), soci::into(row.record.provider), soci::into(row.record.subject),
        soci::into(row.record.name), soci::into(row.record.full_name), soci::into(row.record.email),
        soci::into(row.roles), soci::into(row.created), soci::into(row.checked),
        soci::into(row.ended.value, row.ended.is), soci::into(row.sealed);
}

std::vector<KnownPersonRecord> fetch(Row& row, soci::statement& statement) {
    statement.execute();
    std::vector<KnownPersonRecord> found;
    while (statement.fetch()) found.push_back(row.value());
    return found;
}

/// The one of a provider whose `column` is `value`.
Result<std::optional<KnownPersonRecord>> find_by(const View& view, std::string_view column,
                                                 std::string_view provider,
                                                 std::string_view value) {
    return view.session().guarded(
        "reading who signed in at a provider",
        [&](soci::session& sql) -> Result<std::optional<KnownPersonRecord>> {
            Row row{sql};
            const std::string wanted_provider{provider};
            const std::string wanted{value};
            auto prepared = (sql.prepare << fmt::format(
                                 "{} WHERE provider = :provider AND {} = :value", columns, column));
            bind(prepared, row);
            soci::statement statement =
                (prepared, soci::use(wanted_provider, "provider"), soci::use(wanted, "value"));
            auto found = fetch(row, statement);
            if (found.empty()) return std::nullopt;
            return std::move(found.front());
        });
}

Result<std::string> column_of(const std::vector<std::string>& roles) {
    if (std::ranges::any_of(roles, [](const std::string& role) {
            return role.empty() || role.find('\n') != std::string::npos;
        }))
        return fail(ErrorKind::invalid, "a role must have a name of one line");
    return text::join(roles, "\n");
}

Error is_there(const KnownPersonRecord& person) {
    return {ErrorKind::conflict, fmt::format("the provider «{}» has somebody called «{}» already",
                                             person.provider, person.name)};
}

/// The pattern of LIKE … ESCAPE '\' for texts that contain `part`.
std::string like(std::string_view part) {
    std::string pattern = "%";
    for (const char c : part) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

}  // namespace

std::string known_person_purpose(Id id) { return fmt::format("known person {}", id); }

Result<std::vector<KnownPersonRecord>> known_people(const View& view, std::string_view provider,
                                                    const Page& page) {
    return view.session().guarded(
        "reading who signed in at a provider",
        [&](soci::session& sql) -> Result<std::vector<KnownPersonRecord>> {
            Row row{sql};
            const std::string wanted{provider};
            const auto pattern = like(page.contains);
            const auto count = static_cast<long long>(page.count_max);
            auto prepared = (sql.prepare << std::string{columns} +
                                                "WHERE provider = :provider"
                                                " AND (name LIKE :pattern ESCAPE '\\'"
                                                " OR full_name LIKE :pattern ESCAPE '\\')"
                                                " AND name > :after ORDER BY name LIMIT :count");
            bind(prepared, row);
            soci::statement statement =
                (prepared, soci::use(wanted, "provider"), soci::use(pattern, "pattern"),
                 soci::use(page.after, "after"), soci::use(count, "count"));
            return fetch(row, statement);
        });
}

Result<std::optional<KnownPersonRecord>> find_known_person(const View& view,
                                                           std::string_view provider,
                                                           std::string_view name) {
    return find_by(view, "name", provider, name);
}

Result<std::optional<KnownPersonRecord>> find_known_subject(const View& view,
                                                            std::string_view provider,
                                                            std::string_view subject) {
    return find_by(view, "subject", provider, subject);
}

Result<Id> add_known_person(Transaction& transaction, const KnownPersonRecord& person) {
    TRY(const auto same_subject, find_known_subject(transaction, person.provider, person.subject));
    TRY(const auto same_name, find_known_person(transaction, person.provider, person.name));
    if (same_subject || same_name)
        return tl::unexpected(is_there(same_subject ? *same_subject : *same_name));
    TRY(const auto roles, column_of(person.roles));
    return transaction.session().guarded(
        "noting who signed in at a provider", [&](soci::session& sql) -> Result<Id> {
            const long long created = to_column(person.created);
            const long long checked = to_column(person.checked);
            OptionalColumn ended{person.ended};
            soci::blob sealed{sql};
            fill(sealed, person.sealed);
            sql << "INSERT INTO known_person (provider, subject, name, full_name, email, roles,"
                   " created, checked, ended, sealed) VALUES (:provider, :subject, :name,"
                   " :full_name, :email, :roles, :created, :checked, :ended, :sealed)",
                soci::use(person.provider, "provider"), soci::use(person.subject, "subject"),
                soci::use(person.name, "name"), soci::use(person.full_name, "full_name"),
                soci::use(person.email, "email"), soci::use(roles, "roles"),
                soci::use(created, "created"), soci::use(checked, "checked"),
                soci::use(ended.value, ended.is, "ended"), soci::use(sealed, "sealed");
            return last_id(sql);
        });
}

Result<void> update_known_person(Transaction& transaction, const KnownPersonRecord& person) {
    TRY(const auto other, find_known_person(transaction, person.provider, person.name));
    if (other && other->id != person.id) return tl::unexpected(is_there(*other));
    TRY(const auto roles, column_of(person.roles));
    return transaction.session().guarded(
        "changing who signed in at a provider", [&](soci::session& sql) -> Result<void> {
            const long long id = person.id;
            const long long checked = to_column(person.checked);
            OptionalColumn ended{person.ended};
            soci::blob sealed{sql};
            fill(sealed, person.sealed);
            sql << "UPDATE known_person SET name = :name, full_name = :full_name, email = :email,"
                   " roles = :roles, checked = :checked, ended = :ended, sealed = :sealed"
                   " WHERE id = :id",
                soci::use(person.name, "name"), soci::use(person.full_name, "full_name"),
                soci::use(person.email, "email"), soci::use(roles, "roles"),
                soci::use(checked, "checked"), soci::use(ended.value, ended.is, "ended"),
                soci::use(sealed, "sealed"), soci::use(id, "id");
            if (changed_rows(sql) == 0)
                return fail(ErrorKind::not_found, "the provider «{}» has nobody called «{}»",
                            person.provider, person.name);
            return {};
        });
}

Result<bool> remove_known_person(Transaction& transaction, std::string_view provider,
                                 std::string_view name) {
    return transaction.session().guarded(
        "forgetting who signed in at a provider", [&](soci::session& sql) -> Result<bool> {
            const std::string wanted_provider{provider};
            const std::string wanted{name};
            sql << "DELETE FROM known_person WHERE provider = :provider AND name = :name",
                soci::use(wanted_provider, "provider"), soci::use(wanted, "name");
            return changed_rows(sql) > 0;
        });
}

}  // namespace rhumb::storage
