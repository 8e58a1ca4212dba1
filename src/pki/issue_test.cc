#include "pki/issue.h"

#include <cstdio>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/example.h"

namespace rhumb::pki {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// All that OpenSSL's own program says of a certificate.
std::string shown(const Certificate& certificate) {
    const auto command = fmt::format("echo '{}' | openssl x509 -noout -text", certificate.to_pem());
    std::string output;
    FILE* const pipe = ::popen(command.c_str(), "r");
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) output += static_cast<char>(c);
    ::pclose(pipe);
    return output;
}

class Issue : public testing::Test {
protected:
    static IssueOptions server(std::vector<std::string> names) {
        return {.usage = Usage::server,
                .common_name = "",
                .names = example_names(names),
                .now = example_now,
                .lifetime = days{90},
                .constraints = {}};
    }
    Result<Certificate> issued(const IssueOptions& options) const {
        return issue(options, key_.public_key(),
                     {authority_.intermediate, authority_.intermediate_key});
    }

    const ExampleAuthority authority_;
    const Key key_ = *Key::generate(KeyType::ec_p256);
};

TEST_F(Issue, MakesARootThatSignsIntermediatesAndIsConstrained) {
    const auto text = shown(authority_.root);

    EXPECT_THAT(
        text, HasSubstr("X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:2"));
    EXPECT_THAT(
        text, HasSubstr("X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign"));
    EXPECT_THAT(text, HasSubstr("X509v3 Name Constraints: critical"));
    EXPECT_THAT(text, HasSubstr("DNS:localhost"));
    EXPECT_THAT(text, HasSubstr("IP:127.0.0.0/255.0.0.0"));
    EXPECT_THAT(text, HasSubstr("X509v3 Subject Key Identifier"));
    EXPECT_EQ(authority_.root.not_before(), example_now - 1h);
    EXPECT_EQ(authority_.root.not_after(), example_now + days{3650});
}

TEST_F(Issue, MakesAnIntermediateThatSignsServersAndClientsAlone) {
    const auto text = shown(authority_.intermediate);

    EXPECT_THAT(text, HasSubstr("CA:TRUE, pathlen:0"));
    EXPECT_THAT(text, HasSubstr("X509v3 Authority Key Identifier"));
    EXPECT_THAT(
        text,
        HasSubstr("X509v3 Extended Key Usage: \n                TLS Web Server Authentication, TLS "
                  "Web Client Authentication\n"));
}

TEST_F(Issue, MakesAServerCertificateThatIsNothingElse) {
    const auto leaf = issued(server({"a.test", "127.0.0.1"}));
    ASSERT_TRUE(leaf) << leaf.error().message;
    const auto text = shown(*leaf);

    EXPECT_THAT(text, HasSubstr("X509v3 Basic Constraints: critical\n                CA:FALSE"));
    EXPECT_THAT(text, HasSubstr("X509v3 Key Usage: critical\n                Digital Signature\n"));
    EXPECT_THAT(text, HasSubstr("TLS Web Server Authentication\n"));
    EXPECT_THAT(text, Not(HasSubstr("Client Authentication")));
    EXPECT_THAT(
        text,
        HasSubstr(
            "X509v3 Subject Alternative Name: \n                DNS:a.test, IP Address:127.0.0.1\n"));
    EXPECT_EQ(leaf->common_name(), "a.test");
    EXPECT_EQ(leaf->not_before(), example_now - 1h);
    EXPECT_EQ(leaf->not_after(), example_now + days{90});
}

TEST_F(Issue, LetsAnRsaKeyEncipherKeys) {
    const auto rsa = *Key::generate(KeyType::rsa_2048);
    EXPECT_THAT(shown(*authority_.try_issue({"a.test"}, rsa)),
                HasSubstr("Digital Signature, Key Encipherment\n"));
}

TEST_F(Issue, LeavesTheSubjectEmptyWhenNoNameFits) {
    const auto name = std::string(60, 'a') + ".test";
    const auto leaf = issued(server({name}));

    ASSERT_TRUE(leaf);
    EXPECT_EQ(leaf->subject(), "");
    EXPECT_THAT(shown(*leaf), HasSubstr("X509v3 Subject Alternative Name: critical"));
}

TEST_F(Issue, GivesEachItsOwnSerial) {
    const auto a = issued(server({"a.test"}));
    const auto b = issued(server({"a.test"}));

    EXPECT_NE(a->serial(), b->serial());
    EXPECT_EQ(a->serial().size(), 32U);
}

