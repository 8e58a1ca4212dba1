#pragma once
/// The root of another server: found, shown, and taken only when somebody has compared its
/// fingerprint.

#include <string>
#include <string_view>

#include "cli/context.h"
#include "pki/certificate.h"

namespace rhumb::cli {

/// SHA-256 as people write it: hexadecimal of either case, with colons, blanks or hyphens, with or
/// without "sha256:" before it. The 32 bytes; `invalid` for anything else.
Result<std::string> parse_fingerprint(std::string_view text);

/// `conflict` when the certificate's SHA-256 is another one; the message has both.
Result<void> check_fingerprint(const pki::Certificate& certificate, const std::string& wanted);

/// A root, and where it was found.
struct Offer {
    pki::Certificate root;
    std::string source;  ///< "the server shows it", "the server offers it at http://…"
};

/// What ends the chain of a server: the root that it shows, else the one that it offers at
/// /trust/root.cer (as Rhumb does), else one that this machine's system has. Nothing of what comes
/// is believed: that is for who compares the fingerprint. `not_found`: it is not to be had;
/// `conflict`: the one it offers is not the one above what it shows; `unavailable`: no connection.
Result<Offer> find_offer(const Context& context, std::string_view url);

/// find_offer(), shown on the screen, with the `fingerprint` (32 bytes) compared; without one
/// (""), a person at the terminal has to type yes. `conflict`: another fingerprint; `denied`: the
/// person says no, or nobody can be asked (--yes is no answer to this).
Result<pki::Certificate> confirmed_root(const Context& context, std::string_view url,
                                        const std::string& fingerprint);

/// What a person should know before trusting it, in lines: subject, what it may vouch for, dates,
/// SHA-256.
std::string describe_root(const pki::Certificate& root);

}  // namespace rhumb::cli
