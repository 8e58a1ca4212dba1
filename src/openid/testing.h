#pragma once
/// For tests: keys that sign, tokens that are right but for what a test changes, and a provider
/// that answers what it is told to.

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <cjose/jwk.h>
#include <cjose/jws.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "fetch/testing.h"

namespace rhumb::openid {

/// A private key, made anew.
class SigningKey {
public:
    explicit SigningKey(std::string algorithm = "ES256", std::string name = "key1",
                        std::size_t bits = 2048)
        : algorithm_{std::move(algorithm)}, name_{std::move(name)} {
        if (algorithm_.starts_with("ES")) {
            const auto curve = algorithm_ == "ES256"   ? CJOSE_JWK_EC_P_256
                               : algorithm_ == "ES384" ? CJOSE_JWK_EC_P_384
                                                       : CJOSE_JWK_EC_P_521;
            key_.reset(cjose_jwk_create_EC_random(curve, nullptr));
        } else {
            const std::uint8_t exponent[] = {1, 0, 1};
            key_.reset(cjose_jwk_create_RSA_random(bits, exponent, sizeof exponent, nullptr));
        }
        EXPECT_NE(key_, nullptr);
    }

    nlohmann::json public_jwk() const {
        char* const text = cjose_jwk_to_json(key_.get(), false, nullptr);
        auto jwk = nlohmann::json::parse(text);
        std::free(text);
        jwk["use"] = "sig";
        if (!name_.empty()) jwk["kid"] = name_;
        return jwk;
    }

    std::string sign(const nlohmann::json& claims,
                     nlohmann::json more = nlohmann::json::object()) const {
        auto* const header = cjose_header_new(nullptr);
        cjose_header_set(header, "alg", algorithm_.c_str(), nullptr);
        if (!name_.empty()) cjose_header_set(header, "kid", name_.c_str(), nullptr);
        for (const auto& [name, value] : more.items())
            if (value.is_string())
                cjose_header_set(header, name.c_str(), value.get<std::string>().c_str(), nullptr);
            else
                cjose_header_set_raw(header, name.c_str(), value.dump().c_str(), nullptr);
        const auto text = claims.dump();
        auto* const jws =
            cjose_jws_sign(key_.get(), header, reinterpret_cast<const std::uint8_t*>(text.data()),
                           text.size(), nullptr);
        EXPECT_NE(jws, nullptr) << algorithm_;
        const char* compact = nullptr;
        cjose_jws_export(jws, &compact, nullptr);
        std::string token{compact};
        cjose_jws_release(jws);
        cjose_header_release(header);
        return token;
    }

    const std::string& algorithm() const { return algorithm_; }

private:
    struct Release {
        void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
    };
    std::string algorithm_;
    std::string name_;
    std::unique_ptr<cjose_jwk_t, Release> key_;
};

inline std::string key_set(std::initializer_list<nlohmann::json> keys) {
    return nlohmann::json{{"keys", keys}}.dump();
}

/// A token that says it was signed so, by whoever.
inline std::string unsigned_token(const nlohmann::json& header, const nlohmann::json& claims,
                                  std::string_view signature = "") {
    return text::to_base64url(header.dump()) + "." + text::to_base64url(claims.dump()) + "." +
           text::to_base64url(signature);
}

inline constexpr std::int64_t noon = 1'800'000'000;

/// What an ID token of ours says.
inline nlohmann::json good_claims(const std::string& issuer = "https://id.example.org") {
    return {{"iss", issuer},     {"sub", "s-1"},    {"aud", "rhumb"},
            {"exp", noon + 300}, {"iat", noon - 5}, {"nonce", "the nonce"}};
}

/// The same of a logout token.
inline nlohmann::json good_farewell(const std::string& issuer = "https://id.example.org") {
    return {{"iss", issuer},
            {"sub", "s-1"},
            {"sid", "session-1"},
            {"aud", "rhumb"},
            {"exp", noon + 100},
            {"iat", noon - 5},
            {"jti", "j-1"},
            {"events",
             {{"http://schemas.openid.net/event/backchannel-logout", nlohmann::json::object()}}}};
}

}  // namespace rhumb::openid
