#include "certs/sealed_records.h"

#include <algorithm>

#include "certs/sealing.h"
#include "pki/request.h"
#include "storage/known_people.h"
#include "storage/second_factors.h"
#include "storage/secrets.h"

namespace rhumb::certs {

namespace {

std::string_view use_of(storage::SealedPlace place) {
    switch (place) {
        case storage::SealedPlace::certificate:
        case storage::SealedPlace::request: return leaf_key;
        case storage::SealedPlace::root: return root_key;
        case storage::SealedPlace::intermediate: return intermediate_key;
        case storage::SealedPlace::client_certificate: return client_key;
        case storage::SealedPlace::token_key:
        case storage::SealedPlace::second_factor:
        case storage::SealedPlace::secret:
        case storage::SealedPlace::known_person: break;  // no private keys
    }
    return {};
}

Result<pki::PublicKey> public_key_of(const storage::SealedRecord& record) {
    if (record.place == storage::SealedPlace::request) {
        TRY(const auto request, pki::Request::from_pem(record.pem));
        return request.public_key();
    }
    TRY(const auto certificate, pki::Certificate::from_pem(record.pem));
    return certificate.public_key();
}

Result<void> open(const storage::SealedRecord& record, const crypto::Seal& seal) {
    TRY(const auto purpose, sealed_purpose(record));
    TRY(const auto plain, seal.open(purpose, record.blob));
    return {};
}

void add_once(std::vector<std::string>& all, const std::string& one) {
    if (!one.empty() && std::ranges::find(all, one) == all.end()) all.push_back(one);
}

}  // namespace

std::string owner_of(const storage::SealedRecord& record) {
    switch (record.place) {
        case storage::SealedPlace::certificate:
            return fmt::format("the {}certificate «{}» (id {})",
                               record.is_in_use ? "" : "archived ", record.name, record.id);
        case storage::SealedPlace::request: return fmt::format("the request «{}»", record.name);
        case storage::SealedPlace::root: return fmt::format("the root «{}»", record.name);
        case storage::SealedPlace::intermediate:
            return fmt::format("an intermediate of «{}»", record.name);
        case storage::SealedPlace::client_certificate:
            return fmt::format("the client certificate of «{}»", record.name);
        case storage::SealedPlace::token_key:
            return fmt::format("the tokens under {}", record.name);
        case storage::SealedPlace::second_factor:
            return fmt::format("the second factor of «{}»", record.name);
        case storage::SealedPlace::secret: return fmt::format("the secret «{}»", record.name);
        case storage::SealedPlace::known_person:
            return fmt::format("the refresh token of «{}»", record.name);
    }
    return {};
}

Result<std::string> sealed_purpose(const storage::SealedRecord& record) {
    if (record.place == storage::SealedPlace::token_key) return "token key/" + record.name;
    if (record.place == storage::SealedPlace::second_factor)
        return storage::second_factor_purpose(record.id);
    if (record.place == storage::SealedPlace::secret) return storage::secret_purpose(record.id);
    if (record.place == storage::SealedPlace::known_person)
        return storage::known_person_purpose(record.id);
    TRY(const auto key, public_key_of(record));
    return sealed_purpose(use_of(record.place), key);
}

Result<SealedReport> check_sealed(const storage::View& view, const crypto::Seal& seal) {
    TRY(const auto records, view.sealed());
    const auto at_hand = seal.key_ids();
    SealedReport report{.count = records.size()};
    for (const auto& record : records) {
        const auto key_id = crypto::Seal::key_id_of(record.blob);
        if (record.is_in_use) add_once(report.key_ids, key_id);
        const auto opened = open(record, seal);
        if (opened) continue;
        const auto kind = key_id.empty() ? SealedFault::Kind::plain
                          : std::ranges::find(at_hand, key_id) == at_hand.end()
                              ? SealedFault::Kind::other_key
                              : SealedFault::Kind::damaged;
        report.faults.push_back(
            {kind, owner_of(record), record.is_in_use, key_id, opened.error().message});
    }
    return report;
}

Result<std::vector<std::string>> sealing_keys(const storage::View& view) {
    TRY(const auto records, view.sealed());
    std::vector<std::string> ids;
    for (const auto& record : records)
        if (record.is_in_use) add_once(ids, crypto::Seal::key_id_of(record.blob));
    return ids;
}

}  // namespace rhumb::certs
