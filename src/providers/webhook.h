#pragma once
/// Messages that both sides sign with a secret that they share, as Standard Webhooks 1.0.0 does:
/// HMAC-SHA256 over "ID.TIMESTAMP.BODY". Pure.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/secret.h"

namespace rhumb::providers {

/// The secret of both sides, or two while it is being changed: either signature counts.
class WebhookKeys {
public:
    /// "whsec_" and base64 of 24 to 64 bytes; two of them with a blank between. The error says what
    /// is wrong and how one is made, and nothing of what was given.
    static Result<WebhookKeys> read(std::string_view text);

    /// The value of the header webhook-signature: "v1,BASE64", one for each key.
    Result<std::string> sign(std::string_view id, Seconds now, std::string_view body) const;

    /// Whether one of the signatures in `header` is one of our keys' over id, timestamp (as it was
    /// sent) and body.
    Result<bool> verify(std::string_view header, std::string_view id, std::string_view timestamp,
                        std::string_view body) const;

private:
    std::vector<crypto::Secret> keys_;
};

/// The id under which the answer to a message is signed, so that no message can be sent back as its
/// own answer, and no answer counts for another message.
std::string answer_id(std::string_view id);

}  // namespace rhumb::providers
