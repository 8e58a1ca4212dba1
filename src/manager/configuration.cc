/// The configuration: all of it as text, its checks, its history.

#include "config/parse.h"
#include "config/write.h"
#include "manager/facts.h"
#include "manager/resources.h"

namespace rhumb::manager {

namespace {

site::Change change_of(const Call& call, std::string comment) {
    return {call.actor.who, call.actor.from, std::move(comment), call.now};
}

Json to_json(const std::vector<config::Diagnostic>& diagnostics, std::string_view severity) {
    auto all = Json::array();
    for (const auto& one : diagnostics)
        all.push_back({{"line", one.line},
                       {"column", one.column},
                       {"message", one.message},
                       {"severity", severity}});
    return all;
}

Json faults_of(const config::Parsed& parsed) {
    auto all = to_json(parsed.errors, "error");
    for (auto& warning : to_json(parsed.warnings, "warning")) all.push_back(std::move(warning));
    return all;
}

Result<Answer> show(const Call& call) {
    TRY(const auto home, call.parts.home());
    TRY(const auto current, home.current());
    return Answer{.body = {{"text", current.text},
                           {"revision", current.revision},
                           {"home", home.is_file() ? "file" : "store"},
                           {"place", home.name()},
                           {"changed", to_iso(current.time)},
                           {"warnings", to_json(current.warnings, "warning")}}};
}

Result<Answer> check_text(const Call& call) {
    TRY(const auto home, call.parts.home());
    TRY(const auto current, home.current());
    const auto& text = call.body["text"].get_ref<const std::string&>();
    const auto parsed = config::parse(text, "the text");
    return Answer{.body = {{"good", parsed.is_good()},
                           {"faults", faults_of(parsed)},
                           {"difference", config::diff(current.text, text, "current", "new")}}};
}

Problem refused_text(const config::Parsed& parsed) {
    return {.status = 422,
            .type = "rhumb:configuration",
            .title = "The configuration has faults",
            .detail = config::to_text(parsed.errors),
            .remedy = "Mend what the faults name; what was served goes on being served.",
            .faults = faults_of(parsed)};
}

Result<Answer> apply(const Call& call) {
    TRY(auto home, call.parts.home());
    const auto& text = call.body["text"].get_ref<const std::string&>();
    const auto parsed = config::parse(text, "the text");
    if (!parsed.is_good()) return Answer{.problem = refused_text(parsed)};
    TRY(const auto revision, home.apply(text, change_of(call, text_of(call.body, "comment"))));
    return Answer{
        .body = {{"revision", revision}, {"warnings", to_json(parsed.warnings, "warning")}}};
}

Json to_json(const storage::Revision& revision) {
    return {{"number", revision.number},
            {"time", to_iso(revision.time)},
            {"author", revision.author},
            {"comment", revision.comment},
            {"digest", revision.digest}};
}

/// Newest first.
Result<Answer> history(const Call& call) {
    TRY(const auto home, call.parts.home());
    TRY(const auto revisions, home.history(100'000));
    const auto before = call.number("after");
    const auto limit = limit_of(call);
    Answer answer{.body = {{"items", Json::array()}, {"next", nullptr}}};
    auto& page = answer.body["items"];
    for (const auto& revision : revisions) {
        if (before && revision.number >= *before) continue;
        if (page.size() == limit) {
            answer.next = page.back()["number"].dump();
            break;
        }
        page.push_back(to_json(revision));
    }
    return answer;
}

Result<storage::Id> revision_of(const std::string& text) {
    const auto number = text::to_integer(text);
    if (number && *number > 0) return *number;
    return fail(ErrorKind::not_found, "«{}» is no number of a revision", text);
}

Result<Answer> show_revision(const Call& call) {
    TRY(const auto home, call.parts.home());
    TRY(const auto number, revision_of(call.at("number")));
    TRY(const auto revision, home.revision(number));
    auto body = to_json(revision);
    body["text"] = revision.text;
    return Answer{.body = std::move(body)};
}

Result<Answer> roll_back(const Call& call) {
    TRY(auto home, call.parts.home());
    const auto number = call.body["revision"].get<storage::Id>();
    const auto comment = text_of(call.body, "comment", fmt::format("rollback to {}", number));
    TRY(const auto revision, home.rollback(number, change_of(call, comment)));
    return Answer{.body = {{"revision", revision}, {"warnings", Json::array()}}};
}

Json faults_schema() {
    return list("", facts("", {{"line", count("From 1; 0: of the whole.")},
                               {"column", count("From 1; 0: of the whole.")},
                               {"message", text("", 10'000)},
                               {"severity", word("", {"error", "warning"})}}));
}

Json text_schema() {
    return text("TOML, as docs/configuration.md explains it.", config::text_bytes_max);
}

std::vector<Member> revision_members() {
    return {{"number", count("")},
            {"time", moment("")},
            {"author", text("", 10'000)},
            {"comment", text("", 100'000)},
            {"digest", text("SHA-256 of its text.", 64)}};
}

}  // namespace

void add_configuration(Table& table) {
    using http::Method;
    table.define("Configuration",
                 facts("What is configured now.",
                       {{"text", text_schema()},
                        {"revision", count("0 where the home is a file.")},
                        {"home", word("Where it lives; a file is changed there, not here.",
                                      {"store", "file"})},
                        {"place", text("", 10'000)},
                        {"changed", moment("")},
                        {"warnings", faults_schema()}}));
    table.define("ConfigurationText", object("", {{"text", text_schema(), true}}));
    table.define("NewConfiguration",
                 object("", {{"text", text_schema(), true},
                             {"comment", text("Why, for the history.", 1'000)}}));
    table.define("ConfigurationCheck",
                 facts("", {{"good", boolean("")},
                            {"faults", faults_schema()},
                            {"difference", text("From the current one, as diff -u.", 4'000'000)}}));
    table.define("AppliedConfiguration", facts("", {{"revision", count("The one it is now.")},
                                                    {"warnings", faults_schema()}}));
    table.define("Revision", facts("A state of the configuration.", revision_members()));
    table.define_list("Revisions", "Revision");
    auto whole = revision_members();
    whole.push_back({"text", text_schema()});
    table.define("WholeRevision", facts("", std::move(whole)));
    table.define("Rollback", object("", {{"revision", count("To this one.", 1), true},
                                         {"comment", text("Why, for the history.", 1'000)}}));
    table.add({.method = Method::get,
               .path = "/configuration",
               .id = "getConfiguration",
               .summary = "The configuration",
               .step = "reading the configuration",
               .answer = "Configuration",
               .act = show});
    table.add({.method = Method::put,
               .path = "/configuration",
               .id = "applyConfiguration",
               .summary = "Make a text the configuration, as a new revision",
               .step = "applying a configuration",
               .body = "NewConfiguration",
               .answer = "AppliedConfiguration",
               .needs_match = true,
               .act = apply});
    table.add({.method = Method::post,
               .path = "/configuration/check",
               .id = "checkConfiguration",
               .summary = "Every fault of a text, and what it would change",
               .step = "checking a configuration",
               .body = "ConfigurationText",
               .answer = "ConfigurationCheck",
               .act = check_text});
    table.add({.method = Method::get,
               .path = "/configuration/history",
               .id = "listRevisions",
               .summary = "Earlier configurations, newest first",
               .step = "reading the history",
               .answer = "Revisions",
               .is_listed = true,
               .act = history});
    table.add({.method = Method::get,
               .path = "/configuration/history/{number}",
               .id = "getRevision",
               .summary = "An earlier configuration",
               .step = "reading the history",
               .answer = "WholeRevision",
               .act = show_revision});
    table.add({.method = Method::post,
               .path = "/configuration/rollback",
               .id = "rollBackConfiguration",
               .summary = "Make an earlier configuration the present one again",
               .step = "rolling the configuration back",
               .body = "Rollback",
               .answer = "AppliedConfiguration",
               .act = roll_back});
}

}  // namespace rhumb::manager
