#include "share/bundle.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "pki/bag.h"
#include "share/example.h"
#include "share/making.h"

namespace rhumb::share {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Bundle must(Platform platform, const Installation& installation) {
    auto bundle = make_bundle(platform, installation);
    EXPECT_TRUE(bundle) << bundle.error().message;
    return *std::move(bundle);
}

std::vector<std::string> names_of(const Bundle& bundle) {
    std::vector<std::string> names;
    for (const auto& file : bundle.files) names.push_back(file.name);
    return names;
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > 0 && c < 0x7F; });
}

TEST(Bundle, HasAReadmeAndOnlyRootsForEveryPlatform) {
    for (const auto& installation : {example_installation(), changing_installation()}) {
        for (const auto platform : all_platforms) {
            SCOPED_TRACE(to_text(platform));
            const auto bundle = must(platform, installation);

            EXPECT_EQ(bundle.files.back().name, "README.txt");
            EXPECT_THAT(bundle.files.back().bytes,
                        HasSubstr(pki::to_colon_hex(installation.roots[0].fingerprint_sha256())));
            for (const auto& file : bundle.files) {
                EXPECT_THAT(file.bytes, Not(HasSubstr("PRIVATE KEY"))) << file.name;
                EXPECT_FALSE(file.media_type.empty()) << file.name;
                EXPECT_EQ(file.name.find('/'), std::string::npos);
                if (file.role != Role::certificate) continue;
                const auto bag = pki::read_bag(file.bytes);
                ASSERT_TRUE(bag) << bag.error().message;
                ASSERT_EQ(bag->certificates.size(), 1U);
                EXPECT_TRUE(bag->certificates[0].is_ca() && bag->certificates[0].is_self_signed());
            }
        }
    }
}

TEST(Bundle, RefusesWhatIsNoRoot) {
    const pki::ExampleAuthority authority;
    const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
    const auto leaf = authority.chain({"a.test"}, key).leaf();
    for (const auto& roots : {std::vector<pki::Certificate>{},
                              {leaf},
                              {authority.intermediate},
                              {authority.root, leaf}}) {
        const auto refused = make_bundle(Platform::windows, {roots, ""});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    }
}

TEST(Bundle, IsTheSameForTheSameRootButForTheTrustStoreOfJava) {
    const auto installation = changing_installation();
    for (const auto platform : all_platforms) {
        SCOPED_TRACE(to_text(platform));
        const auto once = must(platform, installation);
        const auto again = must(platform, installation);
        for (std::size_t i = 0; i < once.files.size(); ++i) {
            if (once.files[i].name.ends_with(".p12")) continue;
            EXPECT_EQ(once.files[i].bytes, again.files[i].bytes) << once.files[i].name;
        }
    }
}

TEST(Bundle, HasScriptsThatNoNameCanBreakOutOf) {
    const auto installation = changing_installation();
    for (const auto platform : all_platforms) {
        for (const auto& file : must(platform, installation).files) {
            if (file.role != Role::script) continue;
            SCOPED_TRACE(file.name);
            EXPECT_THAT(file.bytes, HasSubstr("A ?b? ?c? ??d? ?e? ?f? ? ?g?"));
            EXPECT_TRUE(is_ascii(file.bytes));
        }
    }
}

TEST(BundleForWindows, HasTheRootInDerAndScriptsWithTheEndsOfLinesOfWindows) {
    const auto installation = example_installation();
    const auto bundle = must(Platform::windows, installation);
    const auto stem = file_stem(installation.roots[0]);

    EXPECT_THAT(names_of(bundle),
                ElementsAre(stem + ".cer", "trust-rhumb.ps1", "trust-rhumb.bat", "README.txt"));
    EXPECT_EQ(bundle.files[0].bytes, installation.roots[0].to_der());
    for (const auto* const name : {"trust-rhumb.ps1", "trust-rhumb.bat", "README.txt"}) {
        SCOPED_TRACE(name);
        const auto& bytes = file_of(bundle, name).bytes;
        EXPECT_EQ(std::ranges::count(bytes, '\n'), std::ranges::count(bytes, '\r'));
        for (auto at = bytes.find('\n'); at != std::string::npos; at = bytes.find('\n', at + 1))
            ASSERT_EQ(bytes[at - 1], '\r');
        // PowerShell 5 would take other signs for those of the machine's code page.
        EXPECT_TRUE(is_ascii(bytes));
    }
    std::string one_line;
    for (const char c : file_of(bundle, "trust-rhumb.ps1").bytes)
        if (c != '\r' && c != '\n') one_line += c;
    EXPECT_THAT(one_line,
                HasSubstr("@'" + text::to_base64(installation.roots[0].to_der()) + "'@ }"));
    EXPECT_THAT(file_of(bundle, "trust-rhumb.bat").bytes,
                HasSubstr("call :root \"" + stem + ".cer\" " +
                          text::to_hex(installation.roots[0].fingerprint_sha256()) + " " +
                          text::to_hex(installation.roots[0].fingerprint_sha1()) +
                          " \"Example root\" || exit /b 1\r\n"));
}

