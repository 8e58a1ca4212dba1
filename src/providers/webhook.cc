#include "providers/webhook.h"

#include <algorithm>
#include <optional>

#include "base/base64.h"
#include "base/text.h"
#include "crypto/hmac.h"

namespace rhumb::providers {

namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::string_view version = "v1,";
constexpr std::size_t key_bytes_min = 24;
constexpr std::size_t key_bytes_max = 64;
constexpr std::size_t keys_max = 2;
constexpr std::size_t signatures_max = 8;  // looked at in one header

/// Of base64 with padding (RFC 4648 section 4); an empty one for anything else.
crypto::Secret from_base64(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    crypto::Secret bytes{text.size() * 3 / 4};
    const auto size = base64::decode(text, base64::standard, bytes.data());
    return size == bytes.size() ? std::move(bytes) : crypto::Secret{};
}

Result<std::string> signature(const crypto::Secret& key, std::string_view id,
                              std::string_view timestamp, std::string_view body) {
    TRY(const auto digest,
        crypto::hmac_sha256(key.view(), fmt::format("{}.{}.{}", id, timestamp, body)));
    return fmt::format("{}{}", version, text::to_base64(digest));
}

}  // namespace

Result<WebhookKeys> WebhookKeys::read(std::string_view text) {
    WebhookKeys keys;
    for (auto word : text::split(text::trim(text), ' ')) {
        if (word.empty()) continue;
        if (word.starts_with(prefix)) word.remove_prefix(prefix.size());
        auto key = from_base64(word);
        if (key.size() < key_bytes_min || key.size() > key_bytes_max ||
            keys.keys_.size() == keys_max)
            return fail(ErrorKind::invalid,
                        "the secret that signs messages is not one or two texts of base64, each of "
                        "{} to {} bytes; `echo whsec_$(openssl rand -base64 32)` makes one",
                        key_bytes_min, key_bytes_max);
        keys.keys_.push_back(std::move(key));
    }
    if (keys.keys_.empty())
        return fail(ErrorKind::invalid,
                    "there is no secret that signs messages; `echo whsec_$(openssl rand -base64 "
                    "32)` makes one");
    return keys;
}

Result<std::string> WebhookKeys::sign(std::string_view id, Seconds now,
                                      std::string_view body) const {
    std::vector<std::string> all;
    const auto timestamp = std::to_string(now.time_since_epoch().count());
    for (const auto& key : keys_) {
        TRY(auto one, signature(key, id, timestamp, body));
        all.push_back(std::move(one));
    }
    return text::join(all, " ");
}

Result<bool> WebhookKeys::verify(std::string_view header, std::string_view id,
                                 std::string_view timestamp, std::string_view body) const {
    auto shown = text::split(header, ' ');
    if (shown.size() > signatures_max) shown.resize(signatures_max);
    bool is_good = false;
    for (const auto& key : keys_) {
        TRY(const auto ours, signature(key, id, timestamp, body));
        for (const auto theirs : shown)
            is_good = crypto::equal_in_constant_time(ours, theirs) || is_good;
    }
    return is_good;
}

std::string answer_id(std::string_view id) { return fmt::format("answer-{}", id); }

}  // namespace rhumb::providers
