#include "doctor/echoes.h"

#include <algorithm>
#include <array>

namespace rhumb::doctor {

namespace {

constexpr bool told = true;

constexpr std::array table{
    // A wrong clock makes good dates look wrong.
    Echo{"clock.here.wrong", "cert.date."},
    Echo{"clock.here.wrong", "chain.date."},
    Echo{"clock.here.wrong", "client.refuses"},
    Echo{"clock.here.wrong", "revocation.list.outdated"},
    Echo{"clock.here.wrong", "revocation.staple.outdated"},

    Echo{"cert.malformed", "client."},
    Echo{"cert.extension.duplicate", "client."},
    Echo{"cert.date.expired", "cert.validity."},
    Echo{"cert.date.expired", "chain.date."},
    Echo{"chain.date.expired", "chain.date.ends-first"},
    Echo{"cert.version", "cert.san."},
    Echo{"cert.version", "cert.eku."},
    Echo{"cert.version", "cert.aki."},
    Echo{"cert.version", "cert.common-name."},
    Echo{"cert.san.missing", "cert.san.not-covered"},
    Echo{"cert.san.missing", "cert.common-name."},
    Echo{"cert.san.internal-name", "cert.transparency."},
    Echo{"cert.must-staple.no-responder", "revocation.staple."},
    Echo{"chain.incomplete", "client.unknown-authority"},
    Echo{"chain.incomplete", "client.lacks-root"},
    Echo{"chain.order", "chain.unrelated"},
    Echo{"chain.signature", "chain.unrelated"},
    Echo{"chain.signature", "client.unknown-authority"},
    Echo{"chain.not-an-authority", "chain.eku"},
    Echo{"client.unknown-authority", "chain.foreign-root"},
    Echo{"revocation.revoked", "revocation.staple."},

    // HSTS is right, and the certificate is to be mended: the more so, for nobody gets past it.
    Echo{"cert.malformed", "hsts.untrusted-certificate", told},
    Echo{"cert.extension.duplicate", "hsts.untrusted-certificate", told},
    Echo{"cert.version", "hsts.untrusted-certificate", told},
    Echo{"cert.date.expired", "hsts.untrusted-certificate", told},
    Echo{"cert.date.not-yet-valid", "hsts.untrusted-certificate", told},
    Echo{"cert.san.missing", "hsts.untrusted-certificate", told},
    Echo{"cert.san.not-covered", "hsts.untrusted-certificate", told},
    Echo{"chain.date.expired", "hsts.untrusted-certificate", told},
    Echo{"chain.incomplete", "hsts.untrusted-certificate", told},
    Echo{"chain.signature", "hsts.untrusted-certificate", told},
    Echo{"client.refuses", "hsts.untrusted-certificate", told},
    // Where the authority is one of somebody's own, it is HSTS that locks people out.
    Echo{"hsts.untrusted-certificate", "client.unknown-authority", told},
    Echo{"hsts.untrusted-certificate", "chain.self-signed", told},

    Echo{"trust.authority.expired", "cert.renewal.failing"},
};

/// What the installation itself explains about the places that it serves.
constexpr std::array of_installation{
    Echo{"port.unopened", "port.refused"},
    Echo{"trust.authority.expired", "cert.date."},
    Echo{"trust.authority.expired", "chain.date."},
    Echo{"trust.authority.expired", "client.refuses"},
    Echo{"trust.authority.expired", "hsts.untrusted-certificate"},
};

bool is_meant(std::string_view pattern, std::string_view id) {
    return pattern.ends_with('.') ? id.starts_with(pattern) : id == pattern;
}

bool is_of(const Echo& echo, const Finding& cause, const Finding& consequence) {
    return cause.id == echo.cause && is_meant(echo.consequence, consequence.id);
}

void tell_with(Finding& cause, const Finding& consequence) {
    if (cause.sentence.find(consequence.sentence) != std::string::npos) return;
    cause.sentence += (cause.sentence.ends_with('.') ? " " : ". ") + consequence.sentence;
    if (cause.command.empty()) cause.command = consequence.command;
}

}  // namespace

std::span<const Echo> echoes() { return table; }

std::vector<Finding> without_echoes(std::vector<Finding> findings) {
    std::vector<bool> is_dropped(findings.size());
    const auto given = findings;  // as they were: what is dropped may explain others
    for (std::size_t i = 0; i < given.size(); ++i)
        for (std::size_t k = 0; k < given.size(); ++k)
            for (const auto& echo : table) {
                if (i == k || !is_of(echo, given[i], given[k])) continue;
                is_dropped[k] = true;
                findings[i].severity = std::min(findings[i].severity, given[k].severity);
                if (echo.is_told) tell_with(findings[i], given[k]);
            }
    std::vector<Finding> kept;
    for (std::size_t i = 0; i < findings.size(); ++i)
        if (!is_dropped[i]) kept.push_back(std::move(findings[i]));
    return kept;
}

bool leave_echoes_of(std::span<const Finding> installation, std::vector<Finding>& place) {
    return std::erase_if(place, [&](const Finding& consequence) {
               return std::ranges::any_of(installation, [&](const Finding& cause) {
                   return std::ranges::any_of(of_installation, [&](const Echo& echo) {
                       return is_of(echo, cause, consequence);
                   });
               });
           }) > 0;
}

}  // namespace rhumb::doctor
