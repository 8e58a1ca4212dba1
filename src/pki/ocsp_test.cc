#include "pki/ocsp.h"

#include <gtest/gtest.h>
#include <openssl/ocsp.h>

#include "pki/forge.h"

namespace rhumb::pki {
namespace {

using namespace std::chrono_literals;

/// What a responder is to say.
struct Response {
    int status = V_OCSP_CERTSTATUS_GOOD;
    Seconds from = example_now - std::chrono::hours{1};
    Seconds until = example_now + std::chrono::hours{24};
    const EVP_MD* digest = EVP_sha1();
};

std::string respond(const Response& what, const Certificate& leaf, const Forged& issuer,
                    const Forged& signer) {
    const std::shared_ptr<OCSP_BASICRESP> basic{OCSP_BASICRESP_new(), OCSP_BASICRESP_free};
    const std::shared_ptr<OCSP_CERTID> id{
        OCSP_cert_to_id(what.digest, Native::get(leaf), Native::get(issuer.certificate)),
        OCSP_CERTID_free};
    const auto time = [](Seconds when) {
        return std::shared_ptr<ASN1_TIME>{ASN1_TIME_set(nullptr, when.time_since_epoch().count()),
                                          ASN1_TIME_free};
    };
    const auto from = time(what.from);
    const auto until = time(what.until);
    OCSP_basic_add1_status(basic.get(), id.get(), what.status, OCSP_REVOKED_STATUS_KEYCOMPROMISE,
                           what.status == V_OCSP_CERTSTATUS_REVOKED ? from.get() : nullptr,
                           from.get(), until.get());
    OCSP_basic_sign(basic.get(), Native::get(signer.certificate), signer.key.get(), EVP_sha256(),
                    nullptr, 0);
    const std::shared_ptr<OCSP_RESPONSE> response{
        OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()), OCSP_RESPONSE_free};
    unsigned char* der = nullptr;
    const int size = i2d_OCSP_RESPONSE(response.get(), &der);
    std::string bytes{reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)};
    OPENSSL_free(der);
    return bytes;
}

class Ocsp : public testing::Test {
protected:
    Result<OcspStatus> read(const std::string& der) const {
        return read_ocsp(der, leaf_, authority_.intermediate.certificate, example_now);
    }
    /// Signed by the issuer itself.
    Result<OcspStatus> read(const Response& what) const {
        return read(respond(what, leaf_, authority_.intermediate, authority_.intermediate));
    }
    const ForgedAuthority authority_;
    const Certificate leaf_ = authority_.leaf();
};

TEST_F(Ocsp, OfAGoodCertificateIsGoodInItsTime) {
    for (const auto* digest : {EVP_sha1(), EVP_sha256()}) {
        const auto status = read(Response{.digest = digest});
        ASSERT_TRUE(status) << status.error().message;
        EXPECT_EQ(status->kind, OcspStatus::Kind::good);
        EXPECT_TRUE(status->is_current_at(example_now));
        EXPECT_FALSE(status->is_current_at(example_now + 25h));
        EXPECT_FALSE(status->is_current_at(example_now - 2h));
    }
}

TEST_F(Ocsp, TellsWhenAndWhyItWasRevoked) {
    const auto status = read(Response{.status = V_OCSP_CERTSTATUS_REVOKED});
    ASSERT_TRUE(status) << status.error().message;
    EXPECT_EQ(status->kind, OcspStatus::Kind::revoked);
    EXPECT_EQ(status->revoked_at, example_now - 1h);
    EXPECT_EQ(status->reason, RevocationReason::key_compromise);
    EXPECT_EQ(read(Response{.status = V_OCSP_CERTSTATUS_UNKNOWN})->kind, OcspStatus::Kind::unknown);
}

TEST_F(Ocsp, IsBelievedOfAResponderWhomTheIssuerCharged) {
    Recipe recipe{.common_name = "Responder",
                  .extensions = {{"extendedKeyUsage", "OCSPSigning"},
                                 {"keyUsage", "critical,digitalSignature"}}};
    const auto charged = forge(recipe, &authority_.intermediate);
    EXPECT_TRUE(read(respond({}, leaf_, authority_.intermediate, charged)));

    recipe.extensions.clear();
    const auto another = forge(recipe, &authority_.intermediate);
    const auto refused = read(respond({}, leaf_, authority_.intermediate, another));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("signed neither by"), std::string::npos);
}

TEST_F(Ocsp, IsNotBelievedOfAStranger) {
    const ForgedAuthority stranger;
    EXPECT_FALSE(read(respond({}, leaf_, authority_.intermediate, stranger.intermediate)));
}

TEST_F(Ocsp, AboutAnotherCertificateIsRefused) {
    const auto other = authority_.leaf([] {
        auto recipe = leaf_recipe();
        recipe.serial = "77";
        return recipe;
    }());
    const auto refused = read(respond({}, other, authority_.intermediate, authority_.intermediate));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("another certificate"), std::string::npos);
}

TEST_F(Ocsp, ThatIsDamagedOrNoAnswerIsRefused) {
    EXPECT_FALSE(read(std::string{}));
    EXPECT_FALSE(read(std::string{"garbage"}));
    EXPECT_FALSE(read(std::string("\x30\x03\x0a\x01\x03", 5))) << "tryLater";
    auto changed = respond({}, leaf_, authority_.intermediate, authority_.intermediate);
    changed[60] = static_cast<char>(changed[60] ^ 1);  // within what is signed
    EXPECT_FALSE(read(changed));
    EXPECT_EQ(read(std::string(ocsp_size_max + 1, 'x')).error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace rhumb::pki
