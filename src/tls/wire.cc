#include "tls/wire.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace rhumb::tls {

namespace {

constexpr std::array suites_13{
    Suite{0x1301, "TLS_AES_128_GCM_SHA256"}, Suite{0x1302, "TLS_AES_256_GCM_SHA384"},
    Suite{0x1303, "TLS_CHACHA20_POLY1305_SHA256"}, Suite{0x1304, "TLS_AES_128_CCM_SHA256"},
    Suite{0x1305, "TLS_AES_128_CCM_8_SHA256"}};

constexpr std::array suites{
    // Mozilla's guideline 6.0.
    Suite{0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
    Suite{0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
    Suite{0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
    Suite{0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
    Suite{0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
    Suite{0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    // Good, and not in it.
    Suite{0xc0ac, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM"},
    Suite{0xc0ad, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM"},
    Suite{0xc0ae, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"},
    Suite{0xc0af, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8"},
    Suite{0xc05c, "TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256"},
    Suite{0xc05d, "TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384"},
    Suite{0xc060, "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256"},
    Suite{0xc061, "TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384"},
    Suite{0xc086, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_GCM_SHA256"},
    Suite{0xc087, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_GCM_SHA384"},
    Suite{0xc08a, "TLS_ECDHE_RSA_WITH_CAMELLIA_128_GCM_SHA256"},
    Suite{0xc08b, "TLS_ECDHE_RSA_WITH_CAMELLIA_256_GCM_SHA384"},
    // Blocks.
    Suite{0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"},
    Suite{0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"},
    Suite{0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"},
    Suite{0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"},
    Suite{0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"},
    Suite{0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"},
    Suite{0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"},
    Suite{0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"},
    Suite{0xc072, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256"},
    Suite{0xc073, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384"},
    Suite{0xc076, "TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256"},
    Suite{0xc077, "TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384"},
    // Finite fields.
    Suite{0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"},
    Suite{0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"},
    Suite{0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    Suite{0xc09e, "TLS_DHE_RSA_WITH_AES_128_CCM"}, Suite{0xc09f, "TLS_DHE_RSA_WITH_AES_256_CCM"},
    Suite{0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256"},
    Suite{0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"},
    Suite{0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"},
    Suite{0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"},
    Suite{0x0032, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA"},
    Suite{0x0038, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA"},
    Suite{0x0045, "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA"},
    Suite{0x0088, "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA"},
    Suite{0x00be, "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA256"},
    Suite{0x00c4, "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256"},
    Suite{0x009a, "TLS_DHE_RSA_WITH_SEED_CBC_SHA"},
    // No forward secrecy.
    Suite{0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"},
    Suite{0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384"}, Suite{0xc09c, "TLS_RSA_WITH_AES_128_CCM"},
    Suite{0xc09d, "TLS_RSA_WITH_AES_256_CCM"}, Suite{0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256"},
    Suite{0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256"}, Suite{0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA"},
    Suite{0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA"},
    Suite{0x0041, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA"},
    Suite{0x0084, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA"},
    Suite{0x00ba, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA256"},
    Suite{0x00c0, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA256"},
    Suite{0x0096, "TLS_RSA_WITH_SEED_CBC_SHA"},
    Suite{0xc004, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA"},
    Suite{0xc005, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA"},
    Suite{0xc00e, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA"},
    Suite{0xc00f, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA"},
    // Blocks of 64 bits.
    Suite{0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"},
    Suite{0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA"},
    Suite{0x0013, "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA"},
    Suite{0xc008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA"},
    Suite{0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"},
    Suite{0xc003, "TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA"},
    Suite{0xc00d, "TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA"}, Suite{0x0007, "TLS_RSA_WITH_IDEA_CBC_SHA"},
    // Broken.
    Suite{0x0009, "TLS_RSA_WITH_DES_CBC_SHA"}, Suite{0x0015, "TLS_DHE_RSA_WITH_DES_CBC_SHA"},
    Suite{0x0012, "TLS_DHE_DSS_WITH_DES_CBC_SHA"}, Suite{0x0004, "TLS_RSA_WITH_RC4_128_MD5"},
    Suite{0x0005, "TLS_RSA_WITH_RC4_128_SHA"}, Suite{0xc007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA"},
    Suite{0xc011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA"},
    Suite{0xc002, "TLS_ECDH_ECDSA_WITH_RC4_128_SHA"},
    Suite{0xc00c, "TLS_ECDH_RSA_WITH_RC4_128_SHA"}, Suite{0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5"},
    Suite{0x0006, "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5"},
    Suite{0x0008, "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA"},
    Suite{0x000b, "TLS_DH_DSS_EXPORT_WITH_DES40_CBC_SHA"},
    Suite{0x0011, "TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA"},
    Suite{0x0014, "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA"},
    Suite{0x0062, "TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA"},
    Suite{0x0064, "TLS_RSA_EXPORT1024_WITH_RC4_56_SHA"},
    Suite{0x0017, "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5"},
    Suite{0x0019, "TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA"},
    Suite{0x0018, "TLS_DH_anon_WITH_RC4_128_MD5"}, Suite{0x001a, "TLS_DH_anon_WITH_DES_CBC_SHA"},
    Suite{0x001b, "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA"},
    Suite{0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA"},
    Suite{0x003a, "TLS_DH_anon_WITH_AES_256_CBC_SHA"},
    Suite{0x006c, "TLS_DH_anon_WITH_AES_128_CBC_SHA256"},
    Suite{0x006d, "TLS_DH_anon_WITH_AES_256_CBC_SHA256"},
    Suite{0x00a6, "TLS_DH_anon_WITH_AES_128_GCM_SHA256"},
    Suite{0x00a7, "TLS_DH_anon_WITH_AES_256_GCM_SHA384"},
    Suite{0xc016, "TLS_ECDH_anon_WITH_RC4_128_SHA"},
    Suite{0xc017, "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA"},
    Suite{0xc018, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"},
    Suite{0xc019, "TLS_ECDH_anon_WITH_AES_256_CBC_SHA"},
    Suite{0xc015, "TLS_ECDH_anon_WITH_NULL_SHA"}, Suite{0x0001, "TLS_RSA_WITH_NULL_MD5"},
    Suite{0x0002, "TLS_RSA_WITH_NULL_SHA"}, Suite{0x003b, "TLS_RSA_WITH_NULL_SHA256"},
    Suite{0xc001, "TLS_ECDH_ECDSA_WITH_NULL_SHA"}, Suite{0xc00b, "TLS_ECDH_RSA_WITH_NULL_SHA"},
    Suite{0xc006, "TLS_ECDHE_ECDSA_WITH_NULL_SHA"}, Suite{0xc010, "TLS_ECDHE_RSA_WITH_NULL_SHA"}};

constexpr std::array groups{Group{0x11ec, "X25519MLKEM768", true},
                            Group{0x11eb, "SecP256r1MLKEM768", true},
                            Group{0x11ed, "SecP384r1MLKEM1024", true},
                            Group{0x0202, "MLKEM1024", true},
                            Group{0x0201, "MLKEM768", true},
                            Group{0x001d, "X25519"},
                            Group{0x0017, "P-256"},
                            Group{0x0018, "P-384"},
                            Group{0x0019, "P-521"},
                            Group{0x001e, "X448"},
                            Group{0x001f, "brainpoolP256r1tls13"},
                            Group{0x0100, "ffdhe2048"},
                            Group{0x0101, "ffdhe3072"},
                            Group{0x0102, "ffdhe4096"},
                            Group{0x0016, "secp256k1"},
                            Group{0x001a, "brainpoolP256r1"},
                            Group{0x0015, "P-224"},
                            Group{0x0013, "P-192", false, true},
                            Group{0x0012, "secp192k1", false, true},
                            Group{0x0010, "secp160r1", false, true},
                            Group{0x000f, "secp160k1", false, true},
                            Group{0x0011, "secp160r2", false, true},
                            Group{0x0001, "sect163k1", false, true},
                            Group{0x0002, "sect163r1", false, true},
                            Group{0x0003, "sect163r2", false, true},
                            Group{0x0004, "sect193r1", false, true},
                            Group{0x0005, "sect193r2", false, true}};

struct AlertWord {
    std::uint8_t number;
    std::string_view name;
};
constexpr std::array alerts{AlertWord{0, "close_notify"},
                            AlertWord{10, "unexpected_message"},
                            AlertWord{20, "bad_record_mac"},
                            AlertWord{22, "record_overflow"},
                            AlertWord{40, "handshake_failure"},
                            AlertWord{41, "no_certificate"},
                            AlertWord{42, "bad_certificate"},
                            AlertWord{43, "unsupported_certificate"},
                            AlertWord{46, "certificate_unknown"},
                            AlertWord{47, "illegal_parameter"},
                            AlertWord{48, "unknown_ca"},
                            AlertWord{49, "access_denied"},
                            AlertWord{50, "decode_error"},
                            AlertWord{51, "decrypt_error"},
                            AlertWord{70, "protocol_version"},
                            AlertWord{71, "insufficient_security"},
                            AlertWord{80, "internal_error"},
                            AlertWord{86, "inappropriate_fallback"},
                            AlertWord{90, "user_canceled"},
                            AlertWord{100, "no_renegotiation"},
                            AlertWord{109, "missing_extension"},
                            AlertWord{110, "unsupported_extension"},
                            AlertWord{112, "unrecognized_name"},
                            AlertWord{116, "certificate_required"},
                            AlertWord{120, "no_application_protocol"},
                            AlertWord{121, "ech_required"}};

bool has(std::string_view text, std::string_view word) {
    return text.find(word) != std::string_view::npos;
}

/// The element of `all` with that id; null when there is none.
template <class Items>
auto find_by_id(const Items& all, std::uint16_t id) {
    const auto place = std::ranges::find_if(all, [id](const auto& one) { return one.id == id; });
    return place == all.end() ? nullptr : &*place;
}

}  // namespace

std::string_view to_text(Version version) {
    switch (version) {
        case Version::ssl_3: return "SSL 3.0";
        case Version::tls_1_0: return "TLS 1.0";
        case Version::tls_1_1: return "TLS 1.1";
        case Version::tls_1_2: return "TLS 1.2";
        case Version::tls_1_3: return "TLS 1.3";
    }
    return "TLS";
}

SuiteClass Suite::suite_class() const {
    if (id >= 0x1301 && id <= 0x1303) return SuiteClass::recommended;
    if (id == 0x1304 || id == 0x1305) return SuiteClass::other;
    if (has(name, "_NULL_")) return SuiteClass::null;
    if (has(name, "_anon_")) return SuiteClass::anonymous;
    if (has(name, "_EXPORT")) return SuiteClass::exportable;
    if (has(name, "_RC4_")) return SuiteClass::rc4;
    if (has(name, "_WITH_DES_") || has(name, "_RC2_")) return SuiteClass::des;
    if (has(name, "_3DES_") || has(name, "_IDEA_")) return SuiteClass::triple_des;
    if (name.starts_with("TLS_DHE_")) return SuiteClass::finite_field;
    if (!name.starts_with("TLS_ECDHE_")) return SuiteClass::static_key;
    if (has(name, "_CBC_")) return SuiteClass::block;
    const bool is_in_guideline = has(name, "_AES_128_GCM_") || has(name, "_AES_256_GCM_") ||
                                 has(name, "_CHACHA20_POLY1305_");
    return is_in_guideline ? SuiteClass::recommended : SuiteClass::other;
}

std::span<const Suite> all_suites() { return suites; }
std::span<const Suite> all_suites_13() { return suites_13; }
std::span<const Group> all_groups() { return groups; }

std::string suite_name(std::uint16_t id) {
    if (const auto* const suite = find_by_id(suites, id)) return std::string{suite->name};
    if (const auto* const suite = find_by_id(suites_13, id)) return std::string{suite->name};
    return fmt::format("0x{:04x}", id);
}

std::string group_name(std::uint16_t id) {
    const auto* const group = find_by_id(groups, id);
    return group != nullptr ? std::string{group->name} : fmt::format("group 0x{:04x}", id);
}

std::string alert_name(std::uint8_t description) {
    const auto place = std::ranges::find(alerts, description, &AlertWord::number);
    return place != alerts.end() ? std::string{place->name} : fmt::format("alert {}", description);
}

}  // namespace rhumb::tls
