#pragma once
/// Why a directory has not done what it was asked.

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "base/result.h"

namespace rhumb::ldap {

enum class Fault {
    name,       ///< the host name leads nowhere
    connect,    ///< nobody listens, or the way is closed
    roots,      ///< the file with the roots cannot be read
    untrusted,  ///< the certificate is not good for the roots, the name or the time
    tls,        ///< no TLS comes about
    time,       ///< too slow
    gone,       ///< the connection ended
    too_large,  ///< more than it may answer
    protocol,   ///< what came is no LDAP, or makes no sense
    refused,    ///< the directory says no: `code` and `said` tell how
    busy,       ///< all connections that it may have are in use
};

struct Failure {
    Fault fault = Fault::protocol;
    int code = 0;           ///< refused: LDAP's result code (RFC 4511 section 4.1.9)
    std::string said{};     ///< what the server said about it, made harmless; "" for nothing
    std::string message{};  ///< for a person: server, step, reason; nothing secret
};

template <class T>
using Answer = tl::expected<T, Failure>;

/// Text of the server's as it may stand in a message: one line, printable, not endless.
std::string made_harmless(std::string_view text);

/// `unavailable`, for all of these.
Error to_error(const Failure& failure);

}  // namespace rhumb::ldap
