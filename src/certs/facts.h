#pragma once
/// What is to be told about a certificate of the inventory.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "certs/inventory.h"

namespace rhumb::certs {

/// How a certificate stands in its life: by the fraction that is left, so that short-lived ones are
/// judged by the same measure as long-lived ones.
enum class Health {
    good,
    due,       ///< less than a third of its life is left (half, when it lives under ten days)
    near_end,  ///< less than a tenth of its life is left
    expired,
    not_yet_valid,
    unreadable,  ///< the record is damaged
};

/// "ok", "due", "near its end", "expired", "not yet valid", "unreadable".
std::string_view to_text(Health health);

/// 1 at the beginning of its life, 0 at the end and after it.
double fraction_left(Seconds not_before, Seconds not_after, Seconds now);

Health health_of(const Entry& entry, Seconds now);

/// All as text for people, but for dates. Fields stay empty for a record that cannot be read.
struct Facts {
    std::string subject;
    std::string issuer;
    std::string serial;     ///< lower-case hexadecimal
    std::string key_type;   ///< "ec-p256", "rsa-2048" …
    std::string signature;  ///< "ecdsa-with-SHA256" …
    std::string sha256;     ///< fingerprint as AB:CD:…
    std::string sha1;
    std::string root;  ///< the issuer of the last certificate of the chain
    std::vector<std::string> names;
    Seconds not_before{};
    Seconds not_after{};
    double fraction_left = 0;
    Health health = Health::unreadable;
    bool is_self_signed = false;
};

Facts facts_of(const Entry& entry, Seconds now);

/// What a message calls a certificate: its subject, or its names where that is empty, as it is when
/// nobody asked for an organization or a common name.
std::string title_of(const pki::Certificate& certificate);

}  // namespace rhumb::certs
