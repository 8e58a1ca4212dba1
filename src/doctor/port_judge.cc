/// What speaks on a port, by its first bytes and its alerts.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "doctor/tls_judge.h"

namespace rhumb::doctor {

namespace {

constexpr auto error = Severity::error;
using Kind = tls::Greeting::Kind;

constexpr std::array rules{
    Rule{"port.speaks-http", error, "HTTP in the clear on a port that is asked for https",
         "Ask for http:// there, or have the server speak TLS on that port."},
    Rule{"port.speaks-tls", error, "TLS on a port that is asked for http",
         "Ask for https:// there, and mend the link or bookmark that says http://."},
    Rule{"port.speaks-other", error, "another protocol than HTTP or TLS on the port",
         "Look on which port the Web server listens, and ask for that one."},
    Rule{
        "port.hangs-up", error, "a port that takes connections, and hangs up without a word",
        "Look into the log of the server, and of what stands before it (a proxy whose server behind it "
        "is down does that)."},
    Rule{
        "port.silent", error, "a port that takes connections, and then says nothing",
        "Look whether the server on that machine hangs, and whether another protocol is meant to be "
        "spoken there."},
    Rule{"tls.name-refused", error, "no certificate for the name that is asked for",
         "Give the server a certificate for the name, or ask for a name that it has one for."},
    Rule{"tls.refused", error, "a handshake that is refused with an alert",
         "Look into the log of the server, which says why it refused."},
};

struct Opening {
    std::string_view bytes;
    std::string_view protocol;
};
constexpr std::array openings{
    Opening{"HTTP/", "HTTP"},         Opening{"<!DOCTYPE", "HTTP"}, Opening{"<html", "HTTP"},
    Opening{"<HTML", "HTTP"},         Opening{"SSH-", "SSH"},       Opening{"220", "SMTP or FTP"},
    Opening{"+OK", "POP3"},           Opening{"* OK", "IMAP"},      Opening{"RFB ", "VNC"},
    Opening{"-ERR", "Redis or POP3"}, Opening{"AMQP", "AMQP"},      Opening{"@RSYNCD", "rsync"},
    Opening{"\x05\xff", "SOCKS"},     Opening{"ICY ", "Icecast"}};

/// In words, what an alert means for whom, and what to do; "" for the usual remedy.
struct AlertMeaning {
    std::string_view name;
    std::string_view meaning;
    std::string_view remedy;
};
constexpr std::array meanings{
    AlertMeaning{
        "handshake_failure",
        "it has no version, cipher suite or certificate in common with clients of today",
        "Look whether a certificate is set up for this port, and which versions and cipher "
        "suites the server permits."},
    AlertMeaning{"protocol_version", "it takes no version of TLS that clients speak",
                 "Permit TLS 1.2 and TLS 1.3 on the server."},
    AlertMeaning{"insufficient_security", "it wants stronger cipher suites than clients have",
                 "Permit the cipher suites of Mozilla's guideline on the server."},
    AlertMeaning{
        "internal_error",
        "something in the server itself failed; often it has no certificate at all",
        "Look into the log of the server, and whether a certificate is set up for this port."},
    AlertMeaning{"access_denied", "it does not let this machine in",
                 "Look into the rules of the server about who may connect."},
    AlertMeaning{"certificate_required", "it wants a certificate of its clients",
                 "Give the client a certificate, or let the server do without."},
    AlertMeaning{"no_application_protocol", "it speaks neither HTTP/2 nor HTTP/1.1 over TLS",
                 "Look whether this is the port of a Web server."},
};

Finding name_refused(const Target& target) {
    if (target.is_ip)
        return found(
            rule(rules, "tls.name-refused"), target.origin(),
            "The server shows no certificate to clients that ask for an address instead of a name.");
    return found(rule(rules, "tls.name-refused"), target.origin(),
                 fmt::format("The server has no certificate for «{}», and refuses the handshake.",
                             target.host));
}

Finding refused(const Target& target, const tls::Greeting& greeting) {
    const auto name =
        greeting.answer.alert ? tls::alert_name(greeting.answer.alert->description) : std::string{};
    if (name == "unrecognized_name") return name_refused(target);
    const auto meaning = std::ranges::find(meanings, name, &AlertMeaning::name);
    auto finding =
        found(rule(rules, "tls.refused"), target.origin(),
              name.empty() ? fmt::format("The server breaks the rules of TLS: {}.", greeting.reason)
              : meaning == meanings.end()
                  ? fmt::format("The server refuses the handshake (alert «{}»).", name)
                  : fmt::format("The server refuses the handshake: {} (alert «{}»).",
                                meaning->meaning, name));
    if (meaning != meanings.end()) finding.remedy = meaning->remedy;
    return finding;
}

/// The first line, without anything that a terminal would obey.
std::string shown(std::string_view bytes) {
    std::string line;
    for (const auto c : bytes.substr(0, std::min<std::size_t>(bytes.find_first_of("\r\n"), 40)))
        line += c >= ' ' && c <= '~' ? c : '.';
    return line;
}

Finding speaks_other(const Target& target, std::string_view bytes) {
    const auto protocol = protocol_of(bytes);
    return found(rule(rules, "port.speaks-other"), target.origin(),
                 protocol.empty()
                     ? fmt::format("What answers on port {} speaks neither HTTP nor TLS; it begins "
                                   "with «{}».",
                                   target.port, shown(bytes))
                     : fmt::format("What answers on port {} speaks {}; it begins with «{}».",
                                   target.port, protocol, shown(bytes)));
}

Finding wordless(const Target& target, Kind kind) {
    return kind == Kind::silent
               ? found(rule(rules, "port.silent"), target.origin(),
                       fmt::format("Port {} takes connections, but says nothing.", target.port))
               : found(rule(rules, "port.hangs-up"), target.origin(),
                       fmt::format("Port {} takes connections, and hangs up without a word.",
                                   target.port));
}

}  // namespace

std::span<const Rule> port_rules() { return rules; }

std::string_view protocol_of(std::string_view first_bytes) {
    for (const auto& opening : openings)
        if (first_bytes.starts_with(opening.bytes)) return opening.protocol;
    // A packet of MySQL: its length, number 0, protocol 10.
    if (first_bytes.size() > 5 && first_bytes.substr(2, 3) == std::string_view{"\0\0\x0a", 3})
        return "MySQL";
    return {};
}

std::vector<Finding> judge_talk(const Target& target, const Talk& talk) {
    const auto kind = talk.greeting.kind;
    if (kind == Kind::tls) return {};
    if (kind == Kind::alert) return {refused(target, talk.greeting)};
    const bool speaks_http =
        protocol_of(talk.clear) == "HTTP" || protocol_of(talk.greeting.first_bytes) == "HTTP";
    if (speaks_http)
        return {found(rule(rules, "port.speaks-http"), target.origin(),
                      fmt::format("Port {} speaks HTTP in the clear, without TLS.", target.port))};
    if (kind == Kind::other) return {speaks_other(target, talk.greeting.first_bytes)};
    if (!talk.clear.empty()) return {speaks_other(target, talk.clear)};
    return {wordless(target, kind)};
}

std::vector<Finding> judge_clear(const Target& target, const Talk& talk) {
    const auto kind = talk.greeting.kind;
    const bool speaks_tls =
        kind == Kind::tls || (kind == Kind::alert && talk.greeting.answer.alert);
    if (speaks_tls || (!talk.clear.empty() && tls::begins_like_tls(talk.clear)))
        return {found(
            rule(rules, "port.speaks-tls"), target.origin(),
            fmt::format("Port {} speaks TLS, and does not answer in the clear.", target.port))};
    if (protocol_of(talk.clear) == "HTTP") return {};
    if (!talk.clear.empty()) return {speaks_other(target, talk.clear)};
    return {wordless(target, kind == Kind::silent ? Kind::silent : Kind::hung_up)};
}

}  // namespace rhumb::doctor
