#pragma once
/// The switches of SelfSSL, as people have them in their fingers and scripts:
///     [/T] [/N:CN=name] [/K:bits] [/V:days] [/S:site] [/P:port] [/Q]
/// A switch may begin with `-` as well, in either case of letters.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "certs/self_sign.h"
#include "pki/key.h"
#include "pki/subject.h"

namespace rhumb::cli {

struct SelfSslSwitches {
    bool is_trusted = false;                         ///< /T
    bool is_quiet = false;                           ///< /Q: nothing is asked
    bool wants_help = false;                         ///< /?
    std::vector<std::string> names{};                ///< the CN of /N; none: the machine's name
    pki::Subject subject{};                          ///< the rest of /N: O, OU, L, S or ST, C
    pki::KeyType key_type = pki::KeyType::rsa_2048;  ///< /K
    std::chrono::days lifetime = certs::self_signed_lifetime;  ///< /V
    std::string site = "1";               ///< /S: a number (1 is the first) or a name
    std::optional<std::uint16_t> port{};  ///< /P; none: where the site speaks https already
    std::vector<std::string> notes{};     ///< what was taken otherwise than it was asked for
};

/// `invalid`, naming the switch, for what is not one or has no good value.
Result<SelfSslSwitches> parse_selfssl(std::span<const std::string> arguments);

}  // namespace rhumb::cli
