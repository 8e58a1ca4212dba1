#include "doctor/people_judge.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/provider.h"

namespace rhumb::doctor {

namespace {

constexpr std::chrono::days certificate_soon{14};

constexpr std::array rules{
    Rule{"people.secret.missing", Severity::error,
         "the secret of a provider cannot be read, or others can read it",
         "Set the secret anew, or take the permission to read its file away from others."},
    Rule{"people.provider.fails", Severity::error,
         "a provider of users or roles does not work: it cannot be reached, its certificate is not "
         "trusted, our password is refused, or no users are found",
         "Do what the sentence names; until then nobody but local administrators gets in."},
    Rule{"people.provider.unused", Severity::error,
         "users or roles are not where the configuration says",
         "Mend what the sentence names; the server takes it by itself."},
    Rule{"people.provider.failing", Severity::warning,
         "a provider has not answered the running server, though it answers now",
         "See whether it comes and goes: why, its own log tells."},
    Rule{"people.provider.unencrypted", Severity::warning,
         "a provider is asked without TLS: passwords go over the network in the clear",
         "Have it speak TLS, and take insecurely_without_tls out of the configuration."},
    Rule{"people.certificate.over", Severity::error, "the certificate of a provider is over",
         "Renew it there."},
    Rule{"people.certificate.ends", Severity::warning,
         "the certificate of a provider is over in less than two weeks",
         "Renew it there: once it is over, nobody but local administrators gets in."},
    Rule{"people.administrator.none", Severity::error,
         "users or roles are outside, and there is no local administrator who could mend that",
         "Add one, with a good password."},
    Rule{"people.hidden", Severity::note,
         "a local administrator hides somebody of the same name outside",
         "Rename one of them, should the other one be let in, too."},
};

Finding tell(std::string_view id, std::string about, std::string sentence,
             std::string command = "") {
    auto finding = found(rule(rules, id), std::move(about), std::move(sentence));
    finding.command = std::move(command);
    return finding;
}

std::string about(const ProviderSeen& provider) {
    return fmt::format("{} ({})", provider.name, provider.kind);
}

void judge_certificate(const ProviderSeen& provider, Seconds now, std::vector<Finding>& findings) {
    if (!provider.certificate_ends) return;
    const auto left = *provider.certificate_ends - now;
    if (left <= std::chrono::seconds{0}) {
        findings.push_back(
            tell("people.certificate.over", about(provider),
                 fmt::format("the certificate that {} shows is over", provider.host)));
    } else if (left < certificate_soon) {
        const auto days = std::chrono::ceil<std::chrono::days>(left).count();
        findings.push_back(tell("people.certificate.ends", about(provider),
                                fmt::format("the certificate that {} shows is over in {} day{}",
                                            provider.host, days, days == 1 ? "" : "s")));
    }
}

/// The place as the running server sees it; null: it does not use it, or none runs.
const providers::ProviderStatus* find_status(const PeopleSeen& seen, std::string_view name) {
    if (!seen.report) return nullptr;
    const auto& all = seen.report->status.providers;
    const auto found = std::ranges::find(all, name, &providers::ProviderStatus::name);
    return found == all.end() ? nullptr : &*found;
}

void judge_provider(const ProviderSeen& provider, const PeopleSeen& seen, Seconds now,
                    std::vector<Finding>& findings) {
    if (!provider.secret_fault.empty()) {
        constexpr std::string_view store = "store:";
        const auto name = std::string_view{provider.secret_place};
        const bool is_in_store = name.starts_with(store);
        findings.push_back(
            tell("people.secret.missing", about(provider), provider.secret_fault,
                 is_in_store ? fmt::format("rhumb secret set {}", name.substr(store.size())) : ""));
    }
    if (provider.is_unencrypted)
        findings.push_back(tell("people.provider.unencrypted", about(provider),
                                "insecurely_without_tls is set for it"));
    judge_certificate(provider, now, findings);
    const auto bad =
        std::ranges::find(provider.test.steps, false, &providers::ConnectionTest::Step::is_good);
    if (bad != provider.test.steps.end()) {
        auto finding = tell("people.provider.fails", about(provider),
                            fmt::format("{}: {}", bad->what, bad->said));
        if (!bad->remedy.empty()) finding.remedy = as_sentence(bad->remedy);
        findings.push_back(std::move(finding));
        return;
    }
    const auto* const status = find_status(seen, provider.name);
    const bool is_tried = !provider.test.steps.empty();
    if (is_tried && status != nullptr && status->health.state == providers::Health::State::resting)
        findings.push_back(tell("people.provider.failing", about(provider),
                                fmt::format("the server could not ask it a moment ago: {}",
                                            status->health.last_error)));
}

}  // namespace

std::span<const Rule> people_rules() { return rules; }

std::vector<Finding> judge_people(const PeopleSeen& seen, Seconds now) {
    std::vector<Finding> findings;
    for (const auto& provider : seen.providers) judge_provider(provider, seen, now, findings);
    const bool is_outside =
        seen.users != config::embedded_provider || seen.roles != config::embedded_provider;
    if (!is_outside) return findings;
    if (seen.report && !seen.report->status.fault.empty())
        findings.push_back(
            tell("people.provider.unused", "users and roles", seen.report->status.fault));
    if (seen.administrators == 0)
        findings.push_back(tell("people.administrator.none", "users and roles",
                                "whoever may administer is outside, and gets in only while that "
                                "works",
                                "rhumb user add NAME --role administrators --store embedded"));
    for (const auto& name : seen.hidden)
        findings.push_back(tell("people.hidden", name,
                                fmt::format("the local administrator «{}» hides who has that name "
                                            "in «{}»",
                                            name, seen.users)));
    return findings;
}

}  // namespace rhumb::doctor
