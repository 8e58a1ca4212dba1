#pragma once
/// Judgements about what speaks on a port, and how it speaks TLS: pure.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/diagnosis.h"
#include "doctor/finding.h"
#include "doctor/target.h"
#include "tls/profile.h"
#include "tls/survey.h"

namespace rhumb::doctor {

std::span<const Rule> port_rules();
std::span<const Rule> tls_rules();

/// What a port said.
struct Talk {
    tls::Greeting greeting{};  ///< to a greeting of TLS
    std::string clear{};  ///< the first bytes of the answer to a request in the clear; "": none, or
                          ///< nobody asked
};

/// "HTTP", "SSH", "SMTP or FTP" …: what begins so; "" when it is not known.
std::string_view protocol_of(std::string_view first_bytes);

/// For an https target: whether TLS is spoken, and if not, what.
std::vector<Finding> judge_talk(const Target& target, const Talk& talk);

/// For an http target: whether HTTP is spoken in the clear.
std::vector<Finding> judge_clear(const Target& target, const Talk& talk);

/// The greeting was answered in TLS, and yet no whole handshake came about: `reason`.
Finding judge_broken_handshake(const Target& target, std::string_view reason);

/// Versions, cipher suites, groups. `promised`: the profile that our configuration names.
std::vector<Finding> judge_survey(const Target& target, const tls::Survey& survey,
                                  std::optional<tls::Profile> promised);

/// The same in words, for people.
std::vector<Seen> describe(const tls::Survey& survey);

}  // namespace rhumb::doctor
