#include "doctor/client_judge.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"
#include "doctor/echoes.h"
#include "pki/lint.h"
#include "pki/validate.h"

namespace rhumb::doctor {

namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;

constexpr std::array rules{
    Rule{
        "client.unknown-authority", error, "an authority that no client of this machine knows",
        "Have the clients trust the root of that authority, or take a certificate of one that they know."},
    Rule{"client.refuses", error, "clients refuse the certificate for a reason of its own",
         "Ask for a new certificate, and tell the authority what clients say of this one."},
    Rule{"client.lacks-root", warning, "a client that does not know the authority, while others do",
         "Have that client trust the root as well."},
};

/// Nobody could say more than that the issuer is not known.
bool is_about_trust(std::string_view refusal) {
    return refusal == "path.no-issuer" || refusal == "path.self-signed" ||
           refusal == "path.untrusted-root";
}

std::vector<pki::Certificate> known_roots(const Showing& showing) {
    auto all = showing.own_roots;
    for (const auto& one : showing.anchors)
        all.insert(all.end(), one.roots.begin(), one.roots.end());
    return all;
}

/// Whose rules hold: those of authorities that all clients know, when such a one issued it.
pki::Audience audience_of(const Showing& showing) {
    for (const auto& anchors : showing.anchors) {
        if (anchors.kind != "public") continue;
        for (const auto& certificate : showing.certificates)
            for (const auto& root : anchors.roots)
                if (certificate.issuer() == root.subject() && certificate.is_issued_by(root))
                    return pki::Audience::any_client;
    }
    return pki::Audience::private_authority;
}

/// The end of the path of issuers that begins with the leaf.
const pki::Certificate& end_of_path(const std::vector<pki::Certificate>& certificates) {
    std::size_t at = 0;
    for (std::size_t steps = 0; steps < certificates.size(); ++steps) {
        const auto& last = certificates[at];
        if (last.is_self_signed()) break;
        const auto next = std::ranges::find_if(
            certificates, [&](const pki::Certificate& c) { return last.is_issued_by(c); });
        if (next == certificates.end()) break;
        at = static_cast<std::size_t>(next - certificates.begin());
    }
    return certificates[at];
}

std::string names_of(const pki::Certificate& leaf) {
    constexpr std::size_t names_shown = 8;
    const auto names = leaf.names();
    std::vector<std::string> texts;
    for (const auto& name : names) {
        if (texts.size() == names_shown) break;
        texts.push_back(fmt::format("«{}»", name.text()));
    }
    if (names.size() > names_shown)
        texts.push_back(fmt::format("{} more", names.size() - names_shown));
    return text::join(texts, ", ");
}

/// What a finding of lint's says here. Its identifier stays.
Finding to_finding(const pki::Finding& linted, const Showing& showing) {
    Finding finding{.id = std::string{linted.id},
                    .severity = linted.severity,
                    .about = showing.about,
                    .sentence = linted.sentence + ".",
                    .remedy = linted.remedy};
    finding.sentence.front() =
        static_cast<char>(std::toupper(static_cast<unsigned char>(finding.sentence.front())));
    const auto& leaf = showing.certificates.front();
    if (linted.id == "cert.san.not-covered" && showing.name) {
        finding.sentence = fmt::format("The certificate is not for «{}»; it is for {}.",
                                       showing.name->text(), names_of(leaf));
        finding.remedy = fmt::format(
            "Use one of its names in the URL, or ask for a certificate that has «{}» as well.",
            showing.name->text());
    }
    return finding;
}

std::vector<std::string> clients_where(const std::vector<ClientVerdict>& verdicts, bool is_trust) {
    std::vector<std::string> clients;
    for (const auto& one : verdicts)
        if (!one.accepts && is_about_trust(one.refusal) == is_trust) clients.push_back(one.client);
    return clients;
}

/// Raises lint's note about a self-signed certificate, which nobody here trusts, to an error.
void raise_self_signed(std::vector<Finding>& findings) {
    for (auto& finding : findings)
        if (finding.id == "chain.self-signed") {
            finding.severity = error;
            finding.sentence =
                "The certificate is self-signed, and no client of this machine trusts it: browsers warn.";
        }
}

bool has(const std::vector<Finding>& findings, std::string_view id) {
    return std::ranges::find(findings, id, &Finding::id) != findings.end();
}

/// To a client, an intermediate at the end hangs below an authority that it does not know.
std::string sentence_of(const pki::Refusal& refusal, const Showing& showing) {
    const auto& end = end_of_path(showing.certificates);
    const bool is_complete = !(end == showing.certificates.front()) || end.is_self_signed();
    if (!is_complete || !is_about_trust(refusal.id)) return refusal.sentence;
    if (showing.certificates.front().is_self_signed()) return "it does not trust this certificate";
    return fmt::format("it does not know the authority «{}»",
                       end.is_self_signed() ? end.subject() : end.issuer());
}

std::string install_command(const Showing& showing) {
    return fmt::format("rhumb trust install --from https://{}", showing.host_in_commands);
}

Finding unknown_authority(const Showing& showing) {
    const auto& end = end_of_path(showing.certificates);
    auto finding = found(
        rule(rules, "client.unknown-authority"), showing.about,
        fmt::format(
            "No client of this machine knows the authority «{}», which stands at the end of the "
            "chain: browsers warn.",
            end.is_self_signed() ? end.subject() : end.issuer()));
    finding.command = install_command(showing);
    return finding;
}

/// Clients that do not know what others know. Nobody expects a private authority among the public
/// roots.
void add_lacking(const Showing& showing, const std::vector<ClientVerdict>& verdicts,
                 std::vector<Finding>& findings) {
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const auto& verdict = verdicts[i];
        if (knows_authority(verdict) || verdict.kind == "public") continue;
        auto finding = found(rule(rules, "client.lacks-root"), showing.about,
                             fmt::format("The authority of the certificate is not known to {}, "
                                         "while others of this machine know it.",
                                         verdict.client));
        finding.command = showing.anchors[i].command;
        findings.push_back(std::move(finding));
    }
}

