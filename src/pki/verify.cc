#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/chain.h"
#include "pki/native.h"

namespace rhumb::pki {

namespace {

/// A stack that borrows its certificates.
using BorrowedStack = Handle<STACK_OF(X509), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }>;

Result<void> set_host(X509_VERIFY_PARAM* parameters, const std::string& host) {
    TRY(const auto name, Name::parse(host));
    const auto address = name.address();
    X509_VERIFY_PARAM_set_hostflags(
        parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const int is_set =
        name.is_ip()
            ? X509_VERIFY_PARAM_set1_ip(parameters,
                                        reinterpret_cast<const unsigned char*>(address.data()),
                                        address.size())
            : X509_VERIFY_PARAM_set1_host(parameters, name.text().data(), name.text().size());
    if (is_set != 1)
        return crypto::openssl_failed(ErrorKind::internal, "preparing to check a chain");
    return {};
}

std::string subject_of(X509* x509) {
    if (x509 == nullptr) return "the chain";
    const auto shown = Native::make_certificate({x509, [](X509*) {}});
    return shown ? fmt::format("«{}»", shown->subject()) : "the chain";
}

}  // namespace

Result<void> verify(const Chain& chain, const Verification& against) {
    const crypto::X509StoreHandle store{X509_STORE_new()};
    const crypto::X509StoreContextHandle context{X509_STORE_CTX_new()};
    const BorrowedStack others{sk_X509_new_null()};
    if (!store || !context || !others)
        return crypto::openssl_failed(ErrorKind::internal, "checking a chain");
    for (const auto& root : against.roots)
        if (X509_STORE_add_cert(store.get(), Native::get(root)) != 1)
            return crypto::openssl_failed(ErrorKind::internal, "checking a chain: adding a root");
    for (const auto& certificate : chain.certificates())
        if (sk_X509_push(others.get(), Native::get(certificate)) <= 0)
            return crypto::openssl_failed(ErrorKind::internal, "checking a chain");
    if (X509_STORE_CTX_init(context.get(), store.get(), Native::get(chain.leaf()), others.get()) !=
            1 ||
        X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER) != 1)
        return crypto::openssl_failed(ErrorKind::internal, "checking a chain");

    auto* const parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_time(parameters, against.now.time_since_epoch().count());
    if (!against.host.empty()) TRY_DONE(set_host(parameters, against.host));

    const bool is_good = X509_verify_cert(context.get()) == 1;
    crypto::take_openssl_reasons();
    if (is_good) return {};
    return fail(ErrorKind::invalid, "checking {}: {}",
                subject_of(X509_STORE_CTX_get_current_cert(context.get())),
                X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())));
}

}  // namespace rhumb::pki
