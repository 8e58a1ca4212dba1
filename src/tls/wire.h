#pragma once
/// The numbers of TLS as they go over the wire, for those who look at servers by hand (hello.h,
/// server_answer.h, survey.h). RFC 8446, RFC 5246, RFC 6101; IANA's registries.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rhumb::tls {

enum class Version : std::uint16_t {
    ssl_3 = 0x0300,
    tls_1_0 = 0x0301,
    tls_1_1 = 0x0302,
    tls_1_2 = 0x0303,
    tls_1_3 = 0x0304,
};

/// "SSL 3.0", "TLS 1.2".
std::string_view to_text(Version version);

/// What is remarkable about a cipher suite, the worst first. Each suite is of one class.
enum class SuiteClass {
    null,        ///< encrypts nothing
    anonymous,   ///< nobody proves who they are
    exportable,  ///< 40 or 56 bits, on purpose
    rc4,
    des,           ///< DES, RC2
    triple_des,    ///< 3DES, IDEA: blocks of 64 bits
    static_key,    ///< no forward secrecy: static RSA or (EC)DH
    finite_field,  ///< DHE: forward secrecy in groups that the server chooses
    block,         ///< ECDHE in CBC mode
    other,         ///< good, and not in Mozilla's list: CCM, Camellia, ARIA in AEAD modes
    recommended,   ///< in Mozilla's guideline 6.0
};

struct Suite {
    std::uint16_t id;
    std::string_view name;  ///< IANA's
    SuiteClass suite_class() const;
};

/// All suites of TLS 1.2 and before that the survey offers.
std::span<const Suite> all_suites();
/// Those of TLS 1.3.
std::span<const Suite> all_suites_13();
/// IANA's name, "0x1234" for unknown ones.
std::string suite_name(std::uint16_t id);

struct Group {
    std::uint16_t id;
    std::string_view name;  ///< "X25519MLKEM768"
    bool is_post_quantum = false;
    bool is_weak = false;  ///< less than 112 bits of security
};

std::span<const Group> all_groups();
std::string group_name(std::uint16_t id);

/// "handshake_failure"; "alert 123" for unknown ones.
std::string alert_name(std::uint8_t description);
inline constexpr std::uint8_t alert_handshake_failure = 40;
inline constexpr std::uint8_t alert_protocol_version = 70;
inline constexpr std::uint8_t alert_unrecognized_name = 112;

}  // namespace rhumb::tls
