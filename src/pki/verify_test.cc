#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "pki/example.h"

namespace rhumb::pki {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Verify : public testing::Test {
protected:
    Result<void> check(const Chain& chain, const std::string& host,
                       Seconds now = example_now) const {
        return verify(chain, {.roots = {authority_.root}, .now = now, .host = host});
    }

    const ExampleAuthority authority_;
    const Key key_ = *Key::generate(KeyType::ec_p256);
    const Chain chain_ = authority_.chain({"a.test", "localhost", "127.0.0.1", "::1"}, key_);
};

TEST_F(Verify, AcceptsAGoodChainForEachOfItsNames) {
    for (const auto* host : {"", "localhost", "a.test", "127.0.0.1", "::1"}) {
        const auto checked = check(chain_, host);
        EXPECT_TRUE(checked) << host << ": " << checked.error().message;
    }
}

TEST_F(Verify, RefusesAnotherHostAnotherTimeAndAnotherRoot) {
    EXPECT_THAT(check(chain_, "b.test").error().message, HasSubstr("not for «b.test»"));
    EXPECT_THAT(check(chain_, "127.0.0.2").error().message, HasSubstr("not for «127.0.0.2»"));
    EXPECT_THAT(check(chain_, "", example_now + std::chrono::days{91}).error().message,
                HasSubstr("date.expired"));
    EXPECT_THAT(check(chain_, "", example_now - std::chrono::hours{2}).error().message,
                HasSubstr("not valid before"));
    EXPECT_FALSE(
        verify(chain_, {.roots = {ExampleAuthority{}.root}, .now = example_now, .host = ""}));
    EXPECT_FALSE(verify(chain_, {.roots = {}, .now = example_now, .host = ""}));
}

TEST_F(Verify, RefusesAChainWithoutItsIntermediate) {
    const auto checked = check(*Chain::make({chain_.leaf()}), "localhost");

    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, HasSubstr("«CN=a.test»"));
    EXPECT_THAT(checked.error().message, HasSubstr("path.no-issuer"));
}

/// The intermediate says nothing of constraints, so issue() signs; what the root says must still
/// hold.
TEST_F(Verify, RefusesANameOutsideTheRootsConstraints) {
    const auto rogue =
        *issue({.usage = Usage::server,
                .common_name = "www.example.com",
                .names = example_names({"www.example.com"}),
                .now = example_now,
                .lifetime = std::chrono::days{90},
                .constraints = {}},
               key_.public_key(), {authority_.intermediate, authority_.intermediate_key});

    const auto checked = check(*Chain::make({rogue, authority_.intermediate}), "www.example.com");

    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, HasSubstr("constraints.not-permitted"));
}

/// OpenSSL's own program, as others would run it.
class OpensslVerify : public Verify {
protected:
    OpensslVerify() {
        std::string made = (fs::temp_directory_path() / "rhumb-verify-XXXXXX").string();
        directory_ = mkdtemp(made.data());
    }
    ~OpensslVerify() override { fs::remove_all(directory_); }

    bool accepts(const Certificate& leaf, const std::string& host_option) const {
        write("root.pem", authority_.root.to_pem());
        write("intermediate.pem", authority_.intermediate.to_pem());
        write("leaf.pem", leaf.to_pem());
        const auto command = fmt::format(
            "cd {} && openssl verify -x509_strict -no-CApath -no-CAstore -purpose sslserver -attime {} -CAfile root.pem "
            "-untrusted intermediate.pem {} leaf.pem >said 2>&1",
            directory_.string(), example_now.time_since_epoch().count(), host_option);
        return std::system(command.c_str()) == 0;
    }
    std::string said() const { return *read_file(directory_ / "said"); }

private:
    void write(const char* name, std::string_view text) const {
        ASSERT_TRUE(write_file_atomically(directory_ / name, text));
    }

    fs::path directory_;
};

TEST_F(OpensslVerify, AcceptsWhatWeIssue) {
    for (const auto* option :
         {"-verify_hostname localhost", "-verify_hostname a.test", "-verify_ip ::1"})
        EXPECT_TRUE(accepts(chain_.leaf(), option)) << option << ": " << said();
}

TEST_F(OpensslVerify, RefusesAnotherHostAndANameOutsideTheConstraints) {
    EXPECT_FALSE(accepts(chain_.leaf(), "-verify_hostname b.test"));
    EXPECT_THAT(said(), HasSubstr("ostname mismatch"));

    const auto rogue =
        *issue({.usage = Usage::server,
                .common_name = "",
                .names = example_names({"8.8.8.8"}),
                .now = example_now,
                .lifetime = std::chrono::days{90},
                .constraints = {}},
               key_.public_key(), {authority_.intermediate, authority_.intermediate_key});
    EXPECT_FALSE(accepts(rogue, ""));
    EXPECT_THAT(said(), HasSubstr("subtree"));
}

}  // namespace
}  // namespace rhumb::pki
