#pragma once
/// Exporting a certificate, for other programs and machines: without its key, unless that very
/// thing is asked for.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "certs/actor.h"
#include "certs/inventory.h"
#include "crypto/secret.h"
#include "pki/certificate.h"
#include "pki/pkcs12.h"

namespace rhumb::certs {

enum class ExportFormat {
    der,    ///< the certificate alone, binary: what Windows calls .cer
    pem,    ///< the certificate alone, as text
    chain,  ///< with its intermediates, as text
    p7b,    ///< the same as PKCS#7
    pfx,    ///< with its key as PKCS#12, under a password
    key,    ///< the key alone, as text
};

/// "der", "pem", "chain", "p7b", "pfx", "key": as on the command line.
Result<ExportFormat> parse_export_format(std::string_view text);
std::string_view to_text(ExportFormat format);

struct ExportOptions {
    ExportFormat format = ExportFormat::der;
    /// `pfx` and `key` must have it; `pem` and `chain` may: the key follows the certificates.
    bool with_key = false;
    const crypto::Secret* password = nullptr;  ///< that the key is locked with; null: none given
    /// The key in the clear, for programs that can read no other; not for `pfx`.
    bool insecurely_without_password = false;
    pki::Pkcs12Encryption encryption = pki::Pkcs12Encryption::modern;
    /// For `chain`, `p7b` and `pfx`: this root behind the chain.
    std::optional<pki::Certificate> root{};
};

struct Exported {
    crypto::Secret bytes;
    bool has_key = false;   ///< then a file of it must be for its owner alone (mode 0600)
    std::string file_name;  ///< a good one: "gis.example.org.cer"
};

/// `invalid`: the format and the options do not go together; the message says what does. An export
/// with a key is noted in the audit trail. Any thread; blocks.
Result<Exported> export_certificate(storage::Store& store, const crypto::Seal& seal,
                                    std::string_view name, const ExportOptions& options,
                                    const Actor& actor, Seconds now);

}  // namespace rhumb::certs
