#include "providers/sql_certificate.h"

#include <array>

#include "net/dial.h"
#include "net/resolve.h"
#include "tls/client.h"

namespace rhumb::providers {

namespace {

// SSLRequest of PostgreSQL's protocol: its length, and the code that asks for TLS. The answer is
// one byte: S or N.
constexpr std::array<char, 8> ssl_request{0, 0, 0, 8, 4, '\xD2', 22, 47};
constexpr std::uint16_t usual_port = 5432;

}  // namespace

std::string why_untrusted(const SqlParts& parts) {
    const auto& sql = std::get<config::SqlProvider>(parts.provider.settings);
    if (sql.dialect != config::SqlProvider::Dialect::postgresql) return {};
    const auto limit = std::chrono::milliseconds{parts.provider.time_limit_seconds};
    const auto addresses = net::resolve(sql.host, sql.port == 0 ? usual_port : sql.port,
                                        std::chrono::steady_clock::now() + limit);
    if (!addresses) return {};
    for (const auto& address : *addresses) {
        const auto connection = net::dial(address, limit);
        if (!connection) continue;
        std::array<char, 1> answer{};
        if (!connection->send_all({ssl_request.data(), ssl_request.size()})) return {};
        const auto said = connection->receive(answer);
        if (!said || *said != "S") return {};
        const auto client =
            tls::Client::shake_hands(*connection, {.host = sql.host, .roots_file = sql.roots_file});
        const bool tells = !client && client.error().fault == tls::ClientFault::untrusted;
        return tells ? client.error().message : std::string{};
    }
    return {};
}

}  // namespace rhumb::providers
