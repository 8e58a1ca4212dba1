#pragma once
/// The extensions of what we sign, as OpenSSL's objects: the same for certificates and requests.
/// For the .cc files of `pki` alone. Every function gives null or false when OpenSSL refuses.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crypto/handles.h"
#include "pki/constraints.h"
#include "pki/issue.h"
#include "pki/names.h"

namespace rhumb::pki {

inline void free_extensions(STACK_OF(X509_EXTENSION) * all) {
    sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free);
}

using ExtensionsHandle = Handle<STACK_OF(X509_EXTENSION), free_extensions>;
using AuthorityKeyIdHandle = Handle<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;

/// Extensions in the order in which they were added.
class Extensions {
public:
    Extensions();

    bool add_basic_constraints(bool is_authority, int path_length);
    bool add_key_usage(Usage usage, bool is_rsa);
    /// Servers and clients their own use; an intermediate both, so that it can sign nothing else.
    bool add_extended_key_usage(Usage usage);
    /// RFC 7093 section 2, method 1: the first 160 bits of SHA-256 over the key.
    bool add_subject_key_id(EVP_PKEY* key);
    /// Nothing when the signer has no identifier.
    bool add_authority_key_id(X509* signer);
    /// Nothing when there are none.
    bool add_names(std::span<const Name> names, std::span<const std::string> emails,
                   bool is_critical);
    bool add_name_constraints(const std::optional<NameConstraints>& permitted);
    /// Nothing when the URL is "".
    bool add_crl_url(std::string_view url);
    bool add_issuer_url(std::string_view url);
    /// A copy of that extension of another certificate; nothing when it has none.
    bool copy(X509* from, int nid);

    /// Null when they could not be made.
    const STACK_OF(X509_EXTENSION) * get() const { return all_.get(); }
    bool give_to(X509* x509) const;

private:
    bool add(int nid, void* value, bool is_critical);

    ExtensionsHandle all_;
};

/// The identifier of the signer's key; its keyid is null when the signer has none.
AuthorityKeyIdHandle make_authority_key_id(X509* signer);

}  // namespace rhumb::pki
