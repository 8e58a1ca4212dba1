#pragma once
/// For tests: a directory that runs, OpenLDAP's slapd on free ports of the loopback with a small
/// company in it, and an authority that signed its certificate.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "base/child.h"
#include "ldap/server.h"
#include "net/dial.h"
#include "net/test_port.h"
#include "pki/issue.h"

namespace rhumb::ldap {

inline constexpr const char* example_people = R"(
dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=org
objectClass: organizationalUnit
ou: groups

dn: cn=rhumb,dc=example,dc=org
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: rhumb
userPassword: the password of rhumb

dn: uid=ann,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: ann
cn: Ann O'Hara
sn: O'Hara
mail: ann@example.org
description: draws maps
userPassword: a password of ann

dn: uid=bob,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: bob
cn: Bob (who has signs * in his name)
sn: Bob
userPassword: a password of bob

dn: cn=Eve\, of accounts,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: eve
cn: Eve, of accounts
sn: Eve
userPassword: a password of eve

dn: uid=twin,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: twin
cn: One twin
sn: Twin
userPassword: a password of twins

dn: cn=Other twin,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: twin
cn: Other twin
sn: Twin
userPassword: a password of twins

dn: cn=editors,ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: editors
description: who may edit
member: uid=ann,ou=people,dc=example,dc=org
member: cn=Eve\, of accounts,ou=people,dc=example,dc=org

dn: cn=staff,ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: staff
member: cn=editors,ou=groups,dc=example,dc=org
member: uid=bob,ou=people,dc=example,dc=org

dn: cn=everybody (all),ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: everybody (all)
member: cn=staff,ou=groups,dc=example,dc=org
member: cn=ring,ou=groups,dc=example,dc=org

dn: cn=ring,ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: ring
member: cn=everybody (all),ou=groups,dc=example,dc=org

dn: cn=drivers,ou=groups,dc=example,dc=org
objectClass: posixGroup
cn: drivers
gidNumber: 500
memberUid: bob
)";

/// Is there a slapd on this machine? Tests that need one are skipped where there is none; ./test
/// installs it.
inline bool has_slapd() { return std::filesystem::exists("/usr/sbin/slapd"); }

class ExampleDirectory {
public:
    struct Options {
        std::string more_entries{};                       ///< LDIF
        std::string more_settings{};                      ///< of slapd.conf, of the database
        std::vector<std::string> names{"localhost"};      ///< in the certificate
        std::chrono::seconds age{std::chrono::hours{1}};  ///< of the certificate
        std::chrono::seconds lifetime{std::chrono::hours{48}};
    };
    ExampleDirectory() : ExampleDirectory(Options{}) {}
    explicit ExampleDirectory(Options options) : options_{std::move(options)} {
        std::string pattern = (std::filesystem::temp_directory_path() / "rhumb-slapd-XXXXXX");
        place_ = ::mkdtemp(pattern.data());
        std::filesystem::create_directory(place_ / "data");
        // A copy: where AppArmor has rules for slapd, they are for its usual path.
        std::filesystem::copy_file("/usr/sbin/slapd", place_ / "slapd");
        make_certificates();
        {
            const net::TestPort one;
            const net::TestPort other;
            port_ = one.address().port;
            secure_port_ = other.address().port;
        }
        write("slapd.conf", settings());
        write("entries.ldif", example_people + options_.more_entries);
        const auto added = child::run({.arguments = {slapd(), "-T", "add", "-f", path("slapd.conf"),
                                                     "-l", path("entries.ldif")},
                                       .environment = {},
                                       .input = {}});
        EXPECT_TRUE(added && added->is_success())
            << (added ? added->output : added.error().message);
        start();
    }
    ~ExampleDirectory() {
        end();
        std::error_code ignored;
        std::filesystem::remove_all(place_, ignored);
    }
    ExampleDirectory(const ExampleDirectory&) = delete;
    ExampleDirectory& operator=(const ExampleDirectory&) = delete;

    Server plain() const { return {"localhost", port_, false}; }
    Server secure() const { return {"localhost", secure_port_, true}; }
    /// The authority that signed its certificate.
    std::string roots_file() const { return path("root.pem"); }

    void start() {
        const auto settings_file = path("slapd.conf");
        const auto program = slapd();
        const auto urls =
            fmt::format("ldap://127.0.0.1:{}/ ldaps://127.0.0.1:{}/", port_, secure_port_);
        pid_ = ::fork();
        if (pid_ == 0) {
            const int nowhere = ::open("/dev/null", O_RDWR);
            for (const int fd : {0, 1, 2}) ::dup2(nowhere, fd);
            ::execl(program.c_str(), "slapd", "-d", "0", "-f", settings_file.c_str(), "-h",
                    urls.c_str(), nullptr);
            ::_exit(127);
        }
        for (int i = 0; i < 500; ++i) {
            if (net::dial({"127.0.0.1", secure_port_}, std::chrono::seconds{1})) return;
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        ADD_FAILURE() << "slapd does not begin";
    }
    /// Like a power cut.
    void end() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
    void hang() const { ::kill(pid_, SIGSTOP); }
    void go_on() const { ::kill(pid_, SIGCONT); }

    /// As its administrator: LDIF of changes.
    void change(const std::string& ldif) const {
        const auto done =
            child::run({.arguments = {"/usr/bin/ldapmodify", "-x", "-H",
                                      fmt::format("ldap://127.0.0.1:{}", port_), "-D",
                                      "cn=admin,dc=example,dc=org", "-w", "the administrator"},
                        .environment = {"LDAPNOINIT=1"},
                        .input = ldif});
        EXPECT_TRUE(done && done->is_success()) << (done ? done->output : done.error().message);
    }

private:
    std::string path(std::string_view name) const { return place_ / name; }
    std::string slapd() const { return path("slapd"); }
    void write(std::string_view name, std::string_view text) const {
        std::ofstream{path(name)} << text;
    }

    void make_certificates() const {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const auto root_key = *pki::Key::generate(pki::KeyType::ec_p256);
        const auto root = *pki::issue_self_signed({.usage = pki::Usage::root,
                                                   .common_name = "Example root",
                                                   .names = {},
                                                   .now = now - std::chrono::days{30},
                                                   .lifetime = std::chrono::days{365},
                                                   .constraints = {}},
                                                  root_key);
        const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
        const auto leaf = *pki::issue({.usage = pki::Usage::server,
                                       .common_name = "",
                                       .names = *pki::parse_names(options_.names),
                                       .now = now - options_.age,
                                       .lifetime = options_.lifetime,
                                       .constraints = {}},
                                      key.public_key(), {root, root_key});
        write("root.pem", root.to_pem());
        write("cert.pem", leaf.to_pem());
        write("key.pem", key.to_pem()->view());
    }

    std::string settings() const {
        return fmt::format(R"(include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile {0}/slapd.pid
TLSCertificateFile {0}/cert.pem
TLSCertificateKeyFile {0}/key.pem
database mdb
suffix "dc=example,dc=org"
rootdn "cn=admin,dc=example,dc=org"
rootpw "the administrator"
directory {0}/data
maxsize 134217728
dbnosync
index objectClass,uid,member,memberUid eq
overlay ppolicy
access to attrs=userPassword by anonymous auth by * none
access to * by dn="cn=rhumb,dc=example,dc=org" read by self read by * none
{1}
)",
                           place_.string(), options_.more_settings);
    }

    Options options_;
    std::filesystem::path place_;
    std::uint16_t port_ = 0;
    std::uint16_t secure_port_ = 0;
    pid_t pid_ = -1;
};

}  // namespace rhumb::ldap
