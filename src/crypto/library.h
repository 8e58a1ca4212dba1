#pragma once
/// Which OpenSSL runs, and what it can do.

#include <string>

namespace rhumb::crypto {

struct Library {
    std::string version;                  ///< "OpenSSL 3.5.7 …", of the library that is loaded
    bool has_post_quantum_group = false;  ///< ML-KEM-768, and with it X25519MLKEM768
};

Library library();

}  // namespace rhumb::crypto
