#include "cli/selfssl_switches.h"

#include "base/text.h"

namespace rhumb::cli {

namespace {

constexpr int bits_min = 2048;
constexpr int days_good = 825;

struct Switch {
    char letter = 0;
    std::string value;
};

/// "/N:CN=gis" is N and "CN=gis".
std::optional<Switch> read_switch(std::string_view argument) {
    const bool is_switch = argument.size() >= 2 && (argument[0] == '/' || argument[0] == '-');
    if (!is_switch || (argument.size() > 2 && argument[2] != ':')) return std::nullopt;
    return Switch{text::to_lower(argument[1]),
                  argument.size() > 3 ? std::string{argument.substr(3)} : std::string{}};
}

tl::unexpected<Error> wrong(std::string_view argument, std::string_view remedy) {
    return fail(ErrorKind::invalid, "selfssl: «{}»: {}", argument, remedy);
}

Result<void> take_name_part(SelfSslSwitches& switches, std::string_view key, std::string value) {
    if (text::iequals(key, "CN"))
        switches.names.push_back(std::move(value));
    else if (text::iequals(key, "O"))
        switches.subject.organization = std::move(value);
    else if (text::iequals(key, "OU"))
        switches.subject.unit = std::move(value);
    else if (text::iequals(key, "L"))
        switches.subject.city = std::move(value);
    else if (text::iequals(key, "S") || text::iequals(key, "ST"))
        switches.subject.state = std::move(value);
    else if (text::iequals(key, "C"))
        switches.subject.country = std::move(value);
    else
        return fail(ErrorKind::invalid,
                    "selfssl: /N: «{}» is not known; there are CN, O, OU, L, ST and C", key);
    return {};
}

/// "CN=gis.example.org,O=Maps"; a name alone is taken for the CN.
Result<void> take_names(SelfSslSwitches& switches, std::string_view value) {
    if (value.find('=') == std::string_view::npos) {
        switches.names.emplace_back(text::trim(value));
        return {};
    }
    for (const auto part : text::split(value, ',')) {
        const auto equals = part.find('=');
        if (equals == std::string_view::npos)
            return fail(ErrorKind::invalid, "selfssl: /N: «{}» is no pair such as CN=name",
                        text::trim(part));
        TRY_DONE(take_name_part(switches, text::trim(part.substr(0, equals)),
                                std::string{text::trim(part.substr(equals + 1))}));
    }
    return {};
}

Result<void> take_bits(SelfSslSwitches& switches, std::string_view argument,
                       std::optional<std::int64_t> bits) {
    if (!bits || *bits < 384) return wrong(argument, "the number of bits: 2048, 3072 or 4096");
    if (*bits < bits_min) {
        switches.notes.push_back(fmt::format(
            "a key of {} bits can be broken and is refused by clients: 2048 bits are taken",
            *bits));
        return {};
    }
    if (*bits == 2048)
        switches.key_type = pki::KeyType::rsa_2048;
    else if (*bits == 3072)
        switches.key_type = pki::KeyType::rsa_3072;
    else if (*bits == 4096)
        switches.key_type = pki::KeyType::rsa_4096;
    else
        return wrong(argument, "there are keys of 2048, 3072 and 4096 bits");
    return {};
}

Result<void> take_days(SelfSslSwitches& switches, std::string_view argument,
                       std::optional<std::int64_t> days) {
    if (!days || *days < 1 || *days > 36'500)
        return wrong(argument, "how many days it is good: 1 to 36500");
    switches.lifetime = std::chrono::days{*days};
    if (*days > days_good)
        switches.notes.push_back(
            fmt::format("{} days, as asked for; but Apple's clients refuse certificates of servers "
                        "that are good for more than 825 days, whoever made them: /V:825 or less "
                        "is for them",
                        *days));
    return {};
}

Result<void> take(SelfSslSwitches& switches, const Switch& one, std::string_view argument) {
    switch (one.letter) {
        case 't': switches.is_trusted = true; return {};
        case 'q': switches.is_quiet = true; return {};
        case '?':
        case 'h': switches.wants_help = true; return {};
        case 'n':
            if (one.value.empty()) return wrong(argument, "the name is missing: /N:CN=name");
            return take_names(switches, one.value);
        case 'k': return take_bits(switches, argument, text::to_integer(one.value));
        case 'v': return take_days(switches, argument, text::to_integer(one.value));
        case 's':
            if (one.value.empty()) return wrong(argument, "the site is missing: /S:1, or its name");
            switches.site = one.value;
            return {};
        case 'p': {
            const auto port = text::to_integer(one.value);
            if (!port || *port < 1 || *port > 65'535)
                return wrong(argument, "a port is 1 to 65535");
            switches.port = static_cast<std::uint16_t>(*port);
            return {};
        }
        default: return wrong(argument, "there is no such switch; `rhumb selfssl /?` lists them");
    }
}

}  // namespace

Result<SelfSslSwitches> parse_selfssl(std::span<const std::string> arguments) {
    SelfSslSwitches switches;
    for (const auto& argument : arguments) {
        const auto one = read_switch(argument);
        if (!one)
            return wrong(argument, "that is no switch of selfssl; `rhumb selfssl /?` lists them");
        TRY_DONE(take(switches, *one, argument));
    }
    return switches;
}

}  // namespace rhumb::cli