TEST_F(Issue, NeverOutlivesItsSigner) {
    auto options = server({"a.test"});
    options.now = authority_.intermediate.not_after() - days{10};
    EXPECT_EQ(issued(options)->not_after(), authority_.intermediate.not_after());

    options.now = authority_.intermediate.not_after() + 1s;
    EXPECT_THAT(issued(options).error().message, HasSubstr("renew that one first"));
}

TEST_F(Issue, KeepsTheWholePeriodWithin825Days) {
    auto options = server({"a.test"});
    options.lifetime = server_lifetime_max;
    const auto certificate = issue_self_signed(options, key_);

    ASSERT_TRUE(certificate) << certificate.error().message;
    EXPECT_EQ(certificate->not_after() - certificate->not_before() + 1s, server_lifetime_max);
    EXPECT_TRUE(certificate->is_self_signed());
    EXPECT_FALSE(certificate->is_ca());
}

TEST_F(Issue, SignsAsStronglyAsTheKeyIs) {
    const auto p384 = *Key::generate(KeyType::ec_p384);
    const auto rsa = *Key::generate(KeyType::rsa_2048);
    EXPECT_EQ(issue_self_signed(server({"a.test"}), key_)->signature_algorithm(),
              "ecdsa-with-SHA256");
    EXPECT_EQ(issue_self_signed(server({"a.test"}), p384)->signature_algorithm(),
              "ecdsa-with-SHA384");
    EXPECT_EQ(issue_self_signed(server({"a.test"}), rsa)->signature_algorithm(),
              "sha256WithRSAEncryption");
}

TEST_F(Issue, RefusesANameThatTheSignerMayNotVouchFor) {
    const auto refused = issue(server({"a.test", "www.example.com"}), key_.public_key(),
                               {authority_.root, authority_.root_key});

    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("not permitted to vouch for www.example.com"));
}

TEST_F(Issue, RefusesOptionsThatMakeNoSense) {
    struct Case {
        IssueOptions options;
        const char* why;
    };
    auto nameless = server({"a.test"}), endless = nameless, timeless = nameless,
         long_named = nameless, authority = nameless, half_constrained = nameless;
    nameless.names.clear();
    endless.lifetime = days{826};
    timeless.lifetime = 0s;
    long_named.common_name = std::string(65, 'a');
    authority.usage = Usage::intermediate;
    authority.common_name = "x";
    half_constrained.usage = Usage::intermediate;
    half_constrained.common_name = "x";
    half_constrained.names.clear();
    half_constrained.constraints = NameConstraints{{"test"}, {}};
    for (const auto& c : {Case{nameless, "at least one host name"}, Case{endless, "825 days"},
                          Case{timeless, "lifetime"}, Case{long_named, "can hold 64"},
                          Case{authority, "no host names"}, Case{half_constrained, "one range"}}) {
        SCOPED_TRACE(c.why);
        const auto refused = issued(c.options);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
        EXPECT_THAT(refused.error().message, HasSubstr(c.why));
    }
}

TEST_F(Issue, MakesAClientCertificateThatIsNothingElse) {
    const auto leaf =
        issue({.usage = Usage::client,
               .common_name = "Ada Müller",
               .names = {},
               .now = example_now,
               .lifetime = days{90},
               .constraints = {},
               .emails = {"ada@a.test"}},
              key_.public_key(), {authority_.intermediate, authority_.intermediate_key});
    ASSERT_TRUE(leaf) << leaf.error().message;
    const auto text = shown(*leaf);

    EXPECT_THAT(text, HasSubstr("TLS Web Client Authentication\n"));
    EXPECT_THAT(text, Not(HasSubstr("Server Authentication")));
    EXPECT_THAT(text, HasSubstr("email:ada@a.test"));
    EXPECT_EQ(leaf->common_name(), "Ada Müller");
    EXPECT_THAT(leaf->emails(), testing::ElementsAre("ada@a.test"));
    EXPECT_TRUE(leaf->names().empty());
}

TEST_F(Issue, RefusesAClientCertificateThatMakesNoSense) {
    const auto refused = [&](std::string user, std::vector<Name> names, std::string email) {
        const auto made =
            issue({.usage = Usage::client,
                   .common_name = std::move(user),
                   .names = std::move(names),
                   .now = example_now,
                   .lifetime = days{90},
                   .constraints = {},
                   .emails = {std::move(email)}},
                  key_.public_key(), {authority_.intermediate, authority_.intermediate_key});
        return made ? "" : made.error().message;
    };
    EXPECT_THAT(refused("", {}, "a@b.test"), HasSubstr("needs a user name"));
    EXPECT_THAT(refused("ada", example_names({"a.test"}), "a@b.test"), HasSubstr("no host names"));
    for (const auto* email : {"ada", "@b.test", "ada@", "a@b@c", "ädä@b.test", "a b@c.test"})
        EXPECT_THAT(refused("ada", {}, email), HasSubstr("no e-mail address")) << email;
}

