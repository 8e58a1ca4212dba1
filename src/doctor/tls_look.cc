#include "doctor/tls_look.h"

#include <array>

#include "doctor/name_judge.h"
#include "doctor/tls_judge.h"
#include "net/dial.h"
#include "tls/probe.h"

namespace rhumb::doctor {

namespace {

/// So much of an answer tells what it is.
constexpr std::size_t opening_max = 512;

tls::SurveyOrder survey_order(const Examination& examination) {
    const auto& limits = examination.order.limits;
    return {.address = examination.facts.address,
            .server_name = server_name_of(examination.target()),
            .connection = examination.left(limits.connection),
            .answer = examination.left(limits.answer / 2),
            .total = examination.left(limits.total / 2),
            .connections_max = limits.connections_max};
}

tls::ProbeOrder probe_order(const Examination& examination, const net::Address& address) {
    return {.address = address,
            .server_name = server_name_of(examination.target()),
            .limit = examination.left(examination.order.limits.answer)};
}

bool is_400(std::string_view opening) {
    return opening.starts_with("HTTP/") && opening.substr(0, 12).ends_with(" 400");
}

/// True, and told, when the time of the examination ended meanwhile: then silence says nothing
/// about the server.
bool is_too_late(Examination& examination, std::string_view what) {
    if (!examination.deadline.is_over()) return false;
    examination.diagnosis.leave(fmt::format("{}: the time was over", what));
    return true;
}

void add_all(Examination& examination, std::vector<Finding> findings) {
    for (auto& finding : findings) examination.diagnosis.find(std::move(finding));
}

/// The leaf that an address shows, for comparing.
Shown look_at(const Examination& examination, const net::Address& address) {
    const auto probed = tls::probe(probe_order(examination, address));
    return probed ? Shown{address, probed->certificates.front().fingerprint_sha256(), {}}
                  : Shown{address, {}, probed.error().message};
}

/// The certificates for clients with another family of keys than the usual one, when there are
/// others.
std::vector<pki::Certificate> look_for_others(const Examination& examination,
                                              const pki::Certificate& leaf) {
    auto order = probe_order(examination, examination.facts.address);
    order.family =
        leaf.public_key().type().starts_with("rsa") ? tls::KeyFamily::ecdsa : tls::KeyFamily::rsa;
    auto probed = tls::probe(order);
    if (!probed || probed->certificates.front() == leaf) return {};
    return std::move(probed->certificates);
}

void describe(Diagnosis& diagnosis, const tls::Probed& probed) {
    diagnosis.seen.push_back(
        {"handshake", fmt::format("{}, {}{}{}", probed.version, probed.cipher,
                                  probed.group.empty() ? "" : ", ", probed.group)});
    if (!probed.protocol.empty()) diagnosis.seen.push_back({"protocol", probed.protocol});
}

}  // namespace

std::string server_name_of(const Target& target) { return target.is_ip ? "" : target.host; }

std::string ask_in_the_clear(const net::Address& address, const Target& target,
                             const Limits& limits) {
    auto dialed = net::dial(address, limits.connection);
    if (!dialed) return {};
    const auto end = std::chrono::steady_clock::now() + limits.answer / 2;
    dialed->set_deadline(end);
    const auto port = target.port == 80 ? std::string{} : fmt::format(":{}", target.port);
    (void)dialed->send_all(fmt::format(
        "HEAD / HTTP/1.1\r\nHost: {}{}\r\nUser-Agent: rhumb-doctor\r\nAccept: */*\r\nConnection: close\r\n\r\n",
        target.url_host(), port));
    std::string opening;
    std::array<char, opening_max> buffer{};
    while (opening.size() < opening_max && opening.find('\n') == std::string::npos) {
        const auto got = dialed->receive(buffer);
        if (!got || got->empty()) break;
        opening += *got;
    }
    return opening;
}

void check_protocol(Examination& examination) {
    using Kind = tls::Greeting::Kind;
    const auto& target = examination.target();
    auto& facts = examination.facts;
    const auto clear = [&] {
        return ask_in_the_clear(facts.address, target, examination.order.limits);
    };
    Talk talk;
    if (target.https) {
        talk.greeting = tls::greet(survey_order(examination));
        const auto kind = talk.greeting.kind;
        facts.is_spoken = kind == Kind::tls;
        if (kind != Kind::tls && kind != Kind::alert) talk.clear = clear();
        if (!facts.is_spoken && is_too_late(examination, "what speaks on the port")) return;
        add_all(examination, judge_talk(target, talk));
        return;
    }
    talk.clear = clear();
    // Some that speak TLS tell in the clear what is wrong: with 400.
    if (protocol_of(talk.clear) != "HTTP" || is_400(talk.clear))
        talk.greeting = tls::greet(survey_order(examination));
    auto findings = judge_clear(target, talk);
    facts.is_spoken = findings.empty();
    if (!facts.is_spoken && is_too_late(examination, "what speaks on the port")) return;
    add_all(examination, std::move(findings));
}

void check_tls(Examination& examination) {
    auto& facts = examination.facts;
    if (!examination.target().https || !facts.is_spoken || !examination.order.is_survey_wanted)
        return;
    auto survey = tls::survey(survey_order(examination));
    if (!survey) {
        examination.diagnosis.leave(
            fmt::format("versions and cipher suites: {}", survey.error().message));
        return;
    }
    if (!survey->unfinished.empty())
        examination.diagnosis.leave(
            fmt::format("versions and cipher suites, some: {}", survey->unfinished));
    const auto& promise = examination.order.promise;
    add_all(examination, judge_survey(examination.target(), *survey,
                                      promise ? std::optional{promise->profile} : std::nullopt));
    for (auto& one : describe(*survey)) examination.diagnosis.seen.push_back(std::move(one));
    facts.survey = *std::move(survey);
}

void check_certificates(Examination& examination) {
    auto& facts = examination.facts;
    if (!examination.target().https || !facts.is_spoken) return;
    auto probed = tls::probe(probe_order(examination, facts.address));
    if (probed) {
        describe(examination.diagnosis, *probed);
        facts.other_certificates = look_for_others(examination, probed->certificates.front());
        facts.certificates = std::move(probed->certificates);
        facts.staple = std::move(probed->staple);
        return;
    }
    const bool is_outdated = facts.survey && !facts.survey->versions.empty() &&
                             facts.survey->versions.front() < tls::Version::tls_1_2;
    // What such a one shows was seen by the survey, which tells of the version.
    if (is_outdated) {
        facts.certificates = facts.survey->certificates;
        return;
    }
    if (is_too_late(examination, "certificates")) return;
    examination.diagnosis.find(
        judge_broken_handshake(examination.target(), probed.error().message));
}

void check_addresses(Examination& examination) {
    const auto& facts = examination.facts;
    if (facts.addresses.size() < 2) return;
    std::vector<Shown> shown{{facts.address, facts.certificates.front().fingerprint_sha256(), {}}};
    constexpr std::size_t shown_max = 6;
    for (const auto& address : facts.addresses) {
        if (address == facts.address || shown.size() == shown_max) continue;
        const auto left = examination.left(examination.order.limits.connection);
        // Whether anybody answers there was told before.
        if (left.count() == 0 || !net::dial(address, left)) continue;
        shown.push_back(look_at(examination, address));
    }
    add_all(examination, judge_shown(examination.target(), shown));
}

}  // namespace rhumb::doctor
