#include "access/certificate_judge.h"

#include <algorithm>
#include <mutex>
#include <unordered_map>

#include "base/text.h"
#include "pki/validate.h"

namespace rhumb::access {

namespace {

/// So long a judgement is remembered, and so many of them.
constexpr std::chrono::seconds memory_time{60};
constexpr std::size_t memory_size_max = 4096;

/// "«CN=ann» (4f2a09c1…)"; a subject may be empty.
std::string call(const pki::Certificate& certificate) {
    return fmt::format("«{}» ({}…)", certificate.subject(),
                       text::to_hex(certificate.fingerprint_sha256().substr(0, 4)));
}

/// What IIS calls it. The dates of the certificate itself are the client's to mend; those of an
/// authority above it are not.
CertificateFault fault_of(const pki::Refusal& refusal, const pki::Certificate& leaf) {
    if (refusal.id == "revoked") return CertificateFault::revoked;
    const bool is_date = refusal.id == "date.expired" || refusal.id == "date.not-yet-valid";
    return is_date && refusal.certificate == leaf.subject() ? CertificateFault::expired
                                                            : CertificateFault::untrusted;
}

/// The first on the path that a local authority has revoked; null: none.
const pki::Certificate* find_revoked(const ClientTrust& trust, const pki::Path& path) {
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
        const auto signer = path[i + 1].public_key().digest();
        if (!signer || trust.revoked.contains({text::to_hex(*signer), path[i].serial()}))
            return &path[i];
    }
    return nullptr;
}

std::string user_of(const ClientTrust& trust, const pki::Certificate& leaf) {
    for (const auto& rule : trust.rules)
        if (auto user = rule.user_of(leaf)) return *std::move(user);
    const auto issued = trust.users.find(leaf.fingerprint_sha256());
    return issued == trust.users.end() ? "" : issued->second;
}

}  // namespace

CertificateVerdict judge_certificate(const ClientTrust& trust, const http::ClientCertificate& shown,
                                     Seconds now, Seconds& until) {
    until = now + memory_time;
    CertificateVerdict verdict{.fault = CertificateFault::untrusted};
    const auto leaf = pki::Certificate::from_der(shown.leaf);
    if (!leaf) {
        verdict.reason = fmt::format("it cannot be read: {}", leaf.error().message);
        return verdict;
    }
    verdict.name = call(*leaf);
    if (shown.others.size() + 1 > client_chain_max) {
        verdict.reason = fmt::format("it came with {} others; {} are permitted",
                                     shown.others.size(), client_chain_max - 1);
        return verdict;
    }
    pki::Validation against{.roots = trust.roots,
                            .intermediates = trust.intermediates,
                            .now = now,
                            .crls = trust.crls,
                            .purpose = pki::Purpose::client,
                            .strictness = pki::Strictness::clients};
    for (const auto& der : shown.others)
        if (auto other = pki::Certificate::from_der(der))
            against.intermediates.push_back(*std::move(other));
    const auto path = pki::validate(*leaf, against);
    if (!path) {
        verdict.fault = fault_of(path.error(), *leaf);
        verdict.reason = pki::to_error(path.error()).message;
        return verdict;
    }
    for (const auto& certificate : *path) until = std::min(until, certificate.not_after());
    if (const auto* const revoked = find_revoked(trust, *path)) {
        verdict.fault = CertificateFault::revoked;
        verdict.reason = fmt::format("{} was revoked", call(*revoked));
        return verdict;
    }
    verdict.fault = CertificateFault::none;
    verdict.user = user_of(trust, *leaf);
    return verdict;
}

/// What counts, and what was judged by it.
struct CertificateJudge::State {
    struct Judged {
        CertificateVerdict verdict;
        Seconds since{};
        Seconds until{};
    };

    explicit State(std::shared_ptr<const ClientTrust> its_trust)
        : trust{std::move(its_trust)},
          names{std::make_shared<const std::vector<std::string>>(trust->authority_names())} {}

    const std::shared_ptr<const ClientTrust> trust;
    const std::shared_ptr<const std::vector<std::string>> names;
    mutable std::mutex mutex;
    mutable std::unordered_map<std::string, Judged> judged;  // by digest; guarded by mutex
};

CertificateJudge::CertificateJudge(const Clock& clock, std::shared_ptr<const ClientTrust> trust)
    : clock_{clock}, state_{std::make_shared<const State>(std::move(trust))} {}

CertificateJudge::~CertificateJudge() = default;

void CertificateJudge::take(std::shared_ptr<const ClientTrust> trust) {
    state_.replace(std::make_shared<const State>(std::move(trust)));
}

std::shared_ptr<const std::vector<std::string>> CertificateJudge::authority_names() const {
    return state_.get()->names;
}

CertificateVerdict CertificateJudge::judge_shown(const http::ClientCertificate& shown) const {
    const auto state = state_.get();
    const auto now = clock_.now();
    {
        const std::lock_guard lock{state->mutex};
        const auto found = state->judged.find(shown.digest);
        if (found != state->judged.end() && found->second.since <= now && now < found->second.until)
            return found->second.verdict;
    }
    Seconds until{};
    auto verdict = judge_certificate(*state->trust, shown, now, until);
    const std::lock_guard lock{state->mutex};
    if (state->judged.size() >= memory_size_max) state->judged.clear();
    state->judged.insert_or_assign(shown.digest, State::Judged{verdict, now, until});
    return verdict;
}

namespace {

/// True when the connection was made for another name: what was shown there was not meant for this
/// one. (Clients may send requests for several names over one connection, RFC 9113 section 9.1.1.)
bool is_for_other_name(const http::Request& request) {
    const auto& name = request.channel->server_name;
    std::string_view host = request.host;
    if (host.ends_with('.')) host.remove_suffix(1);
    return !name.empty() && name != host;
}

CertificateVerdict ask_elsewhere() {
    return {.reason = "the client was not asked for one on this connection",
            .needs_new_connection = true};
}

}  // namespace

net::Sure<CertificateVerdict> CertificateJudge::judge(const http::Request& request,
                                                      config::ClientCertificate demand) const {
    const auto& channel = *request.channel;
    if (demand == config::ClientCertificate::ignore || !channel.is_secure)
        co_return CertificateVerdict{};
    if (is_for_other_name(request)) co_return ask_elsewhere();
    auto shown = channel.client_certificate;
    if (!shown && !channel.was_asked_for_certificate) {
        if (channel.certificate_asker == nullptr) co_return ask_elsewhere();
        auto answer = co_await channel.certificate_asker->ask();
        if (!answer) co_return ask_elsewhere();
        shown = *std::move(answer);
    }
    if (!shown) co_return CertificateVerdict{.reason = "the client has shown none"};
    co_return judge_shown(*shown);
}

}  // namespace rhumb::access
