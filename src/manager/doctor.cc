/// The doctor: what is wrong with this installation, or with a server, and how to mend it.

#include <atomic>
#include <chrono>

#include <unistd.h>

#include "doctor/anchors.h"
#include "doctor/check.h"
#include "doctor/diagnosis_json.h"
#include "doctor/examine.h"
#include "manager/certificate_changes.h"
#include "manager/facts.h"
#include "manager/resources.h"
#include "manager/turn.h"
#include "pki/names.h"

namespace rhumb::manager {

namespace {

constexpr std::uint64_t usual_seconds = 20;
constexpr std::uint64_t most_seconds = 30;

/// What an examination asks of other machines is asked in the name of this server: the trail says
/// on whose behalf. Without path and query, which may carry a token.
Result<void> note(const Call& call, const doctor::Target& target, const std::string& at) {
    return call.parts.access.store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.add_event({.time = call.now,
                                        .who = call.actor.who,
                                        .from = call.actor.from,
                                        .what = "server.examined",
                                        .subject = target.origin(),
                                        .detail = at.empty() ? std::string{} : "at " + at}));
        return {};
    });
}

Result<std::optional<net::Address>> address_of(const std::string& at, std::uint16_t port) {
    if (at.empty()) return std::nullopt;
    const auto name = pki::Name::parse(at);
    if (!name || !name->is_ip())
        return fail(ErrorKind::invalid, "«at» takes an IP address, and «{}» is none", at);
    return net::Address{name->text(), port};
}

/// Stores of the whole machine: those in homes are their owners' matter, whoever asks over HTTP.
trust::Places machine_places() { return {.export_command = "rhumb ca export"}; }

std::filesystem::path program() {
    std::error_code failed;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", failed);
    return failed ? std::filesystem::path{"rhumb"} : path;
}

/// What of the time is left; a second at least, for what is told of nothing else.
doctor::Limits limits_of(const doctor::Deadline& deadline) {
    doctor::Limits limits;
    limits.total = std::max<std::chrono::milliseconds>(
        deadline.left(std::chrono::seconds{most_seconds}), std::chrono::seconds{1});
    return limits;
}

Result<std::vector<doctor::Diagnosis>> examine_url(const Call& call, doctor::Target target,
                                                   std::chrono::seconds time) {
    const doctor::Deadline deadline{time};
    const auto at = text_of(call.body, "at");
    TRY(const auto address, address_of(at, target.port));
    TRY_DONE(note(call, target, at));
    std::vector<std::string> unasked;
    auto anchors = doctor::gather_anchors(
        machine_places(), target.https ? " --from " + target.origin() : std::string{}, time / 2,
        unasked);
    doctor::ServerOrder order{.target = std::move(target),
                              .clock = &call.parts.access.clock,
                              .anchors = std::move(anchors),
                              .address = address,
                              .limits = limits_of(deadline)};
    if (call.body.contains("http")) order.clear_port = call.body["http"].get<std::uint16_t>();
    std::vector diagnoses{doctor::examine_server(order)};
    for (auto& sentence : unasked) diagnoses.front().leave(std::move(sentence));
    return diagnoses;
}

Result<std::vector<doctor::Diagnosis>> examine_here(const Call& call, std::chrono::seconds time) {
    if (call.body.contains("at") || call.body.contains("http"))
        return fail(ErrorKind::invalid,
                    "«at» and «http» say where a server is: they go with «url»");
    const doctor::Deadline deadline{time};
    std::vector<std::string> unasked;
    auto anchors = doctor::gather_anchors(machine_places(), "", time / 2, unasked);
    const doctor::InstallationOrder order{.data = call.parts.data,
                                          .master_key = call.parts.master_key.credential,
                                          .config_file = call.parts.config_file,
                                          .process = ::getpid(),
                                          .running = running(call),
                                          .program = program(),
                                          .places = machine_places(),
                                          .clock = &call.parts.access.clock,
                                          .anchors = std::move(anchors),
                                          .limits = limits_of(deadline),
                                          .is_root = ::geteuid() == 0};
    auto diagnoses = doctor::examine_installation(order);
    for (auto& sentence : unasked) diagnoses.front().leave(std::move(sentence));
    return diagnoses;
}

Result<Answer> examine(const Call& call) {
    static std::atomic_flag is_busy;
    const auto url = text_of(call.body, "url");
    doctor::Target target;
    if (!url.empty()) {
        TRY(target, doctor::parse_target(url));
    }
    const Turn turn{is_busy};
    if (!turn.is_ours())
        return fail(ErrorKind::unavailable, "another examination runs; they come one by one");
    const std::chrono::seconds time{call.body.value("seconds", usual_seconds)};
    TRY(const auto diagnoses,
        url.empty() ? examine_here(call, time) : examine_url(call, std::move(target), time));
    return Answer{.body = doctor::to_json(diagnoses)};
}

constexpr std::size_t sentence_size = 100'000;

Json sentences(std::string_view about) { return list(about, text("", sentence_size)); }

Json diagnosis_schema() {
    return facts(
        "",
        {{"about", text("\"this installation\", or a server: \"https://gis.example.org\".", 2'000)},
         {"seconds", number("How long it took.")},
         {"findings",
          list("What is wrong, the worst first.",
               facts("", {{"id", text("Which kind of finding: docs/doctor.md has them all.")},
                          {"severity", word("", {"error", "warning", "note"})},
                          {"about", text("", sentence_size)},
                          {"sentence", text("What is wrong.", sentence_size)},
                          {"remedy", text("What to do.", sentence_size)},
                          {"command", text("What to type on the server; \"\": nothing would "
                                           "help.",
                                           sentence_size)}}))},
         {"clients", list("Who trusts it, and who does not.",
                          facts("", {{"kind", text("")},
                                     {"client", text("", sentence_size)},
                                     {"accepts", boolean("")},
                                     {"refusal", text("Its kind; \"\": it accepts.")},
                                     {"sentence", text("Why it refuses.", sentence_size)}}))},
         {"seen", list("", facts("", {{"what", text("", sentence_size)},
                                      {"value", text("", sentence_size)}}))},
         {"passed", sentences("What is well.")},
         {"unfinished", sentences("What could not be looked at, and why.")}});
}

}  // namespace

void add_doctor(Table& table) {
    table.define(
        "ExaminationOrder",
        object("Without `url` it is about this installation and what it serves.",
               {{"url", text("A URL, name or address of a server; ours, or anybody's.", 2'000)},
                {"at", text("Connect to this IP address, wherever the name leads.", 100)},
                {"http", count("The port of http beside an https server; left out: 80.", 1, 65535)},
                {"seconds", count("What is not done by then is told as unfinished; 20 if left out.",
                                  1, most_seconds)}}));
    table.define("Examination", facts("", {{"errors", count("")},
                                           {"warnings", count("")},
                                           {"notes", count("")},
                                           {"seconds", number("")},
                                           {"examined", list("", diagnosis_schema())}}));
    table.add({.method = http::Method::post,
               .path = "/doctor",
               .id = "examine",
               .summary = "What is wrong here, or with a server, and how to mend it",
               .step = "examining",
               .body = "ExaminationOrder",
               .answer = "Examination",
               .cost = Route::Cost::long_,
               .act = examine});
}

}  // namespace rhumb::manager
