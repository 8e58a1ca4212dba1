#include "pki/trust_pkcs12.h"

#include <gmock/gmock.h>

#include "pki/bag.h"
#include "pki/example.h"
#include "pki/tools_example.h"

namespace rhumb::pki {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

class TrustPkcs12 : public WithTools {
protected:
    const Certificate one_ = ExampleAuthority{}.root;
    const Certificate other_ = ExampleAuthority{}.root;
    const crypto::Secret password_ = crypto::Secret::copy_of("changeit");
};

TEST_F(TrustPkcs12, IsATrustStoreToJava) {
    for (const auto encryption : {Pkcs12Encryption::modern, Pkcs12Encryption::compatible}) {
        SCOPED_TRACE(to_text(encryption));
        const std::array entries{TrustEntry{"rhumb-one", one_}, TrustEntry{"Größe", other_}};
        const auto file = to_trust_pkcs12(entries, password_, encryption);
        ASSERT_TRUE(file) << file.error().message;
        write("trust.p12", *file);

        const auto listed = output_of(
            "keytool -J-Duser.language=en -list -v -keystore trust.p12 -storepass changeit");
        EXPECT_THAT(listed, HasSubstr("Your keystore contains 2 entries"));
        EXPECT_THAT(listed, HasSubstr("Alias name: rhumb-one"));
        EXPECT_THAT(listed, HasSubstr("Entry type: trustedCertEntry"));
        EXPECT_NE(run("keytool -list -keystore trust.p12 -storepass wrongpassword").code, 0);
    }
}

TEST_F(TrustPkcs12, IsReadByOurOwnReader) {
    const std::array entries{TrustEntry{"one", one_}, TrustEntry{"other", other_}};
    const auto file = to_trust_pkcs12(entries, password_);
    ASSERT_TRUE(file);

    const auto bag = read_bag(*file, &password_);

    ASSERT_TRUE(bag) << bag.error().message;
    EXPECT_THAT(bag->certificates, UnorderedElementsAre(one_, other_));
}

TEST_F(TrustPkcs12, RefusesWhatJavaCouldNotOpenOrTellApart) {
    const std::array twice{TrustEntry{"root", one_}, TrustEntry{"ROOT", other_}};
    const std::array nameless{TrustEntry{"", one_}};
    const std::array good{TrustEntry{"root", one_}};

    EXPECT_THAT(to_trust_pkcs12(twice, password_).error().message, HasSubstr("alias «ROOT»"));
    EXPECT_EQ(to_trust_pkcs12(nameless, password_).error().kind, ErrorKind::invalid);
    EXPECT_EQ(to_trust_pkcs12(good, crypto::Secret{}).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace rhumb::pki
