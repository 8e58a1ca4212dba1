#include "wizard/setting_values.h"

namespace rhumb::wizard {

namespace {

using config::SqlProvider;
using config::SqlQueries;
using Kind = Field::Kind;

void add_tls(std::vector<Setting>& settings) {
    settings.push_back(setting(&SqlProvider::roots_file,
                               {.id = "roots_file",
                                .label = "File with the root certificates to trust",
                                .help = "PEM. Empty: those of this machine; `rhumb trust install` "
                                        "puts one there.",
                                .is_rare = true}));
    settings.push_back(setting(&SqlProvider::insecurely_without_tls,
                               {.id = "insecurely_without_tls",
                                .label = "Connect without encryption",
                                .kind = Kind::yes_no,
                                .help = "Everybody on the way can then read the password and the "
                                        "answers. For a database on this machine alone.",
                                .is_rare = true}));
}

void add_queries(std::vector<Setting>& settings) {
    constexpr std::string_view about =
        " Only for tables of yours; values stand in it as :name, :user and so on, never as text "
        "(docs/providers.md).";
    const auto add = [&](std::string SqlQueries::*member, std::string id, std::string label) {
        settings.push_back(setting(member, {.id = std::move(id),
                                            .label = label,
                                            .help = label + "." + std::string{about},
                                            .is_rare = true}));
    };
    add(&SqlQueries::find_user, "find_user", "Query for one user by :name");
    add(&SqlQueries::list_users, "list_users", "Query for a page of users");
    add(&SqlQueries::roles_of, "roles_of", "Query for the roles of :user");
    add(&SqlQueries::list_roles, "list_roles", "Query for all roles and their members");
}

}  // namespace

void add_sql_settings(std::vector<Setting>& settings, bool is_sqlserver) {
    settings.push_back(setting(&SqlProvider::host, {.id = "host",
                                                    .label = "Name of the database server",
                                                    .help = "As its certificate has it: "
                                                            "db.example.org.",
                                                    .is_required = true}));
    settings.push_back(
        setting(&SqlProvider::port,
                {.id = "port",
                 .label = "Port",
                 .kind = Kind::number,
                 .help = is_sqlserver ? "0: the usual one, 1433." : "0: the usual one, 5432.",
                 .is_rare = true}));
    settings.push_back(setting(&SqlProvider::database, {.id = "database",
                                                        .label = "Database",
                                                        .help = "Its name on that server.",
                                                        .is_required = true}));
    settings.push_back(
        setting(&SqlProvider::user,
                {.id = "user",
                 .label = "User of the database",
                 .help = "As whom Rhumb connects. It needs to read the tables; to write them, "
                         "where users are to be changed from here.",
                 .is_required = true}));
    settings.push_back(
        setting(&SqlProvider::password_from, {.id = "password",
                                              .label = "Password of that user",
                                              .kind = Kind::secret,
                                              .help = "Kept sealed in Rhumb's store, never in the "
                                                      "configuration."}));
    settings.push_back(setting(
        &SqlProvider::password_from,
        {.id = "password_from",
         .label = "Where that password is",
         .help = "\"store:NAME\" or \"file:/path\"; set by itself when a password is typed.",
         .is_rare = true}));
    settings.push_back(
        setting(&SqlProvider::schema, {.id = "schema",
                                       .label = "Schema of Rhumb's own tables",
                                       .help = "Where there are no queries on tables of yours.",
                                       .is_rare = true}));
    add_tls(settings);
    if (is_sqlserver)
        settings.push_back(
            setting(&SqlProvider::odbc_driver, {.id = "odbc_driver",
                                                .label = "ODBC driver",
                                                .help = "Its name in odbcinst.ini. Empty: FreeTDS.",
                                                .is_rare = true}));
    add_queries(settings);
}

}  // namespace rhumb::wizard
