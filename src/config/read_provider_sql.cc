#include <algorithm>

#include "base/text.h"
#include "config/provider_checks.h"
#include "config/readers.h"
#include "config/secret_place.h"
#include "config/sql_parameters.h"

namespace rhumb::config {
namespace {

struct QueryKey {
    std::string_view key;
    std::string SqlQueries::*member;
    std::vector<std::string_view> parameters;  ///< that may be in it
    std::string_view needed;                   ///< that must be; "": none
};

const std::vector<QueryKey>& query_keys() {
    static const std::vector<QueryKey> keys{
        {"find_user", &SqlQueries::find_user, {"name"}, "name"},
        {"list_users", &SqlQueries::list_users, {"contains", "after", "count"}, ""},
        {"roles_of", &SqlQueries::roles_of, {"user"}, "user"},
        {"list_roles", &SqlQueries::list_roles, {}, ""}};
    return keys;
}

/// One statement, with parameters that are bound.
void check_query(TableReader& reader, const QueryKey& query, std::string_view text) {
    auto& report = reader.report();
    const auto place = reader.place_of(query.key);
    const auto found = sql_parameters(text);
    if (!found) {
        report.error(place, "{}: {}", query.key, found.error().message);
        return;
    }
    for (const auto& parameter : *found) {
        if (std::ranges::find(query.parameters, parameter) != query.parameters.end()) continue;
        report.error(place, "{} knows no parameter :{}{}", query.key, parameter,
                     query.parameters.empty() ? "; it has none" : "");
    }
    if (!query.needed.empty() && std::ranges::find(*found, query.needed) == found->end())
        report.error(place, "{} must ask for :{}", query.key, query.needed);
}

SqlQueries read_queries(const Node& node, Report& report) {
    SqlQueries queries;
    TableReader reader{node, "[security.provider.queries]", report};
    for (const auto& query : query_keys()) {
        auto& text = queries.*query.member;
        if (!reader.read(query.key, text, check_prose)) continue;
        if (text::trim(text).empty())
            report.error(reader.place_of(query.key), "{} must not be empty", query.key);
        else
            check_query(reader, query, text);
    }
    reader.done();
    if (node.kind == Node::Kind::table && queries.find_user.empty() && queries.roles_of.empty())
        report.error(node.place,
                     "[security.provider.queries] needs find_user (for users) or "
                     "roles_of (for roles)");
    return queries;
}

void check_tls(TableReader& reader, const SqlProvider& sql) {
    auto& report = reader.report();
    const bool is_socket = sql.host.starts_with('/');
    if (is_socket && sql.dialect == SqlProvider::Dialect::sqlserver)
        report.error(reader.place_of("host"),
                     "SQL Server is reached over the network alone: "
                     "host must be a name or an IP address");
    if (sql.insecurely_without_tls && !is_this_machine(sql.host))
        report.warning(reader.place_of("insecurely_without_tls"),
                       "{} is asked without TLS: whoever is on the way to {} reads and changes "
                       "what it says",
                       reader.name(), shown(sql.host));
}

}  // namespace

void read_kind(TableReader& reader, SqlProvider& settings) {
    reader.require("host", "host = \"db.example.org\"");
    reader.require("database", "database = \"accounts\"");
    reader.read_unseen("host", settings.host, check_database_host);
    reader.read("port", settings.port, std::uint16_t{1}, std::uint16_t{65535});
    reader.read("database", settings.database, check_filled_line);
    reader.read("user", settings.user, check_filled_line);
    reader.read_unseen("password_from", settings.password_from, check_secret_place);
    if (settings.dialect == SqlProvider::Dialect::sqlserver)
        reader.read("odbc_driver", settings.odbc_driver, check_filled_line);
    reader.read("roots_file", settings.roots_file, check_absolute_path);
    reader.read("insecurely_without_tls", settings.insecurely_without_tls);
    reader.read("schema", settings.schema, check_sql_name);
    if (const Node* queries = reader.take("queries"))
        settings.queries = read_queries(*queries, reader.report());
    if (!settings.host.starts_with('/')) reader.require("user", "user = \"rhumb\"");
    if (reader.has("schema") && reader.has("queries"))
        reader.report().error(
            reader.place_of("schema"),
            "schema is for tables of Rhumb's own: with queries of yours it has no "
            "meaning");
    check_tls(reader, settings);
}

}  // namespace rhumb::config