/// Two installations on machines of one name have roots of one name, and one of them may be left in
/// a store. Clients tell them apart by their keys; to them it is just another authority.
bool is_namesake(const pki::Certificate& root, const Showing& showing) {
    return std::ranges::any_of(showing.certificates, [&](const pki::Certificate& one) {
        const auto wanted = one.authority_key_id();
        return one.issuer() == root.subject() && !wanted.empty() &&
               !root.subject_key_id().empty() && wanted != root.subject_key_id();
    });
}

std::vector<pki::Certificate> without_namesakes(std::vector<pki::Certificate> roots,
                                                const Showing& showing) {
    std::erase_if(roots, [&](const pki::Certificate& root) { return is_namesake(root, showing); });
    return roots;
}

}  // namespace

std::span<const Rule> client_rules() { return rules; }

bool knows_authority(const ClientVerdict& verdict) {
    return verdict.accepts || !is_about_trust(verdict.refusal);
}

std::vector<ClientVerdict> ask_clients(const Showing& showing) {
    std::vector<ClientVerdict> verdicts;
    const auto& leaf = showing.certificates.front();
    for (const auto& anchors : showing.anchors) {
        const auto path = pki::validate(
            leaf, {.roots = without_namesakes(anchors.roots, showing),
                   .intermediates = {showing.certificates.begin() + 1, showing.certificates.end()},
                   .now = showing.now,
                   .name = showing.name,
                   .strictness = pki::Strictness::clients});
        ClientVerdict verdict{
            .kind = anchors.kind, .client = anchors.client, .accepts = path.has_value()};
        if (!path) {
            verdict.refusal = path.error().id;
            verdict.sentence = sentence_of(path.error(), showing);
        }
        verdicts.push_back(std::move(verdict));
    }
    return verdicts;
}

std::vector<Finding> judge_certificates(const Showing& showing,
                                        const std::vector<ClientVerdict>& verdicts) {
    pki::LintContext context{.now = showing.now,
                             .audience = audience_of(showing),
                             .names = {},
                             .roots = known_roots(showing)};
    if (showing.name) context.names = {*showing.name};
    std::vector<Finding> findings;
    for (const auto& one : pki::lint(showing.certificates, context))
        findings.push_back(to_finding(one, showing));
    const bool is_linted_good = !has_error(findings);

    const bool is_known = verdicts.empty() || std::ranges::any_of(verdicts, knows_authority);
    const auto& leaf = showing.certificates.front();
    // An intermediate at the end hangs below a root that clients may have: then none is missing,
    // but nobody knows the root. A leaf at the end lacks its issuer.
    const auto& end = end_of_path(showing.certificates);
    if (!(end == leaf))
        std::erase_if(findings, [](const Finding& f) { return f.id == "chain.incomplete"; });
    if (!is_known && showing.own_roots.empty()) {
        if (has(findings, "chain.self-signed")) {
            raise_self_signed(findings);
        } else {
            findings.push_back(unknown_authority(showing));
        }
    } else if (showing.own_roots.empty()) {
        add_lacking(showing, verdicts, findings);
    }
    const auto refusing = clients_where(verdicts, false);
    if (is_linted_good && !refusing.empty()) {
        const auto first = std::ranges::find(verdicts, refusing.front(), &ClientVerdict::client);
        findings.push_back(found(rule(rules, "client.refuses"), showing.about,
                                 fmt::format("Refused by {}: {} ({}).", text::join(refusing, ", "),
                                             first->sentence, first->refusal)));
    }
    return without_echoes(std::move(findings));
}

}  // namespace rhumb::doctor