TEST(BundleForApple, KeepsItsIdentityAndChangesItWithTheRoots) {
    auto installation = changing_installation();
    const auto both = must(Platform::ios, installation).files[0];
    const auto next = installation.roots.back();
    installation.roots.pop_back();
    const auto first = must(Platform::macos, installation).files[0];

    const auto uuid_of_profile = [](const std::string& profile) {
        // The one before the profile's own name, which comes before those of its roots.
        const auto at = profile.find("<key>PayloadUUID</key>");
        return profile.substr(profile.find("<string>", at) + 8, 36);
    };
    EXPECT_THAT(first.name, testing::EndsWith(".mobileconfig"));
    EXPECT_EQ(first.name, both.name) << "the profile of both replaces that of one";
    EXPECT_NE(uuid_of_profile(first.bytes), uuid_of_profile(both.bytes));
    EXPECT_THAT(uuid_of_profile(first.bytes),
                testing::ContainsRegex(
                    "^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$"));
    EXPECT_THAT(both.bytes, HasSubstr("<string>rhumb.trust." + file_stem(next) + ".root</string>"));
    EXPECT_THAT(first.bytes, HasSubstr("<key>PayloadRemovalDisallowed</key>\n\t<false/>"));
}

TEST(BundleForJava, HasATrustStoreThatOpensWithTheUsualPassword) {
    const auto installation = changing_installation();
    const auto bundle = must(Platform::java, installation);
    const auto password = crypto::Secret::copy_of(java_password);

    const auto bag = pki::read_bag(file_of(bundle, "trust-rhumb.p12").bytes, &password);

    ASSERT_TRUE(bag) << bag.error().message;
    EXPECT_THAT(bag->certificates, testing::UnorderedElementsAreArray(installation.roots));
    EXPECT_TRUE(bag->keys.empty());
}

TEST(BundleForFirefox, NamesItsCertificatesInThePolicy) {
    const auto installation = changing_installation();
    const auto bundle = must(Platform::firefox, installation);

    EXPECT_THAT(
        file_of(bundle, "policies.json").bytes,
        HasSubstr(fmt::format("\"Install\": [\"{}.crt\", \"{}.crt\"]",
                              file_stem(installation.roots[0]), file_stem(installation.roots[1]))));
}

TEST(Thumbprint, IsWrittenAsWindowsShowsItWhenItAsks) {
    EXPECT_EQ(to_thumbprint(*text::from_hex("643ddd312e36667af84826f5711f91c3da7cf299")),
              "643DDD31 2E36667A F84826F5 711F91C3 DA7CF299");
}

TEST(Readme, TellsWhatTheRootMayVouchFor) {
    const auto limited = must(Platform::linux_system, example_installation());
    EXPECT_THAT(limited.files.back().bytes,
                HasSubstr("It can vouch for\n    localhost test 127.0.0.0/8 ::1/128\n"));
    const auto unlimited = must(Platform::linux_system, {{odd_root()}, ""});
    EXPECT_THAT(unlimited.files.back().bytes, HasSubstr("It can vouch for\n    any name\n"));
}

TEST(FileStem, IsTheNameThatTrustInstallGives) {
    const auto root = odd_root();
    EXPECT_EQ(file_stem(root), "rhumb-" + text::to_hex(root.fingerprint_sha256()).substr(0, 16));
}

}  // namespace
}  // namespace rhumb::share
