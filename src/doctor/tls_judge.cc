#include "doctor/tls_judge.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"

namespace rhumb::doctor {

namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;
constexpr auto note = Severity::note;
using tls::SuiteClass;
using tls::Version;

constexpr std::string_view suites_remedy =
    "Permit the cipher suites of Mozilla's guideline (profile «intermediate») only.";

constexpr std::array rules{
    Rule{"tls.handshake-failed", error, "a greeting that is answered, and a handshake that fails",
         "Look into the log of the server, which says why it failed."},
    Rule{"tls.version.outdated", error, "nothing newer than TLS 1.1, which browsers refuse",
         "Update the server's TLS library, and permit TLS 1.2 and TLS 1.3."},
    Rule{"tls.version.ssl-3", error, "SSL 3.0, whose secrets can be read",
         "Switch SSL 3.0 off on the server."},
    Rule{"tls.version.old", warning, "TLS 1.0 or TLS 1.1 beside newer ones",
         "Switch TLS 1.0 and TLS 1.1 off, unless a device that cannot be replaced needs them."},
    Rule{"tls.version.no-tls-1-3", warning, "no TLS 1.3",
         "Update the server's TLS library (OpenSSL 1.1.1 or newer), and permit TLS 1.3."},
    Rule{"tls.cipher.null", error, "cipher suites that do not encrypt", suites_remedy},
    Rule{"tls.cipher.anonymous", error, "cipher suites in which the server proves nothing",
         suites_remedy},
    Rule{"tls.cipher.export", error, "cipher suites that were weakened for export", suites_remedy},
    Rule{"tls.cipher.rc4", error, "RC4", suites_remedy},
    Rule{"tls.cipher.des", error, "DES or RC2", suites_remedy},
    Rule{"tls.cipher.3des", warning, "3DES or IDEA, which leak in long connections", suites_remedy},
    Rule{"tls.cipher.no-forward-secrecy", warning,
         "cipher suites without forward secrecy (static RSA)", suites_remedy},
    Rule{"tls.cipher.not-recommended", note,
         "cipher suites that Mozilla's guideline 6.0 has no more (DHE, CBC)", suites_remedy},
    Rule{"tls.dh.weak", error, "Diffie-Hellman with less than 1024 bits",
         "Give the server a group of 2048 bits or more, or permit ECDHE suites only."},
    Rule{"tls.dh.small", warning, "Diffie-Hellman with less than 2048 bits",
         "Give the server a group of 2048 bits or more, or permit ECDHE suites only."},
    Rule{"tls.group.weak", warning, "elliptic curves of less than 224 bits",
         "Permit X25519MLKEM768, X25519, P-256 and P-384 only."},
    Rule{
        "tls.group.no-post-quantum", note,
        "no key exchange that stands quantum computers (X25519MLKEM768)",
        "Update the server's TLS library (OpenSSL 3.5 or newer): what is recorded today can else be "
        "read one day."},
    Rule{"tls.compression", warning, "compression within TLS, by which secrets leak",
         "Switch TLS compression off on the server."},
    Rule{"tls.renegotiation", warning,
         "no secure renegotiation, without which clients with OpenSSL 3 refuse",
         "Update the server's TLS library (RFC 5746 is of 2010)."},
    Rule{"tls.client-certificate", note, "a certificate of its clients is asked for",
         "If that is not meant, switch it off: browsers ask their users for one."},
    Rule{"tls.profile-differs", warning, "a server of ours that does not speak as its profile says",
         "Look whether another program or a proxy answers there: `rhumb status`."},
};

struct ClassRule {
    SuiteClass suite_class;
    std::string_view id;
    std::string_view sentence;  ///< {}: the suite
};
constexpr std::array class_rules{
    ClassRule{SuiteClass::null, "tls.cipher.null",
              "The server takes cipher suites that encrypt nothing ({})."},
    ClassRule{SuiteClass::anonymous, "tls.cipher.anonymous",
              "The server takes cipher suites in which it proves nothing, so that anybody can "
              "stand between ({})."},
    ClassRule{SuiteClass::exportable, "tls.cipher.export",
              "The server takes cipher suites of 40 or 56 bits ({})."},
    ClassRule{SuiteClass::rc4, "tls.cipher.rc4", "The server takes RC4, which can be read ({})."},
    ClassRule{SuiteClass::des, "tls.cipher.des",
              "The server takes DES or RC2, which can be read ({})."},
    ClassRule{SuiteClass::triple_des, "tls.cipher.3des",
              "The server takes 3DES or IDEA, whose short blocks leak in long connections ({})."},
    ClassRule{SuiteClass::static_key, "tls.cipher.no-forward-secrecy",
              "The server takes cipher suites without forward secrecy: who gets its key one day "
              "reads what was recorded ({})."},
};

/// The first suite of each class that the server took.
std::map<SuiteClass, std::uint16_t> by_class(const tls::Survey& survey) {
    std::map<SuiteClass, std::uint16_t> first;
    for (const auto id : survey.suites)
        for (const auto& suite : tls::all_suites())
            if (suite.id == id) first.try_emplace(suite.suite_class(), id);
    return first;
}

std::string joined(const std::vector<Version>& versions) {
    std::vector<std::string> texts;
    for (const auto version : versions) texts.emplace_back(to_text(version));
    return text::join(texts, ", ");
}

/// Adds findings about one server.
class Judge {
public:
    Judge(const Target& target, const tls::Survey& survey)
        : about_{target.origin()}, survey_{survey}, classes_{by_class(survey)} {}

