#pragma once
/// Reads any file that may have certificates and keys in it, and says what it is when it has none.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/secret.h"
#include "pki/certificate.h"
#include "pki/crl.h"
#include "pki/key.h"
#include "pki/request.h"

namespace rhumb::pki {

/// What was found in one file or in several, in the order of the files, each thing once. Pure data,
/// but that keys are inside: for as short a time as possible.
struct Bag {
    std::vector<Certificate> certificates{};
    std::vector<Key> keys{};
    std::vector<Request> requests{};
    std::vector<Crl> crls{};
    std::string friendly_name{};       ///< of the (first) key in a PKCS#12 file; "" without
    std::vector<std::string> notes{};  ///< sentences for people: what was passed over, and why

    bool is_empty() const;

    /// Adds what `other` has and this has not.
    void add(Bag other);
};

/// No file is larger than this.
inline constexpr std::size_t bag_size_max = std::size_t{4} << 20U;
/// No more certificates, requests or lists than this in one file, and no more keys.
inline constexpr std::size_t bag_items_max = 1000;
inline constexpr std::size_t bag_keys_max = 100;

/// Reads `bytes`: PEM with any text around it (also with UTF-8 or UTF-16 byte order marks), DER, a
/// bare base64 text, of certificates, PKCS#7 and PKCS#12 files, requests, revocation lists, private
/// keys (PKCS#8, SEC 1, PKCS#1; encrypted ones with the password). The bag is never empty.
///
/// `password`: null when nobody gave one; that is not the same as an empty one, though for PKCS#12
/// both kinds of "no password" are tried either way. The bytes are UTF-8.
///
/// `denied`: it is locked. With a null password this means that a password is needed, else that it
/// is wrong. `invalid`: it is damaged, or is something else; the message says what, and what to do.
/// `too_large`: beyond the limits above, or made to keep the reader busy. `unavailable`: it needs
/// an algorithm that this machine's OpenSSL has not got (the legacy provider of old PKCS#12 files).
Result<Bag> read_bag(std::string_view bytes, const crypto::Secret* password = nullptr);

/// One file of several. The name is what messages say of it.
struct BagFile {
    std::string name;
    std::string_view bytes;
};

/// read_bag() of each, together; the first error ends it, with the file's name before it. The
/// password is offered to every file; one that needs none ignores it.
Result<Bag> read_bags(std::span<const BagFile> files, const crypto::Secret* password = nullptr);

}  // namespace rhumb::pki
