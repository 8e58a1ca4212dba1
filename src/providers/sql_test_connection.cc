#include <array>

#include "base/text.h"
#include "providers/sql_certificate.h"
#include "providers/sql_parts.h"

namespace rhumb::providers {

namespace {

using FaultStep = storage::SqlFault::Step;
using TestStep = ConnectionTest::Step;

constexpr std::string_view no_tables = "they are not there";

std::string tables_step(const config::SqlProvider& sql) {
    return "tables in the schema " + sql.schema;
}

const config::SqlProvider& settings(const SqlParts& parts) {
    return std::get<config::SqlProvider>(parts.provider.settings);
}

/// What is passed before one is asked anything, in this order.
struct Stage {
    FaultStep step;
    std::string what;
    std::string said;
};

std::vector<Stage> stages_of(const SqlParts& parts) {
    const auto& sql = settings(parts);
    std::vector<Stage> stages{{FaultStep::machine, "this machine", "it has what is needed"}};
    if (sql.host.starts_with('/')) {
        stages.push_back({FaultStep::port, fmt::format("socket in {}", sql.host), "it answers"});
    } else {
        stages.push_back({FaultStep::name, fmt::format("name {}", sql.host), "it is found"});
        stages.push_back({FaultStep::port, fmt::format("port of {}", sql.host), "it answers"});
        if (sql.insecurely_without_tls) {
            stages.push_back({FaultStep::tls, "encryption",
                              "none is asked for (insecurely_without_tls): who is in between "
                              "can read and change everything"});
        } else {
            stages.push_back({FaultStep::tls, "encryption", "TLS came about"});
            stages.push_back({FaultStep::certificate, fmt::format("certificate of {}", sql.host),
                              "it is trusted, valid, and for this name"});
        }
    }
    stages.push_back({FaultStep::busy, "room", "it takes connections"});
    stages.push_back({FaultStep::login, fmt::format("user {}", sql.user), "it is let in"});
    stages.push_back(
        {FaultStep::database, fmt::format("database {}", sql.database), "it is there"});
    return stages;
}

void add_good(ConnectionTest& test, const Stage& stage) {
    test.steps.push_back({stage.what, true, stage.said, ""});
}

void add_bad(ConnectionTest& test, std::string what, std::string said, std::string remedy) {
    test.steps.push_back({std::move(what), false, std::move(said), std::move(remedy)});
}

/// Up to the stage that failed. What is none of them came after them all.
void add_fault(ConnectionTest& test, const SqlParts& parts, const storage::SqlFault& fault) {
    for (const auto& stage : stages_of(parts)) {
        if (stage.step == fault.step) {
            const auto why =
                fault.step == FaultStep::certificate ? why_untrusted(parts) : std::string{};
            add_bad(test, stage.what, why.empty() ? fault.said : why, fault.remedy);
            return;
        }
        add_good(test, stage);
    }
    add_bad(test, settings(parts).has_queries() ? "queries" : "tables", fault.said, fault.remedy);
}

void add_users(ConnectionTest& test, const storage::SqlLook& look) {
    if (look.refused_hashes > 0) {
        add_bad(test, "passwords",
                fmt::format("{} of the first users have passwords in a form that is not looked at "
                            "(plain text, MD5, SHA-1, or too costly): they cannot sign in",
                            look.refused_hashes),
                "keep hashes of bcrypt ($2b$), SHA-512 ($6$), yescrypt ($y$) or Argon2id there");
        return;
    }
    if (look.users.empty()) {
        test.steps.push_back({"users", true, "none yet", ""});
        return;
    }
    std::vector<std::string> names;
    for (const auto& name : look.users)
        if (identity::check_user_name(name)) names.push_back(name);
    test.steps.push_back({"users", true,
                          fmt::format("users are found ({}{})", text::join(names, ", "),
                                      look.users.size() >= 10 ? ", …" : ""),
                          ""});
}

void add_look(ConnectionTest& test, const SqlParts& parts, const storage::SqlLook& look) {
    for (const auto& stage : stages_of(parts)) add_good(test, stage);
    test.steps.back().said = fmt::format("it is there: {}", look.server);
    const auto& sql = settings(parts);
    if (sql.has_queries()) {
        if (!look.faults.empty()) {
            add_bad(test, "queries", look.faults.front(), "correct the query");
            return;
        }
        test.steps.push_back(
            {"queries", true,
             look.remarks.empty() ? "they are understood" : text::join(look.remarks, "; "), ""});
        if (!parts.accounts->can_list_users()) return;
    } else if (look.schema != storage::SqlLook::Schema::ours) {
        const bool is_none = look.schema == storage::SqlLook::Schema::none;
        add_bad(test, tables_step(sql),
                is_none ? std::string{no_tables} : "they are of another Rhumb",
                is_none ? fmt::format("have them made: `rhumb security make-tables {}`; or name "
                                      "queries on tables of yours",
                                      parts.provider.name)
                        : "use that Rhumb, or another schema");
        return;
    } else {
        test.steps.push_back({tables_step(sql), true, "they are there", ""});
    }
    add_users(test, look);
}

}  // namespace

bool lacks_tables(const ConnectionTest& test) {
    if (test.steps.empty()) return false;
    const auto& last = test.steps.back();
    return !last.is_good && last.said == no_tables &&
           last.what.starts_with(tables_step({.schema = ""}));
}

ConnectionTest test_sql(const SqlParts& parts) {
    ConnectionTest test;
    storage::SqlFault fault;
    const auto look = parts.accounts->look(fault);
    if (look)
        add_look(test, parts, *look);
    else
        add_fault(test, parts, fault);
    return test;
}

}  // namespace rhumb::providers