    std::vector<Finding> run(std::optional<tls::Profile> promised) {
        const bool keeps_promise = !promised || judge_promise(*promised);
        if (keeps_promise) {
            judge_versions();
            judge_suites();
        }
        judge_exchange();
        judge_rest();
        return std::move(findings_);
    }

private:
    void add(std::string_view id, std::string sentence) {
        findings_.push_back(found(rule(rules, id), about_, std::move(sentence)));
    }
    Version highest() const { return survey_.versions.front(); }
    bool has(SuiteClass suite_class) const { return classes_.contains(suite_class); }

    void judge_versions() {
        std::vector<Version> old;
        for (const auto version : survey_.versions)
            if (version == Version::tls_1_0 || version == Version::tls_1_1) old.push_back(version);
        if (highest() < Version::tls_1_2) {
            add("tls.version.outdated",
                fmt::format("The server speaks nothing newer than {}, and browsers refuse that.",
                            to_text(highest())));
        } else if (!old.empty()) {
            add("tls.version.old", fmt::format("The server still takes {}.", joined(old)));
        }
        if (survey_.takes(Version::ssl_3))
            add("tls.version.ssl-3", "The server takes SSL 3.0, whose secrets can be read.");
        if (highest() == Version::tls_1_2)
            add("tls.version.no-tls-1-3", "The server does not speak TLS 1.3.");
    }

    void judge_suites() {
        for (const auto& one : class_rules)
            if (const auto place = classes_.find(one.suite_class); place != classes_.end())
                add(one.id,
                    fmt::format(fmt::runtime(one.sentence), tls::suite_name(place->second)));
        // Versions before TLS 1.2 have no others, and DHE with a small prime is told already.
        if (survey_.versions.back() < Version::tls_1_2) return;
        std::vector<std::string> beyond;
        if (has(SuiteClass::finite_field) && !is_prime_small())
            beyond.push_back(tls::suite_name(classes_.at(SuiteClass::finite_field)));
        if (has(SuiteClass::block))
            beyond.push_back(tls::suite_name(classes_.at(SuiteClass::block)));
        if (!beyond.empty())
            add("tls.cipher.not-recommended",
                fmt::format("The server takes cipher suites that Mozilla's guideline 6.0 no longer "
                            "has, such as {}.",
                            text::join(beyond, " and ")));
    }

    /// That of an export suite is not held against it once more.
    bool is_prime_small() const {
        return !has(SuiteClass::exportable) && survey_.prime_bits > 0 && survey_.prime_bits < 2048;
    }

