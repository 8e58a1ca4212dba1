#include "cli/certificate_facts.h"

#include <nlohmann/json.hpp>

#include "cli/installation.h"

namespace rhumb::cli {

std::string state_of(const certs::Entry& entry, Seconds now) {
    if (entry.record.archived) return "archived";
    if (!entry.chain) return "unreadable";
    const auto& leaf = entry.chain->leaf();
    if (now > leaf.not_after()) return "expired";
    if (now < leaf.not_before()) return "not yet valid";
    return leaf.is_due(now) ? "due for renewal" : "valid";
}

nlohmann::ordered_json to_json(const certs::Entry& entry, Seconds now) {
    nlohmann::ordered_json facts{{"name", entry.record.name},
                                 {"state", state_of(entry, now)},
                                 {"origin", certs::to_text(entry.record.origin)},
                                 {"names", entry.record.names},
                                 {"not_before", to_iso(entry.record.not_before)},
                                 {"not_after", to_iso(entry.record.not_after)},
                                 {"created", to_iso(entry.record.created)}};
    if (entry.record.archived) facts["archived"] = to_iso(*entry.record.archived);
    facts["renewal"] = {{"next_attempt", entry.record.renewal.next_attempt ? nlohmann::ordered_json(to_iso(*entry.record.renewal.next_attempt)) : nullptr},
                        {"failures", entry.record.renewal.failures},
                        {"last_error", entry.record.renewal.last_error}};
    if (!entry.chain) {
        facts["problem"] = entry.chain.error().message;
        return facts;
    }
    const auto& leaf = entry.chain->leaf();
    facts["subject"] = leaf.subject();
    facts["issuer"] = leaf.issuer();
    facts["serial"] = leaf.serial();
    facts["key_type"] = leaf.public_key().type();
    facts["signature_algorithm"] = leaf.signature_algorithm();
    facts["fingerprint_sha256"] = pki::to_colon_hex(leaf.fingerprint_sha256());
    facts["fingerprint_sha1"] = pki::to_colon_hex(leaf.fingerprint_sha1());
    facts["chain_length"] = entry.chain->certificates().size();
    return facts;
}

}  // namespace rhumb::cli
