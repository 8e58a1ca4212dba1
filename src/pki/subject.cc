#include "pki/subject.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "pki/distinguished_name.h"

namespace rhumb::pki {

namespace {

/// A field as messages name it, and the most characters of it (RFC 5280 appendix A, ub-…).
struct Rule {
    std::string Subject::*value;
    std::string_view name;
    std::size_t size_max;
};

constexpr std::array rules{
    Rule{&Subject::common_name, "common name", 64},
    Rule{&Subject::organization, "organization", 64},
    Rule{&Subject::unit, "organizational unit", 64},
    Rule{&Subject::city, "city", 128},
    Rule{&Subject::state, "state or province", 128},
};

/// ISO 3166-1 alpha-2, and XK, which Kosovo uses.
constexpr std::string_view countries =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA "
    "ZM ZW";

std::size_t count_characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

Result<std::string> check_field(std::string_view value, const Rule& rule) {
    const auto text = text::trim(value);
    if (!text::is_utf8(text))
        return fail(ErrorKind::invalid, "the {} is not UTF-8; type it again in a UTF-8 terminal",
                    rule.name);
    if (std::ranges::any_of(text, is_control))
        return fail(ErrorKind::invalid,
                    "the {} has a line break or another control character; write it in one line",
                    rule.name);
    if (const auto size = count_characters(text); size > rule.size_max)
        return fail(ErrorKind::invalid,
                    "the {} has {} characters, and a certificate can hold {}: shorten it",
                    rule.name, size, rule.size_max);
    return std::string{text};
}

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

char to_capital(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// What is probably meant by two letters that are no country.
std::string_view advice_for(std::string_view country) {
    if (country == "UK") return "the United Kingdom is GB";
    if (country == "EN") return "it is a language: the United Kingdom is GB";
    if (country == "EL") return "Greece is GR";
    return "write its two letters: DE, FR, GB, US …";
}

Result<std::string> check_country(std::string_view value) {
    std::string country{text::trim(value)};
    std::ranges::transform(country, country.begin(), to_capital);
    if (country.empty()) return country;
    if (country.size() != 2 || !std::ranges::all_of(country, is_letter))
        return fail(ErrorKind::invalid,
                    "the country «{}» must be its two letters in ISO 3166: DE, FR, GB, US …",
                    text::is_utf8(country) ? country : "?");
    const auto all = text::split(countries, ' ');
    if (std::ranges::find(all, country) != all.end()) return country;
    return fail(ErrorKind::invalid, "«{}» is no country of ISO 3166; {}", country,
                advice_for(country));
}

}  // namespace

Result<Subject> check_subject(const Subject& subject) {
    Subject checked;
    for (const auto& rule : rules) {
        TRY(checked.*rule.value, check_field(subject.*rule.value, rule));
    }
    TRY(checked.country, check_country(subject.country));
    return checked;
}

std::string to_text(const Subject& subject) {
    const auto name = to_x509_name(subject);
    return name ? to_text(name.get()) : std::string{};
}

}  // namespace rhumb::pki
