#pragma once
/// Transport: the bytes between us and a directory, in the clear or by TLS, within a deadline and a
/// number of bytes. Inside this module only.

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ldap/failure.h"
#include "ldap/server.h"
#include "net/dial.h"
#include "tls/client.h"

namespace rhumb::ldap {

using Deadline = std::chrono::steady_clock::time_point;

/// One connection. One thread at a time; blocks until its deadline.
class Transport {
public:
    /// Finds the machine and connects to one of its addresses; nothing is sent.
    static Answer<std::unique_ptr<Transport>> connect(const Server& server, Deadline deadline);

    /// From now on by TLS.
    Answer<void> secure(const std::string& roots_file);
    bool is_secure() const { return tls_ != nullptr; }

    /// What follows ends by then, and takes no more than so many bytes.
    void allow(Deadline deadline, std::size_t bytes_max);
    Deadline deadline() const { return deadline_; }

    /// All of it; false after a failure.
    bool send(std::string_view bytes);
    /// Waits for some; 0 at the end, -1 after a failure.
    std::ptrdiff_t receive(std::span<char> into);
    /// There is something that poll(2) does not see.
    bool has_pending() const;
    /// Nothing is waiting to be read, the end neither: it may be used again.
    bool is_quiet() const;
    int fd() const { return connection_.fd(); }
    /// Who was connected to: "192.0.2.7:636".
    const std::string& address() const { return address_; }

    /// What went wrong first.
    const std::optional<Failure>& failure() const { return failure_; }
    /// Ends it as politely as goes without waiting.
    void part();

private:
    Transport(net::Dialed connection, std::string address, Server server);
    void fail_by(const Error& error);

    net::Dialed connection_;
    std::string address_;
    Server server_;
    std::unique_ptr<tls::Client> tls_;
    Deadline deadline_{};
    std::size_t bytes_left_ = 0;
    std::optional<Failure> failure_{};
    std::array<char, 16384> buffer_{};
    std::string_view unread_{};  // of buffer_
};

}  // namespace rhumb::ldap
