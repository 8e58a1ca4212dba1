#pragma once
/// Judges certificates of clients: is there a way from it to an authority that counts here, does
/// all of that way hold, was nothing on it revoked, and whose is it?

#include <memory>
#include <string>

#include "access/client_certificates.h"
#include "access/client_trust.h"
#include "base/clock.h"
#include "base/snapshot.h"

namespace rhumb::access {

/// A client shows no more than so many; longer chains are not looked at.
inline constexpr std::size_t client_chain_max = 10;

/// The judgement itself; takes as long as a few signatures do to be checked, and a bounded number
/// of them. `until` becomes the moment up to which it holds if nothing else changes.
CertificateVerdict judge_certificate(const ClientTrust& trust, const http::ClientCertificate& shown,
                                     Seconds now, Seconds& until);

/// Any thread. What was judged is remembered for a minute, for most clients ask for more than one
/// thing.
class CertificateJudge final : public ClientCertificates {
public:
    /// `clock` outlives it.
    CertificateJudge(const Clock& clock, std::shared_ptr<const ClientTrust> trust);
    ~CertificateJudge() override;

    net::Sure<CertificateVerdict> judge(const http::Request& request,
                                        config::ClientCertificate demand) const override;

    /// From now on this counts, and nothing of what was judged before.
    void take(std::shared_ptr<const ClientTrust> trust);

    /// What clients are told when they are asked (tls::AuthorityNames).
    std::shared_ptr<const std::vector<std::string>> authority_names() const;

private:
    struct State;
    CertificateVerdict judge_shown(const http::ClientCertificate& shown) const;

    const Clock& clock_;
    Snapshot<State> state_;
};

}  // namespace rhumb::access