    void judge_exchange() {
        if (const auto bits = survey_.prime_bits; is_prime_small())
            add(bits < 1024 ? "tls.dh.weak" : "tls.dh.small",
                fmt::format("The server does Diffie-Hellman with {} bits.", bits));
        if (!survey_.weak_groups.empty())
            add("tls.group.weak", fmt::format("The server takes the elliptic curve {}.",
                                              tls::group_name(survey_.weak_groups.front())));
        const bool is_ready = std::ranges::any_of(survey_.groups, [](std::uint16_t id) {
            const auto place = std::ranges::find(tls::all_groups(), id, &tls::Group::id);
            return place != tls::all_groups().end() && place->is_post_quantum;
        });
        if (highest() == Version::tls_1_3 && !is_ready)
            add("tls.group.no-post-quantum",
                "The server has no key exchange that stands quantum computers (X25519MLKEM768).");
    }

    void judge_rest() {
        if (survey_.compresses)
            add("tls.compression", "The server compresses within TLS, by which secrets leak.");
        if (!survey_.renegotiates_safely)
            add("tls.renegotiation",
                "The server does not know secure renegotiation (RFC 5746); clients with OpenSSL 3 "
                "refuse it where TLS 1.3 is not spoken.");
        if (survey_.asks_certificate)
            add("tls.client-certificate", "The server asks its clients for a certificate.");
    }

    /// False, with a finding, when it is broken.
    bool judge_promise(tls::Profile profile) {
        const auto lowest = survey_.versions.back();
        const auto lowest_wanted = profile == tls::Profile::modern         ? Version::tls_1_3
                                   : profile == tls::Profile::intermediate ? Version::tls_1_2
                                                                           : Version::tls_1_0;
        std::string what;
        if (lowest < lowest_wanted) {
            what = fmt::format("{} is taken", to_text(lowest));
        } else if (highest() < Version::tls_1_3) {
            what = "TLS 1.3 is not spoken";
        } else if (profile == tls::Profile::intermediate && !survey_.takes(Version::tls_1_2)) {
            what = "TLS 1.2 is not spoken";
        } else if (profile != tls::Profile::old) {
            for (const auto& [suite_class, id] : classes_)
                if (suite_class < SuiteClass::recommended && what.empty())
                    what = fmt::format("{} is taken", tls::suite_name(id));
        }
        if (what.empty()) return true;
        add("tls.profile-differs",
            fmt::format("The configuration names the profile «{}» here, but {}.",
                        to_string(profile), what));
        return false;
    }

    std::string about_;
    const tls::Survey& survey_;
    std::map<SuiteClass, std::uint16_t> classes_;
    std::vector<Finding> findings_;
};

}  // namespace

std::span<const Rule> tls_rules() { return rules; }

Finding judge_broken_handshake(const Target& target, std::string_view reason) {
    return found(
        rule(rules, "tls.handshake-failed"), target.origin(),
        fmt::format("The server answers the greeting, but the handshake fails: {}.", reason));
}

std::vector<Finding> judge_survey(const Target& target, const tls::Survey& survey,
                                  std::optional<tls::Profile> promised) {
    if (survey.versions.empty()) return {};
    return Judge{target, survey}.run(promised);
}

std::vector<Seen> describe(const tls::Survey& survey) {
    std::vector<Seen> seen{{"versions", joined(survey.versions)}};
    std::vector<std::string> suites;
    for (const auto id : survey.suites_13) suites.push_back(tls::suite_name(id));
    for (const auto id : survey.suites) suites.push_back(tls::suite_name(id));
    if (!suites.empty()) seen.push_back({"cipher suites", text::join(suites, ", ")});
    std::vector<std::string> groups;
    for (const auto id : survey.groups) groups.push_back(tls::group_name(id));
    if (!groups.empty()) seen.push_back({"groups", text::join(groups, ", ")});
    return seen;
}

}  // namespace rhumb::doctor
