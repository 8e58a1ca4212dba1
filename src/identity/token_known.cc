#include "identity/token_known.h"

#include <algorithm>

#include "crypto/random.h"

namespace rhumb::identity {

namespace {

/// certs/sealed_records.cc seals anew for the same purpose.
std::string purpose_of(std::string_view name) { return fmt::format("token key/{}", name); }

Result<std::shared_ptr<const TokenKey>> open_key(const storage::TokenKeyRecord& record,
                                                 const crypto::Seal& seal) {
    const auto name = to_key_name(record.name);
    if (!name)
        return fail(ErrorKind::invalid, "«{:.40}» is no name of a key of tokens", record.name);
    TRY(auto secret, seal.open(purpose_of(record.name), record.sealed));
    TRY(auto aead, crypto::Aead::make(std::move(secret)));
    return std::make_shared<const TokenKey>(
        TokenKey{record.id, *name, record.created, std::move(aead)});
}

}  // namespace

bool LessInCase::operator()(std::string_view a, std::string_view b) const {
    return std::ranges::lexicographical_compare(
        a, b, [](char one, char other) { return text::to_lower(one) < text::to_lower(other); });
}

std::shared_ptr<const TokenKnown> TokenKnown::make(
    const std::vector<storage::TokenKeyRecord>& keys,
    const std::vector<storage::TokenRevocation>& revocations, const crypto::Seal& seal,
    const TokenKnown* before) {
    auto known = std::make_shared<TokenKnown>();
    const auto opened = [&](const storage::TokenKeyRecord& record) {
        std::shared_ptr<const TokenKey> none;
        if (before == nullptr) return none;
        const auto is_it = [&](const Key& one) {
            return one.key->id == record.id && to_text(one.key->name) == record.name;
        };
        const auto found = std::ranges::find_if(before->keys_, is_it);
        return found == before->keys_.end() ? none : found->key;
    };
    for (const auto& record : keys) {
        auto key = opened(record);
        if (!key) {
            auto fresh = open_key(record, seal);
            if (!fresh) {
                known->fault_ = fresh.error().message;
                continue;
            }
            key = *std::move(fresh);
        }
        known->keys_.push_back({std::move(key), record.retired});
    }
    for (const auto& one : revocations) {
        const Revoked revoked{one.id, one.before};
        switch (one.kind) {
            case storage::TokenRevocation::Kind::all: known->all_ = revoked; break;
            case storage::TokenRevocation::Kind::user: known->users_[one.subject] = revoked; break;
            case storage::TokenRevocation::Kind::token: known->tokens_.insert(one.subject); break;
        }
    }
    return known;
}

const TokenKey* TokenKnown::find(TokenKeyName name) const {
    const auto found =
        std::ranges::find_if(keys_, [&](const Key& one) { return one.key->name == name; });
    return found == keys_.end() ? nullptr : found->key.get();
}

std::shared_ptr<const TokenKey> TokenKnown::sealing(Seconds now) const {
    if (keys_.empty() || keys_.front().retired) return {};
    const auto& newest = keys_.front().key;
    const auto age = now - newest->created;
    const bool is_fresh = age >= std::chrono::seconds{0} && age < token_key_wait;
    // The one before retired when the newest was made.
    if (is_fresh && keys_.size() > 1 && keys_[1].retired == newest->created) return keys_[1].key;
    return newest;
}

bool TokenKnown::is_revoked(const TokenClaims& claims) const {
    if (all_ && all_->covers(claims)) return true;
    if (!users_.empty()) {
        const auto found = users_.find(std::string_view{claims.facts.user});
        if (found != users_.end() && found->second.covers(claims)) return true;
    }
    return !tokens_.empty() && tokens_.contains(claims.facts.id);
}

Result<storage::TokenKeyRecord> make_token_key(const crypto::Seal& seal, Seconds now) {
    storage::TokenKeyRecord record;
    TRY(const auto name, crypto::random_bytes(4));
    record.name = text::to_hex(name);
    record.created = now;
    record.needed = now;
    TRY(const auto secret, crypto::random_secret(crypto::Aead::key_size));
    TRY(record.sealed, seal.seal(purpose_of(record.name), secret.view()));
    return record;
}

}  // namespace rhumb::identity
