#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/installation_certificates.h"
#include "doctor/installation_files.h"

namespace rhumb::doctor {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Seconds now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23};

std::vector<std::string> ids(const std::vector<Finding>& findings) {
    std::vector<std::string> all;
    for (const auto& finding : findings) all.push_back(finding.id);
    return all;
}

/// A data directory as `rhumb serve` makes it.
FilesSeen files() {
    FilesSeen seen{.directory = {"/d", true, 0700, 1000, 4096},
                   .database = {"/d/rhumb.db", true, 0600, 1000, 8192},
                   .secrets = {{"/d/rhumb.db", true, 0600, 1000, 8192},
                               {"/d/master.key", true, 0600, 1000, 65},
                               {"/d/master.key.next"}},
                   .server_user = 1000};
    return seen;
}

TEST(JudgingFiles, FindsNothingInADirectoryAsTheServerMakesIt) {
    EXPECT_THAT(judge_files(files()), IsEmpty());
}

TEST(JudgingFiles, TellsWhoMayComeIn) {
    struct Case {
        std::uint32_t mode;
        const char* id;
    };
    for (const auto& [mode, id] :
         {Case{0755, "store.directory.readable"}, Case{0750, "store.directory.readable"},
          Case{0711, "store.directory.readable"}, Case{0777, "store.directory.writable"},
          Case{0770, "store.directory.writable"}, Case{01777, "store.directory.writable"}}) {
        auto seen = files();
        seen.directory.mode = mode;
        const auto findings = judge_files(seen);
        EXPECT_THAT(ids(findings), ElementsAre(id)) << mode;
        EXPECT_EQ(findings.front().command, "chmod 700 /d");
    }
}

TEST(JudgingFiles, TellsOfEachSecretThatOthersCanRead) {
    for (const std::uint32_t mode : {0640U, 0604U, 0644U, 0660U}) {
        auto seen = files();
        seen.secrets[1].mode = mode;
        const auto findings = judge_files(seen);
        EXPECT_THAT(ids(findings), ElementsAre("store.file.readable"));
        EXPECT_EQ(findings.front().about, "/d/master.key");
        EXPECT_EQ(findings.front().command, "chmod 600 /d/master.key");
        EXPECT_EQ(findings.front().severity, Severity::error);
    }
}

TEST(JudgingFiles, TellsOfAStoreThatTheServerCannotOpen) {
    auto seen = files();
    seen.database.owner = 0;
    const auto findings = judge_files(seen);
    EXPECT_THAT(ids(findings), ElementsAre("store.owner.other"));
    EXPECT_EQ(findings.front().command, "sudo chown -R 1000 /d");

    seen.server_user.reset();
    EXPECT_THAT(ids(judge_files(seen)), ElementsAre("store.owner.other"));
    seen.server_user = 0;  // root opens all
    EXPECT_THAT(judge_files(seen), IsEmpty());
}

TEST(JudgingFiles, TellsOfANetworkFileSystem) {
    auto seen = files();
    seen.remote_file_system = "NFS";
    EXPECT_THAT(ids(judge_files(seen)), ElementsAre("store.remote"));
}

StoreSeen store() {
    return {.database = "/d/rhumb.db",
            .fault = "",
            .inspection = {.schema = 5, .schema_known = 5},
            .bytes = 1U << 20U,
            .log_bytes = 1U << 20U};
}

TEST(JudgingTheStore, FindsNothingInAWholeOne) { EXPECT_THAT(judge_store(store()), IsEmpty()); }

TEST(JudgingTheStore, TellsOfDamageAlone) {
    auto seen = store();
    seen.inspection.damages = {"row 3 missing from index x"};
    seen.inspection.strangers = {"table y"};
    EXPECT_THAT(ids(judge_store(seen)), ElementsAre("store.damaged"));
    seen = store();
    seen.fault = "file is not a database";
    EXPECT_THAT(ids(judge_store(seen)), ElementsAre("store.damaged"));
}

TEST(JudgingTheStore, TellsOfAnotherSchema) {
    auto seen = store();
    seen.inspection.schema = 6;
    EXPECT_THAT(ids(judge_store(seen)), ElementsAre("store.schema.newer"));
    seen.inspection.schema = 4;
    EXPECT_THAT(ids(judge_store(seen)), ElementsAre("store.schema.older"));
    seen = store();
    seen.inspection.strangers = {"trigger evil"};
    const auto findings = judge_store(seen);
    EXPECT_THAT(ids(findings), ElementsAre("store.schema.strange"));
    EXPECT_THAT(findings.front().sentence, HasSubstr("trigger evil"));
}

