#include "certs/facts.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::certs {

namespace {

/// Short lives are renewed at half of them, as other programs do too.
constexpr std::chrono::days short_life{10};

}  // namespace

std::string_view to_text(Health health) {
    switch (health) {
        case Health::good: return "ok";
        case Health::due: return "due";
        case Health::near_end: return "near its end";
        case Health::expired: return "expired";
        case Health::not_yet_valid: return "not yet valid";
        case Health::unreadable: return "unreadable";
    }
    return "unreadable";
}

double fraction_left(Seconds not_before, Seconds not_after, Seconds now) {
    if (not_after <= not_before) return 0;
    const auto life = static_cast<double>((not_after - not_before).count());
    const auto left = static_cast<double>((not_after - now).count());
    return std::clamp(left / life, 0.0, 1.0);
}

Health health_of(const Entry& entry, Seconds now) {
    if (!entry.chain) return Health::unreadable;
    const auto& leaf = entry.chain->leaf();
    if (now < leaf.not_before()) return Health::not_yet_valid;
    if (now > leaf.not_after()) return Health::expired;
    const double left = fraction_left(leaf.not_before(), leaf.not_after(), now);
    if (left < 1.0 / 10) return Health::near_end;
    const bool is_short = leaf.not_after() - leaf.not_before() < short_life;
    return left < (is_short ? 1.0 / 2 : 1.0 / 3) ? Health::due : Health::good;
}

Facts facts_of(const Entry& entry, Seconds now) {
    Facts facts;
    facts.names = entry.record.names;
    facts.not_before = entry.record.not_before;
    facts.not_after = entry.record.not_after;
    facts.fraction_left = fraction_left(facts.not_before, facts.not_after, now);
    facts.health = health_of(entry, now);
    if (!entry.chain) return facts;
    const auto& leaf = entry.chain->leaf();
    facts.subject = leaf.subject();
    facts.issuer = leaf.issuer();
    facts.serial = leaf.serial();
    facts.key_type = leaf.public_key().type();
    facts.signature = leaf.signature_algorithm();
    facts.sha256 = pki::to_colon_hex(leaf.fingerprint_sha256());
    facts.sha1 = pki::to_colon_hex(leaf.fingerprint_sha1());
    facts.root = entry.chain->certificates().back().issuer();
    facts.is_self_signed = leaf.is_self_signed();
    return facts;
}

std::string title_of(const pki::Certificate& certificate) {
    auto subject = certificate.subject();
    return subject.empty() ? text::join(pki::to_texts(certificate.names()), ", ") : subject;
}

}  // namespace rhumb::certs
