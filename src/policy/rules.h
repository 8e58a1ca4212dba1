#pragma once
/// Rules: what the statements of a site say for a path: require HTTPS, client certificate, who is
/// allowed. Pure decisions: the same facts, the same answer.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/document.h"
#include "http/caller.h"

namespace rhumb::policy {

/// What a site, a directory, a single file, a folder, a service or a layer says. What is absent is
/// inherited.
struct Statement {
    std::string path;           ///< decoded, begins with "/": "/private", "/private/plan.html"
    std::string where{};        ///< for people: "location /private of site «Default Web Site»"
    bool ignores_case = false;  ///< the paths of the GIS catalogue do
    bool is_file = false;       ///< a single file: nothing below it is meant
    std::optional<config::RequireHttps> require_https{};
    std::optional<config::ClientCertificate> client_certificate{};
    std::optional<config::AllowList> allow{};
};

/// What holds for one path, and which statements say so. Refers to the Rules it came from. Where
/// several statements stand on the same content (the same path twice, a file and the directory
/// whose index it is, a coded form), the strictest holds, and every list has to let the caller in.
struct Holding {
    config::RequireHttps require_https = config::RequireHttps::no;
    const Statement* https_by = nullptr;  ///< null below /.well-known/ alone; so the others
    config::ClientCertificate client_certificate = config::ClientCertificate::ignore;
    const Statement* certificate_by = nullptr;
    std::vector<const Statement*> allow_by{};  ///< empty: anyone, and nothing else needs looking at
    const Statement* open_by = nullptr;        ///< where the nearest list has "anyone"

    /// True when it takes more than an address to get in: then nothing is served in the clear,
    /// whatever require_https says.
    bool needs_person() const;
};

/// The statements of one site. Immutable; safe from any thread.
///
/// A statement holds for its path and for all below it, until one that is nearer says otherwise;
/// "/a" is not above "/ab". Each of the three is inherited by itself. One on a single file holds
/// for that file alone, and also for the other addresses of the same content, where that is
/// stricter: the directory whose index the file is, and the file's coded forms beside it (.br,
/// .zst, .gz). The order of statements does not matter.
class Rules {
public:
    /// `of_site` has all three, and holds where no statement does. `index_names`: what is served
    /// for a directory ("index.html"); a statement on a path with such a name is one on a file.
    Rules(Statement of_site, std::vector<Statement> statements,
          std::vector<std::string> index_names = {});

    /// What holds for a decoded path without dot segments (http::Request::path). Below
    /// /.well-known/ nothing does: who proves that a name is his, to get a certificate, does so in
    /// the clear and unknown (RFC 8555 section 8.3).
    Holding at(std::string_view path) const;

    /// True when some statement asks for, or would take, a client's certificate.
    bool wants_certificates() const;
    /// Those of paths, as they were given.
    const std::vector<Statement>& statements() const { return statements_; }
    const Statement& of_site() const { return of_site_; }
    const std::vector<std::string>& index_names() const { return index_names_; }

private:
    using Numbers = std::vector<std::uint32_t>;  // of statements
    template <bool ignores_case>
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const;
    };
    template <bool ignores_case>
    struct Equal {
        using is_transparent = void;
        bool operator()(std::string_view a, std::string_view b) const;
    };
    template <bool ignores_case>
    struct Tables {
        using Table =
            std::unordered_map<std::string, Numbers, Hash<ignores_case>, Equal<ignores_case>>;
        Table trees{};  // by path without a slash at the end
        Table files{};
    };
    using Found = std::array<const Numbers*, 2>;  // null: none

    Found find_tree(std::string_view path) const;
    Found find_file(std::string_view path) const;
    template <class Visit>
    void visit(const Found& found, Visit&& visit) const;
    void take_nearest(std::string_view path, Holding& holding) const;
    void tighten(const Found& found, Holding& holding) const;

    Statement of_site_;
    std::vector<Statement> statements_;
    Tables<false> exact_{};
    Tables<true> folded_{};
    std::size_t tree_bytes_max_ = 0;  // of the longest path that has a statement
    std::vector<std::string> index_names_;
};

enum class Admission {
    admitted,
    unknown,  ///< not so, but it may help to sign in
    denied,
};

/// Whether a caller from that address is let in. Nothing about the channel.
Admission admit(const Holding& holding, const http::Caller& caller, std::string_view client_ip);

/// True when one entry names this caller. The names of users and roles are compared without regard
/// to ASCII case; "role:Everyone", "role:Authenticated" and "role:Anonymous" are what they say.
bool is_named(const config::Allowed& entry, const http::Caller& caller, std::string_view client_ip);

/// "192.0.2.7" in "192.0.2.0/24", "2001:db8::1" in "2001:db8::/32"; false for what is no address.
/// IPv4 within IPv6 ("::ffff:192.0.2.7") is IPv4; a zone ("fe80::1%eth0") counts for nothing.
bool is_in_network(std::string_view ip, std::string_view network);

/// True when `path` is `above` or below it.
bool covers(std::string_view above, std::string_view path, bool ignores_case);

/// True when somebody can only fit by being a certain person: a user, a role, or authenticated.
bool is_personal(const config::Allowed& entry);

}  // namespace rhumb::policy