TEST(JudgingTheStore, TellsOfALogThatDoesNotEnd) {
    auto seen = store();
    seen.log_bytes = std::uint64_t{100} << 20U;
    EXPECT_THAT(ids(judge_store(seen)), ElementsAre("store.log.large"));
    seen.bytes = std::uint64_t{200} << 20U;  // a large change, perhaps
    EXPECT_THAT(judge_store(seen), IsEmpty());
}

KeysSeen keys() {
    return {.place = "/d/master.key", .at_hand = {"aa"}, .report = {.count = 3, .key_ids = {"aa"}}};
}

TEST(JudgingKeys, FindsNothingWhereAllOpen) { EXPECT_THAT(judge_keys(keys()), IsEmpty()); }

TEST(JudgingKeys, TellsOfAMissingMasterKeyOnlyWhereThereIsSomethingToOpen) {
    auto seen = keys();
    seen.at_hand.clear();
    EXPECT_THAT(ids(judge_keys(seen)), ElementsAre("store.key.missing"));
    seen.report.count = 0;
    EXPECT_THAT(judge_keys(seen), IsEmpty());
}

TEST(JudgingKeys, TellsOfAMasterKeyThatCannotBeRead) {
    auto seen = keys();
    seen.fault = "it is damaged";
    seen.at_hand.clear();
    EXPECT_THAT(ids(judge_keys(seen)), ElementsAre("store.key.unreadable"));
}

TEST(JudgingKeys, TellsEachKindOfFaultOnceWithAllItsOwners) {
    using Kind = certs::SealedFault::Kind;
    auto seen = keys();
    for (const auto kind : {Kind::other_key, Kind::plain, Kind::damaged})
        for (int number = 1; number <= 7; ++number)
            seen.report.faults.push_back(
                {kind, fmt::format("certificate {}", number), true, "bb", "why"});
    seen.report.faults.push_back({Kind::other_key, "an archived one", false, "cc", "why"});
    const auto findings = judge_keys(seen);
    EXPECT_THAT(ids(findings), ElementsAre("store.key.other", "store.key.plain",
                                           "store.key.damaged", "store.key.left"));
    EXPECT_THAT(findings[0].sentence, HasSubstr("certificate 5 and 2 more"));
    EXPECT_THAT(findings[0].sentence, HasSubstr("bb"));
    EXPECT_EQ(findings[3].severity, Severity::note);
}

TEST(JudgingMirrors, LetsAGroupInButNotEverybody) {
    std::vector<MirrorSeen> mirrors{{.certificate = "gis",
                                     .directory = "/m",
                                     .last_error = "",
                                     .key = {"/m/privkey.pem", true, 0640, 0, 100}}};
    EXPECT_THAT(judge_mirrors(mirrors), IsEmpty());
    mirrors.front().key.mode = 0644;
    const auto findings = judge_mirrors(mirrors);
    EXPECT_THAT(ids(findings), ElementsAre("store.mirror.readable"));
    EXPECT_EQ(findings.front().command, "chmod o= /m/privkey.pem");
    mirrors.front().key.mode = 0600;
    mirrors.front().last_error = "the disk is full";
    EXPECT_THAT(ids(judge_mirrors(mirrors)), ElementsAre("store.mirror.failing"));
}

TEST(JudgingBackups, GivesANewInstallationAWeek) {
    BackupSeen seen{.last = {}, .begun = now - days{7}};
    EXPECT_THAT(judge_backups(seen, now, "make"), IsEmpty());
    seen.begun = now - days{8};
    const auto findings = judge_backups(seen, now, "make");
    EXPECT_THAT(ids(findings), ElementsAre("backup.none"));
    EXPECT_EQ(findings.front().command, "make");
    EXPECT_THAT(findings.front().sentence, HasSubstr("8 days"));
}

TEST(JudgingBackups, CallsOneOldOnlyWhenSomethingWouldBeLost) {
    BackupSeen seen{.last = now - days{30}, .begun = now - days{100}, .changes = 0};
    EXPECT_THAT(judge_backups(seen, now, ""), IsEmpty());
    seen.changes = 3;
    EXPECT_THAT(ids(judge_backups(seen, now, "")), ElementsAre("backup.old"));
    seen.last = now - days{7};
    EXPECT_THAT(judge_backups(seen, now, ""), IsEmpty());
}

/// What a healthy installation shows.
CertificatesSeen certificates() {
    return {.is_running = true,
            .certificates = {{.name = "auto",
                              .health = certs::Health::good,
                              .not_after = now + days{60},
                              .is_automatic = true,
                              .is_shown = true}},
            .requests = {{"maps", now - days{3}}},
            .authorities = {{"Rhumb", certs::AuthorityState::active, "f", now - days{10},
                             now + days{3640}},
                            {"Before", certs::AuthorityState::retired, "g", now - days{4000},
                             now - days{350}}},
            .lists = {{"Rhumb", now + days{5}}},
            .clients = {{.client = "Debian", .command = "", .trusts_active = true}}};
}

