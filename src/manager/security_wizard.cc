/// The wizard: the same steps as `rhumb security configure`, for a page to walk.

#include "manager/facts.h"
#include "manager/resources.h"
#include "site/running.h"
#include "wizard/apply.h"
#include "wizard/configured.h"
#include "wizard/json.h"
#include "wizard/summary.h"

namespace rhumb::manager {

namespace {

constexpr std::size_t sentence_size = 100'000;

/// What a call works on.
struct Workshop {
    site::Home home;
    wizard::Configured configured;
    providers::Surroundings around;

    static Result<Workshop> open(const Call& call) {
        const auto& access = call.parts.access;
        TRY(auto home, call.parts.home());
        TRY(auto configured, wizard::read_configured(home, access.store, access.clock));
        return Workshop{
            std::move(home),
            std::move(configured),
            {.store = access.store, .seal = access.seal, .clock = access.clock, .log = access.log}};
    }
};

wizard::Answers answers_of(const Call& call) { return call.body.value("answers", Json::object()); }

Result<Answer> show(const Call& call) {
    TRY(const auto workshop, Workshop::open(call));
    const auto& configured = workshop.configured;
    TRY(const auto undoable, wizard::find_undoable(call.parts.access.store));
    return Answer{.body = {{"revision", configured.revision},
                           {"home", configured.config_file.empty() ? "store" : "file"},
                           {"administrators", configured.administrators},
                           {"can_undo", undoable && undoable->made == configured.revision},
                           {"steps", wizard::to_json(wizard::steps(Json::object(), configured))}}};
}

Result<Answer> judge(const Call& call) {
    TRY(const auto workshop, Workshop::open(call));
    const auto answers = answers_of(call);
    const auto step = text_of(call.body, "step");
    const auto& configured = workshop.configured;
    const auto faults = step.empty() ? wizard::decide(answers, configured).faults
                                     : wizard::judge(step, answers, configured);
    return Answer{.body = {{"faults", wizard::to_json(faults)},
                           {"next", wizard::next_step(answers, configured)},
                           {"steps", wizard::to_json(wizard::steps(answers, configured))}}};
}

/// Why it cannot go on: each fault with its step and field.
Problem refused(const std::vector<wizard::Fault>& faults) {
    auto list = Json::array();
    std::string detail;
    for (const auto& fault : faults) {
        detail += (detail.empty() ? "" : "\n") + fault.message;
        list.push_back({{"line", 0},
                        {"column", 0},
                        {"message", fault.message},
                        {"severity", "error"},
                        {"step", fault.step},
                        {"field", fault.field}});
    }
    return {.status = 422,
            .type = "rhumb:answers",
            .title = "The answers are not good yet",
            .detail = detail,
            .remedy = "Mend what the faults name; nothing was changed.",
            .faults = std::move(list)};
}

Result<Answer> try_connections(const Call& call) {
    TRY(const auto workshop, Workshop::open(call));
    const auto decision = wizard::decide(answers_of(call), workshop.configured, false);
    if (!decision.faults.empty()) return Answer{.problem = refused(decision.faults)};
    const auto tried =
        wizard::try_connections(decision, workshop.configured, workshop.around, true);
    return Answer{.body = {{"connections", wizard::to_json(tried)}}};
}

Result<Answer> summarize(const Call& call) {
    TRY(const auto workshop, Workshop::open(call));
    const auto decision = wizard::decide(answers_of(call), workshop.configured);
    if (!decision.faults.empty()) return Answer{.problem = refused(decision.faults)};
    return Answer{.body = wizard::to_json(wizard::summarize(decision, workshop.configured))};
}

Problem unreached(const std::vector<wizard::Tried>& tried) {
    Problem problem{.status = 409,
                    .type = "rhumb:connection",
                    .title = "A connection cannot be made",
                    .remedy =
                        "Mend what is named, or go on knowingly: in_spite_of_test in the "
                        "step of the connection. Nothing was changed."};
    for (const auto& one : tried)
        for (const auto& step : one.test.steps)
            if (!step.is_good)
                problem.detail +=
                    fmt::format("{}«{}»: {}: {}. {}", problem.detail.empty() ? "" : "\n", one.name,
                                step.what, step.said, step.remedy);
    return problem;
}

/// By real requests, as soon as the server has taken the change; null where it cannot be tried.
Json trial_of(const Call& call, const site::Home& home) {
    const auto& access = call.parts.access;
    const auto report =
        wizard::run_trial({.store = access.store,
                           .seal = access.seal,
                           .clock = access.clock,
                           .home = home,
                           .people = access.people,
                           .tokens = access.tokens,
                           .running = [&] { return site::read_running(call.parts.data); },
                           .actor = call.actor});
    if (report) return wizard::to_json(*report);
    return {{"good", false},
            {"callers", Json::array()},
            {"results", Json::array()},
            {"notes", Json::array({report.error().message})}};
}

Result<Answer> apply(const Call& call) {
    TRY(auto workshop, Workshop::open(call));
    const auto decision = wizard::decide(answers_of(call), workshop.configured);
    if (!decision.faults.empty()) return Answer{.problem = refused(decision.faults)};
    const auto tried = wizard::try_connections(decision, workshop.configured, workshop.around);
    if (std::ranges::any_of(tried, &wizard::Tried::is_in_the_way))
        return Answer{.problem = unreached(tried)};
    TRY(const auto applied,
        wizard::apply(decision, workshop.configured, {workshop.home, workshop.around, call.actor},
                      text_of(call.body, "comment")));
    call.parts.access.people.forget();
    auto body = wizard::to_json(applied);
    body["connections"] = wizard::to_json(tried);
    body["trial"] = call.body.value("trial", true) ? trial_of(call, workshop.home) : Json(nullptr);
    return Answer{.body = std::move(body)};
}

Result<Answer> undo(const Call& call) {
    TRY(auto workshop, Workshop::open(call));
    TRY(const auto undone, wizard::undo({workshop.home, workshop.around, call.actor}));
    call.parts.access.people.forget();
    return Answer{.body = wizard::to_json(undone)};
}

Json field_schema() {
    return facts(
        "One question.",
        {{"id", text("As answers name it.")},
         {"label", text("", 1'000)},
         {"kind", word("What an answer is: of a list, texts; of words, those of a command.",
                       {"choice", "text", "number", "secret", "list", "words", "yes-no"})},
         {"help", text("", 10'000)},
         {"choices", list("", facts("", {{"value", text("")},
                                         {"label", text("", 1'000)},
                                         {"help", text("", 10'000)}}))},
         {"present", Json{{"description",
                           "What it is now, and stays without an answer; null: "
                           "nothing. Never of a secret."}}},
         {"kept", boolean("A secret that there is, and that stays without an answer.")},
         {"made", boolean("A secret that is made here: to be typed twice.")},
         {"required", boolean("Something has to be answered, or be there.")},
         {"rare", boolean("Most people leave it as it is.")}});
}

Json steps_schema() {
    return list("In their order, as the answers have it so far.",
                facts("", {{"id", text("As answers name it.")},
                           {"title", text("", 1'000)},
                           {"sentence", text("", 1'000)},
                           {"notes", list("", text("", 10'000))},
                           {"connects", boolean("To be tried before going on.")},
                           {"fields", list("", reference("WizardField"))}}));
}

Json answers_schema() {
    return Json{{"type", "object"},
                {"description",
                 "By step and field: {\"users\": {\"place\": \"new:ldap\"}, \"connection\": "
                 "{\"urls\": [\"ldaps://ldap.example.org\"]}}. What is left out stays as it is."}};
}

Json tried_schema() {
    return list("", facts("", {{"step", text("")},
                               {"name", text("Of the place.")},
                               {"good", boolean("")},
                               {"in_the_way", boolean("It failed, and nobody said to go on.")},
                               {"steps", list("The first that fails is the last.",
                                              facts("", {{"what", text("", sentence_size)},
                                                         {"good", boolean("")},
                                                         {"said", text("", sentence_size)},
                                                         {"remedy", text("", sentence_size)}}))}}));
}

void define_schemas(Table& table) {
    table.define("WizardField", field_schema());
    table.define("Wizard",
                 facts("What is asked, with what is configured now.",
                       {{"revision", count("0 where the configuration is a file.")},
                        {"home", word("A file is changed by its owner: the summary says how.",
                                      {"store", "file"})},
                        {"administrators", list("Local ones, who always remain.", text(""))},
                        {"can_undo", boolean("What was applied last can be taken back.")},
                        {"steps", steps_schema()}}));
    table.define("WizardAnswers",
                 object("", {{"answers", answers_schema(), true},
                             {"step", text("Judge this one alone; left out: all of them.", 100)}}));
    table.define(
        "WizardJudgement",
        facts("", {{"faults", list("None: it may go on.",
                                   facts("", {{"step", text("")},
                                              {"field", text("\"\": the step as a whole.")},
                                              {"message", text("", sentence_size)},
                                              {"missing", boolean("Nothing was answered.")}}))},
                   {"next", text("The step to ask next.")},
                   {"steps", steps_schema()}}));
    table.define("WizardConnections", facts("", {{"connections", tried_schema()}}));
    table.define(
        "WizardSummary",
        facts("What would change.",
              {{"lines", list("In plain words.", text("", sentence_size))},
               {"difference", text("Of the configuration, as diff -u.", 4'000'000)},
               {"changes_anything", boolean("")},
               {"text", text("What to write into the configuration, where that is a "
                             "file; \"\": nothing, or it is not.",
                             4'000'000)},
               {"commands",
                list("What else is to be typed on the server then.", text("", sentence_size))},
               {"later", list("What is to be typed there after that.", text("", sentence_size))}}));
    table.define("WizardOrder",
                 object("", {{"answers", answers_schema(), true},
                             {"comment", text("Why, for the history.", 1'000)},
                             {"trial", boolean("False: access is not tried afterwards.")}}));
    table.define(
        "WizardApplied",
        facts("", {{"revision", count("The one in force now.")},
                   {"changed", boolean("False: all of it was so already.")},
                   {"administrator", text("Who was made; \"\": nobody.")},
                   {"secrets", list("Names of those that were kept.", text(""))},
                   {"tables", list("Places where tables were made.", text(""))},
                   {"connections", tried_schema()},
                   {"trial", Json{{"description",
                                   "Who has what, asked of this server as several people would "
                                   "ask, as `rhumb security test --json` tells it; null: it was "
                                   "not wanted."}}}}));
    table.define("WizardUndone",
                 facts("", {{"revision", count("The one in force now.")},
                            {"lines", list("What was taken back, and what was left and why.",
                                           text("", sentence_size))}}));
}

}  // namespace

void add_security_wizard(Table& table) {
    using http::Method;
    define_schemas(table);
    const std::string path = "/security/wizard";
    table.add({.method = Method::get,
               .path = path,
               .id = "getWizard",
               .summary = "The steps of setting security up, with what is configured now",
               .step = "looking at the wizard",
               .answer = "Wizard",
               .act = show});
    table.add({.method = Method::post,
               .path = path,
               .id = "judgeAnswers",
               .summary = "What is wrong with answers, and what is asked next; changes nothing",
               .step = "judging answers",
               .body = "WizardAnswers",
               .answer = "WizardJudgement",
               .act = judge});
    table.add({.method = Method::post,
               .path = path + "/test",
               .id = "tryConnections",
               .summary = "Try the connections that answers describe; changes nothing",
               .step = "trying a connection",
               .body = "WizardAnswers",
               .answer = "WizardConnections",
               .cost = Route::Cost::long_,
               .act = try_connections});
    table.add({.method = Method::post,
               .path = path + "/summary",
               .id = "summarizeAnswers",
               .summary = "What answers would change; changes nothing",
               .step = "summing up answers",
               .body = "WizardAnswers",
               .answer = "WizardSummary",
               .act = summarize});
    table.add({.method = Method::post,
               .path = path + "/apply",
               .id = "applyAnswers",
               .summary = "Make it so: secrets, configuration and first administrator at once",
               .step = "setting security up",
               .body = "WizardOrder",
               .answer = "WizardApplied",
               .needs_match = true,
               .state_of = path,
               .cost = Route::Cost::long_,
               .act = apply});
    table.add({.method = Method::post,
               .path = path + "/undo",
               .id = "undoWizard",
               .summary = "Take back what was applied last",
               .step = "taking security back",
               .answer = "WizardUndone",
               .cost = Route::Cost::long_,
               .act = undo});
}

}  // namespace rhumb::manager