TEST_F(Issue, WritesTheWholeSubjectAndTheUrls) {
    auto options = server({"a.test"});
    options.subject = {.organization = "Büro für Karten", .city = "Köln", .country = "de"};
    options.crl_url = "http://pki.a.test/ca.crl";
    options.issuer_url = "http://pki.a.test/ca.cer";
    const auto leaf = issued(options);

    ASSERT_TRUE(leaf) << leaf.error().message;
    EXPECT_EQ(leaf->subject(), "CN=a.test,O=Büro für Karten,L=Köln,C=DE");
    EXPECT_EQ(leaf->subject_fields().organization, "Büro für Karten");
    EXPECT_THAT(leaf->crl_urls(), testing::ElementsAre("http://pki.a.test/ca.crl"));
    EXPECT_THAT(leaf->issuer_urls(), testing::ElementsAre("http://pki.a.test/ca.cer"));
    EXPECT_EQ(leaf->authority_key_id(), authority_.intermediate.subject_key_id());
    EXPECT_EQ(leaf->subject_key_id().size(), 20U);

    options.crl_url = "https://pki.a.test/ca.crl";
    EXPECT_THAT(issued(options).error().message, HasSubstr("no http URL"));
    options.crl_url = "";
    options.subject.country = "UK";
    EXPECT_THAT(issued(options).error().message, HasSubstr("the United Kingdom is GB"));
}

TEST_F(Issue, GoesBeyond825DaysOnlyForOldClients) {
    auto options = server({"a.test"});
    options.lifetime = days{3650};
    EXPECT_THAT(issue_self_signed(options, key_).error().message, HasSubstr("825 days"));

    options.is_for_old_clients = true;
    EXPECT_EQ(issue_self_signed(options, key_)->not_after(), example_now + days{3650});
}

/// Clients that trust only the old root accept what hangs below the new one.
TEST_F(Issue, CrossSignsARootForAnother) {
    const ExampleAuthority next;
    const auto cross = cross_sign(next.root, {authority_.root, authority_.root_key}, example_now);

    ASSERT_TRUE(cross) << cross.error().message;
    EXPECT_EQ(cross->subject(), next.root.subject());
    EXPECT_EQ(cross->subject_key_id(), next.root.subject_key_id());
    EXPECT_EQ(cross->name_constraints(), next.root.name_constraints());
    EXPECT_TRUE(cross->is_issued_by(authority_.root));
    EXPECT_FALSE(cross->is_self_signed());
    EXPECT_TRUE(next.intermediate.is_issued_by(*cross));
    const auto chain = Chain::make({*next.try_issue({"a.test"}, key_), next.intermediate, *cross});
    ASSERT_TRUE(chain);
    const auto checked =
        verify(*chain, {.roots = {authority_.root}, .now = example_now, .host = "a.test"});
    EXPECT_TRUE(checked) << checked.error().message;
}

TEST_F(Issue, CrossSignsRootsAlone) {
    const Signer root{authority_.root, authority_.root_key};
    EXPECT_THAT(cross_sign(authority_.intermediate, root, example_now).error().message,
                HasSubstr("only a root"));
    EXPECT_THAT(cross_sign(ExampleAuthority{}.root,
                           {authority_.intermediate, authority_.intermediate_key}, example_now)
                    .error()
                    .message,
                HasSubstr("only a root signs"));
    EXPECT_THAT(cross_sign(ExampleAuthority{}.root, root, example_now + days{4000}).error().message,
                HasSubstr("expired"));
}

TEST_F(Issue, RefusesASignerThatIsNone) {
    const auto leaf = *issued(server({"a.test"}));
    EXPECT_THAT(issue(server({"a.test"}), key_.public_key(), {leaf, key_}).error().message,
                HasSubstr("no authority's"));
    EXPECT_THAT(
        issue(server({"a.test"}), key_.public_key(), {authority_.root, key_}).error().message,
        HasSubstr("not that of the authority"));
}

}  // namespace
}  // namespace rhumb::pki
