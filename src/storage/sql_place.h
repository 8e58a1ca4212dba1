#pragma once
/// Where a database of somebody else is, and within which bounds it is asked.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "crypto/secret.h"

namespace rhumb::storage {

struct SqlPlace {
    enum class Transport {
        postgresql,  ///< libpq
        odbc,        ///< unixODBC and the driver that is named
    };

    Transport transport = Transport::postgresql;
    std::string host{};      ///< a name, an address; for libpq also a directory with a socket in it
    std::uint16_t port = 0;  ///< 0: the usual one (5432, 1433)
    std::string database{};
    std::string user{};
    crypto::Secret password{};
    std::string odbc_driver{};  ///< as odbcinst.ini names it
    std::string roots_file{};   ///< PEM: who may have signed the server's certificate
    bool insecurely_without_tls = false;
    bool is_read_only =
        false;  ///< sessions that cannot change anything, where the server knows such
    std::chrono::milliseconds limit{5'000};  ///< of one call, connecting included
    std::size_t connections = 4;             ///< at a time

    /// "the database people at db.example.org": for messages.
    std::string label() const;
};

}  // namespace rhumb::storage
