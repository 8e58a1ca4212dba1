#pragma once
/// Judging a certificate: is there a path of issuers from it to a trusted root, and does all of
/// that path hold (RFC 5280 section 6, RFC 9525, the rules of the Web PKI)? OpenSSL reads the
/// structures and checks the signatures; the search for a path and all rules are here.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "pki/certificate.h"
#include "pki/crl.h"
#include "pki/names.h"

namespace rhumb::pki {

/// What the leaf is to be good for.
enum class Purpose { server, client };

/// How much is held against a certificate.
enum class Strictness {
    /// What the clients of our days refuse: signatures, dates, names, authorities that are none,
    /// path
    /// lengths, name constraints, usages, weak keys and digests, revocation.
    clients,
    /// In addition what RFC 5280 and the Baseline Requirements demand of authorities to the letter,
    /// whether clients look or not: key identifiers, critical marks, serial numbers, forms of
    /// names.
    letter,
};

/// What a certificate is checked against. Pure data.
struct Validation {
    std::vector<Certificate> roots{};  ///< trusted; what they say of themselves is heeded too
    std::vector<Certificate> intermediates{};  ///< may be used; any order, any number
    Seconds now{};
    std::optional<Name> name{};         ///< must be covered by the leaf; nothing: not asked
    std::vector<std::string> emails{};  ///< all must be in the leaf (client certificates)
    /// Revocation lists. An issuer that has some here must have a good one, and none that lists
    /// what it issued; an issuer without one is not asked.
    std::vector<Crl> crls{};
    /// So many intermediates at most, those not counted that are issued by themselves (RFC 5280).
    std::optional<int> depth_max{};
    Purpose purpose = Purpose::server;
    Strictness strictness = Strictness::letter;
};

/// Why no path is good.
struct Refusal {
    std::string_view id;      ///< stable: "date.expired"; docs/lint.md lists all
    std::string certificate;  ///< the subject of the certificate that it is about; "": of none
    std::string sentence;     ///< for a person
};

/// The path found: the leaf first, the root last (the leaf alone when it is itself a root).
using Path = std::vector<Certificate>;

/// The first good path. When there is none, the refusal of the path that came furthest. Takes a
/// bounded number of steps whatever it is given: "path.too-much" when they do not suffice. Any
/// thread.
tl::expected<Path, Refusal> validate(const Certificate& leaf, const Validation& against);

/// One kind of refusal, for documentation.
struct RefusalKind {
    std::string_view id;
    Strictness strictness;     ///< from where on it is refused
    std::string_view summary;  ///< what is refused, a phrase
};

/// All kinds that validate() may answer.
std::vector<RefusalKind> refusal_kinds();

/// The same as an Error of kind `invalid`: "checking «CN=…»: …  (date.expired)".
Error to_error(const Refusal& refusal);

}  // namespace rhumb::pki