TEST(JudgingCertificates, FindsNothingWhereAllIsWell) {
    EXPECT_THAT(judge_certificates(certificates(), now), IsEmpty());
}

TEST(JudgingCertificates, TellsOfNamesThatLeadNowhere) {
    auto seen = certificates();
    seen.missing = {{"Maps", "https://*:443", "", "gone"}};
    EXPECT_THAT(ids(judge_certificates(seen, now)), ElementsAre("cert.named.missing"));
    seen.missing.clear();
    seen.uncovered = {{"Maps", "https://*:443", "*.example.org", "other"}};
    const auto findings = judge_certificates(seen, now);
    EXPECT_THAT(ids(findings), ElementsAre("cert.named.not-for-host"));
    EXPECT_EQ(findings.front().command, "rhumb cert issue --name '*.example.org' --site Maps");
}

TEST(JudgingCertificates, TellsOfRenewalThatFails) {
    auto seen = certificates();
    seen.certificates[0].failures = 3;
    seen.certificates[0].last_error = "no room on the disk";
    const auto findings = judge_certificates(seen, now);
    EXPECT_THAT(ids(findings), ElementsAre("cert.renewal.failing"));
    EXPECT_THAT(findings.front().sentence, HasSubstr("no room on the disk."));
    EXPECT_EQ(findings.front().command, "rhumb cert renew auto");
}

TEST(JudgingCertificates, LeavesTheEndsOfWhatIsShownToWhoLooksAtTheWire) {
    auto seen = certificates();
    seen.certificates[0].is_automatic = false;
    seen.certificates[0].health = certs::Health::near_end;
    EXPECT_THAT(judge_certificates(seen, now), IsEmpty());
    seen.is_running = false;
    EXPECT_THAT(ids(judge_certificates(seen, now)), ElementsAre("cert.renewal.by-hand"));
    seen.certificates[0].is_shown = false;
    EXPECT_THAT(judge_certificates(seen, now), IsEmpty());
}

TEST(JudgingCertificates, TellsOfARequestThatWaitsForLong) {
    auto seen = certificates();
    seen.requests[0].created = now - days{61};
    EXPECT_THAT(ids(judge_certificates(seen, now)), ElementsAre("cert.request.old"));
}

TEST(JudgingCertificates, TellsOfAListThatHasRunOut) {
    auto seen = certificates();
    seen.lists[0].next_update = now - std::chrono::seconds{1};
    EXPECT_THAT(ids(judge_certificates(seen, now)), ElementsAre("revocation.own.outdated"));
}

TEST(JudgingCertificates, TellsOfAnAuthorityNearItsEndUnlessTheNextIsKnown) {
    auto seen = certificates();
    seen.authorities[0].not_after = now + days{300};
    EXPECT_THAT(ids(judge_certificates(seen, now)), ElementsAre("trust.authority.near-end"));
    auto with_next = seen;
    with_next.authorities.push_back(
        {"Next", certs::AuthorityState::next, "h", now - days{1}, now + days{3650}});
    EXPECT_THAT(judge_certificates(with_next, now), IsEmpty());
    seen.authorities[0].not_after = now - days{1};
    EXPECT_THAT(ids(judge_certificates(seen, now)), ElementsAre("trust.authority.expired"));
}

TEST(JudgingCertificates, NotesOnceWhichClientsDoNotTrustTheRoot) {
    auto seen = certificates();
    seen.clients = {{.client = "Debian", .command = "one", .trusts_active = false},
                    {.client = "Chromium", .command = "two", .trusts_active = true}};
    auto findings = judge_certificates(seen, now);
    EXPECT_THAT(ids(findings), ElementsAre("trust.root.missing"));
    EXPECT_EQ(findings.front().severity, Severity::note);
    EXPECT_EQ(findings.front().command, "one");
    seen.clients[1].trusts_active = false;
    findings = judge_certificates(seen, now);
    EXPECT_THAT(ids(findings), ElementsAre("trust.root.missing"));
    EXPECT_EQ(findings.front().command, "rhumb trust install");
    EXPECT_THAT(findings.front().sentence, HasSubstr("Debian; Chromium"));
}

TEST(JudgingCertificates, TellsOfARetiredRootThatIsStillTrusted) {
    auto seen = certificates();
    seen.clients[0].retired = {{"Before", "AB:CD"}};
    const auto findings = judge_certificates(seen, now);
    EXPECT_THAT(ids(findings), ElementsAre("trust.root.retired"));
    EXPECT_EQ(findings.front().command, "rhumb trust uninstall --fingerprint AB:CD");
}

}  // namespace
}  // namespace rhumb::doctor
