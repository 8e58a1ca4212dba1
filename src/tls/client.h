#pragma once
/// Client: TLS from our side, to servers that we depend on and that are shown secrets (an LDAP
/// directory). Name and chain are always verified. Over a connection of net::dial, whose deadline
/// bounds every step, the handshake too.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/dial.h"

struct ssl_st;

namespace rhumb::tls {

/// Why there is no secure connection.
enum class ClientFault {
    roots,      ///< the roots to trust cannot be read: nothing was sent
    untrusted,  ///< the certificate is not good for the roots, the name or the time
    handshake,  ///< the two do not come to terms, or what came is no TLS
    gone,       ///< the server hung up
    silent,     ///< no answer in time
};

struct NotSecure {
    ClientFault fault = ClientFault::handshake;
    std::string message{};  ///< for a person: what is wrong with the certificate, say
};

struct ClientOrder {
    std::string host{};        ///< what the certificate has to be for: a DNS name or an address
    std::string roots_file{};  ///< PEM; "": what programs of this system trust
};

/// One connection. One thread at a time; blocks until the deadline of `connection`, so never on a
/// loop.
class Client {
public:
    /// Shakes hands over `connection`, which outlives it. Roots are read anew each time: one that
    /// was installed counts at once.
    static tl::expected<std::unique_ptr<Client>, NotSecure> shake_hands(
        const net::Dialed& connection, const ClientOrder& order);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// `unavailable`: the peer has gone, or the time is over.
    Result<void> send_all(std::string_view bytes);
    /// What comes next; "" at the end of what the peer sends. `unavailable` as above: the message
    /// begins with net::silent_text when it was the time.
    Result<std::string_view> receive(std::span<char> into);
    /// Something is there that was received and deciphered already: poll(2) does not see it.
    bool has_pending() const;
    /// Says goodbye, as far as that goes without waiting.
    void part();

private:
    struct Freed {
        void operator()(ssl_st* ssl) const noexcept;
    };
    Client(std::unique_ptr<ssl_st, Freed> ssl, const net::Dialed& connection);

    tl::expected<void, NotSecure> run(const ClientOrder& order);
    Result<void> flush();
    /// False at the end.
    Result<bool> fill();

    std::unique_ptr<ssl_st, Freed> ssl_;
    const net::Dialed& connection_;
};

}  // namespace rhumb::tls
