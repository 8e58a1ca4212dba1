#pragma once
/// Whose a client's certificate is: the rules of the configuration that make users of
/// certificates, one-to-one (by fingerprint) and many-to-one (by names in it).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/document.h"
#include "pki/certificate.h"

namespace rhumb::access {

/// Text in which "*" stands for any characters; letters of ASCII without regard to case.
class Wildcard {
public:
    /// Takes `pieces` as they stand; between two of them anything may be.
    explicit Wildcard(std::vector<std::string> pieces) : pieces_{std::move(pieces)} {}
    /// Each "*" of `text` is one.
    static Wildcard of(std::string_view text);

    bool matches(std::string_view text) const;

private:
    std::vector<std::string> pieces_;  // never empty
};

/// Parts that a distinguished name must have: "CN=*,O=Stadt Bern". Each part is compared with whole
/// parts of the name, never with its text: no organization can call itself «X,CN=admin» and be
/// taken for an administrator.
class NamePattern {
public:
    /// RFC 4514: parts between commas (or plus signs), in any order, `\` before a sign that is
    /// meant itself (an asterisk, too) or before two hexadecimal digits. `invalid` says what is
    /// wrong.
    static Result<NamePattern> parse(std::string_view text);

    /// True when every part is met. Where a name has two common names, none of them counts.
    bool matches(const std::vector<pki::NamePart>& name) const;

private:
    struct Part {
        std::string kind;  // as pki::NamePart has it
        Wildcard value;
    };
    std::vector<Part> parts_;
};

/// One rule, ready to be asked. Immutable.
class CertificateRule {
public:
    /// `invalid`: a pattern that cannot be read, or a rule that would fit every certificate and
    /// names one user for all.
    static Result<CertificateRule> make(const config::CertificateUser& from);

    /// The user whom it makes of a good certificate; nothing when it does not fit, or the field has
    /// no name in it that a user can have (or has two: nobody says which).
    std::optional<std::string> user_of(const pki::Certificate& certificate) const;

private:
    config::CertificateUser rule_;
    std::optional<NamePattern> issuer_;
    std::optional<NamePattern> subject_;
    std::optional<Wildcard> san_;
};

}  // namespace rhumb::access
