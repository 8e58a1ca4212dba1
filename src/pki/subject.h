#pragma once
/// Who a certificate speaks of beside its names: the fields of a subject that a person may fill in.

#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::pki {

/// All fields are UTF-8, and all are optional. Pure data; check_subject() says whether it is fit
/// for a request or a certificate.
struct Subject {
    std::string common_name{};   ///< CN: the first host name, or what an authority is called
    std::string organization{};  ///< O
    std::string unit{};          ///< OU
    std::string city{};          ///< L
    std::string state{};         ///< ST: state or province, written out
    std::string country{};       ///< C: two letters of ISO 3166

    bool is_empty() const { return *this == Subject{}; }
    bool operator==(const Subject&) const = default;
};

/// The same without blanks around the fields and with the country in capitals. `invalid`, naming
/// the field: not UTF-8, control characters, longer than RFC 5280 appendix A allows (64 characters;
/// city and state 128), a country that is not one of ISO 3166.
Result<Subject> check_subject(const Subject& subject);

/// As RFC 4514 writes it, the common name first: "CN=gis.example.org,O=Büro für Karten,C=DE".
std::string to_text(const Subject& subject);

}  // namespace rhumb::pki
