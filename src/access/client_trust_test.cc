#include "access/client_trust.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"
#include "pki/example.h"
#include "pki/forge.h"
#include "storage/testing.h"

namespace rhumb::access {
namespace {

using pki::example_now;
using storage::testing::must;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

storage::RevocationRecord revocation() {
    storage::RevocationRecord record;
    record.signer = "aa";
    record.serial = "01";
    return record;
}

class TrustIn : public testing::Test {
protected:
    void write(const std::string& name, const std::string& bytes) {
        must(write_file_atomically(folder_.path() / name, bytes));
    }
    ClientTrustReader::Read read() { return must(reader_.read(store_, security_, folder_.path())); }
    std::shared_ptr<const ClientTrust> trust() { return read().trust; }

    storage::testing::TemporaryDirectory folder_;
    storage::Store store_ = must(storage::Store::open(folder_.path() / "data"));
    const pki::ForgedAuthority authority_;
    const std::string root_ = authority_.root.certificate.to_pem();
    const std::string intermediate_ = authority_.intermediate.certificate.to_pem();
    config::Security security_;
    ClientTrustReader reader_;
};

TEST_F(TrustIn, AStoreIsThatOfItsAuthoritiesWithWhatTheyRevokedAndIssued) {
    const auto leaf = authority_.leaf();
    must(store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        storage::AuthorityRecord authority;
        authority.name = "local";
        authority.root_pem = root_;
        authority.activated = example_now;
        TRY(const auto id, transaction.add_authority(authority));
        storage::IntermediateRecord intermediate;
        intermediate.authority = id;
        intermediate.pem = intermediate_;
        TRY_DONE(transaction.add_intermediate(intermediate));
        TRY_DONE(transaction.add_revocation(revocation()));
        storage::ClientCertificateRecord issued;
        issued.user = "Ann";
        issued.chain_pem = leaf.to_pem() + intermediate_;
        TRY_DONE(transaction.add_client_certificate(issued));
        return {};
    }));
    const auto found = trust();
    EXPECT_THAT(found->roots, ElementsAre(authority_.root.certificate));
    EXPECT_THAT(found->intermediates, ElementsAre(authority_.intermediate.certificate));
    EXPECT_THAT(found->revoked, ElementsAre(Pair("aa", "01")));
    EXPECT_EQ(found->users.at(leaf.fingerprint_sha256()), "Ann");
}

TEST_F(TrustIn, AChangeOfTheStoreIsOneOnlyWhenItIsAboutCertificates) {
    (void)read();
    must(store_.transact([](storage::Transaction& transaction) {
        return transaction.put_setting("anything", "else");
    }));
    EXPECT_FALSE(must(reader_.has_store_changed(store_)));
    must(store_.transact([](storage::Transaction& transaction) {
        return transaction.add_revocation(revocation());
    }));
    EXPECT_TRUE(must(reader_.has_store_changed(store_)));
    (void)read();
    EXPECT_FALSE(must(reader_.has_store_changed(store_)));
}

TEST_F(TrustIn, FilesHaveRootsIntermediatesAndLists) {
    const pki::ExampleAuthority other;
    const auto list =
        must(pki::make_crl({.number = 1, .now = example_now, .lifetime = std::chrono::days{7}},
                           {other.intermediate, other.intermediate_key}));
    write("corp.pem", root_ + intermediate_);
    write("other.der", other.root.to_der());
    write("other.crl", list.to_der());
    security_.client_authorities = {"corp.pem", (folder_.path() / "other.der").string(),
                                    "other.crl"};
    const auto [found, warnings] = read();
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_THAT(found->roots, ElementsAre(authority_.root.certificate, other.root));
    EXPECT_THAT(found->intermediates, ElementsAre(authority_.intermediate.certificate));
    EXPECT_THAT(found->crls, ElementsAre(list));
}

TEST_F(TrustIn, AFileThatCannotBeReadIsToldAndTheOthersCount) {
    write("corp.pem", root_);
    write("bad.pem", "no certificate");
    security_.client_authorities = {"missing.pem", "bad.pem", "corp.pem"};
    const auto [found, warnings] = read();
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("missing.pem"), HasSubstr("bad.pem")));
    EXPECT_THAT(found->roots, SizeIs(1));
}

TEST_F(TrustIn, AFileThatIsDamagedLaterGoesOnCounting) {
    write("corp.pem", root_);
    security_.client_authorities = {"corp.pem"};
    EXPECT_THAT(trust()->roots, SizeIs(1));
    write("corp.pem", "half a fi");
    const auto [found, warnings] = read();
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("goes on counting")));
    EXPECT_THAT(found->roots, SizeIs(1));
    EXPECT_THAT(trust()->roots, SizeIs(1)) << "and does so for as long as it is damaged";
    security_.client_authorities = {};
    EXPECT_THAT(trust()->roots, IsEmpty());
}

TEST_F(TrustIn, AFileThatIsReplacedIsNoticed) {
    write("corp.pem", root_);
    security_.client_authorities = {"corp.pem", "later.pem"};
    (void)read();
    EXPECT_FALSE(reader_.have_files_changed());
    write("later.pem", root_);
    EXPECT_TRUE(reader_.have_files_changed());
    (void)read();
    EXPECT_FALSE(reader_.have_files_changed());
    write("corp.pem", root_ + intermediate_);
    EXPECT_TRUE(reader_.have_files_changed());
}

TEST_F(TrustIn, ARuleThatCannotBeUsedIsToldAndTheOthersCount) {
    security_.certificate_users = {{.user = "ann"}, {.user = "bob", .subject = "CN=bob"}};
    const auto [found, warnings] = read();
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("«ann»")));
    EXPECT_THAT(found->rules, SizeIs(1));
}

}  // namespace
}  // namespace rhumb::access
