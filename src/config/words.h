#pragma once
/// The words of the configuration for the values of its enumerations: for reading and for writing.

#include <string_view>
#include <utility>

#include "config/document.h"

namespace rhumb::config {

template <class Value>
using Word = std::pair<std::string_view, Value>;

inline constexpr Word<RequireHttps> require_https_words[] = {{"no", RequireHttps::no},
                                                             {"refuse", RequireHttps::refuse},
                                                             {"redirect", RequireHttps::redirect}};

inline constexpr Word<TlsProfile> tls_words[] = {{"modern", TlsProfile::modern},
                                                 {"intermediate", TlsProfile::intermediate},
                                                 {"old", TlsProfile::old}};

inline constexpr Word<AccessLog> access_log_words[] = {{"combined", AccessLog::combined},
                                                       {"w3c", AccessLog::w3c},
                                                       {"json", AccessLog::json},
                                                       {"off", AccessLog::off}};

inline constexpr Word<LogLevel> log_level_words[] = {{"debug", LogLevel::debug},
                                                     {"info", LogLevel::info},
                                                     {"warning", LogLevel::warning},
                                                     {"error", LogLevel::error}};

inline constexpr Word<HandlerKind> handler_words[] = {
    {"files", HandlerKind::files}, {"gis", HandlerKind::gis}, {"viewer", HandlerKind::viewer},
    {"trust", HandlerKind::trust}, {"api", HandlerKind::api}, {"none", HandlerKind::none}};

inline constexpr Word<ClientCertificate> client_certificate_words[] = {
    {"ignore", ClientCertificate::ignore},
    {"accept", ClientCertificate::accept},
    {"require", ClientCertificate::require}};

inline constexpr Word<Hsts> hsts_words[] = {{"off", Hsts::off},
                                            {"5 minutes", Hsts::minutes},
                                            {"1 week", Hsts::week},
                                            {"1 year", Hsts::year}};

/// The word for `value`, which has one.
template <class Value, std::size_t count>
constexpr std::string_view word_for(Value value, const Word<Value> (&words)[count]) {
    for (const auto& [word, meaning] : words) {
        if (meaning == value) return word;
    }
    return words[0].first;
}

}  // namespace rhumb::config
