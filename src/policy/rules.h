#pragma once
/// Rules: what the statements of a site say for a path: require HTTPS, client certificate, who is
/// allowed. Pure decisions: the same facts, the same answer.

#include <optional>
#include <string>
#include <string_view>
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
    const Statement* https_by = nullptr;
    config::ClientCertificate client_certificate = config::ClientCertificate::ignore;
    const Statement* certificate_by = nullptr;
    std::vector<const Statement*> allow_by{};  ///< empty: anyone, and nothing else needs looking at

    /// True when it takes more than an address to get in: then nothing is served in the clear,
    /// whatever require_https says.
    bool needs_person() const;
};

/// The statements of one site. Immutable; safe from any thread.
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
    const std::vector<Statement>& statements() const;

private:
    // the implementation's
};

enum class Admission {
    admitted,
    unknown,  ///< not so, but it may help to sign in
    denied,
};

/// Whether a caller from that address is let in. Nothing about the channel.
Admission admit(const Holding& holding, const http::Caller& caller, std::string_view client_ip);

/// True when one entry names this caller.
bool is_named(const config::Allowed& entry, const http::Caller& caller, std::string_view client_ip);

/// "192.0.2.7" in "192.0.2.0/24", "2001:db8::1" in "2001:db8::/32"; false for what is no address.
bool is_in_network(std::string_view ip, std::string_view network);

}  // namespace rhumb::policy
