#pragma once
/// The configuration as one typed document: pure data, with the defaults of every key.
/// docs/configuration.md explains each one.
///
/// A Document out of config::parse() is consistent: names are unique and lower-case where case does
/// not matter, paths begin with "/" and do not end with it, bindings of two sites do not contradict
/// each other. Paths of files are kept as they were written; relative ones are taken from the
/// directory of the configuration's home (site::Home::directory()).

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/provider.h"

namespace rhumb::config {

/// What happens to a request over plain HTTP: served, refused with 403, or sent to https with 308.
enum class RequireHttps { no, refuse, redirect };
/// Mozilla's profiles by their names.
enum class TlsProfile { modern, intermediate, old };
enum class AccessLog { combined, w3c, json, off };
enum class LogLevel { debug, info, warning, error };
/// Who answers below a location's path.
enum class HandlerKind {
    files,   ///< files below a root
    gis,     ///< the catalogue of GIS services; its path is "/" + Gis::instance
    viewer,  ///< the map viewer
    trust,   ///< the page that gives devices the root; in the clear as well, unless its own
             ///< require_https says otherwise
    api,     ///< the administration API
    none,    ///< nobody: 404
};
/// Whether a client is asked for a certificate: never; asked, and let in without one; let in with
/// a good one only.
enum class ClientCertificate { ignore, accept, require };
/// For how long browsers are told to come by https alone (RFC 6797). Steps: five minutes, a week, a
/// year, so that a mistake at the beginning is over soon.
enum class Hsts { off, minutes, week, year };

/// Who may, in a list of which each entry lets in whom it names. At least one entry.
struct Allowed {
    /// For `anyone` and `authenticated` the name is empty. An address is "192.0.2.1",
    /// "2001:db8::/32" …
    enum class Kind { anyone, authenticated, role, user, address };

    Kind kind = Kind::anyone;
    std::string name{};

    bool operator==(const Allowed&) const = default;
};
using AllowList = std::vector<Allowed>;

/// In a list of certificates: the best of the inventory for each name.
inline constexpr std::string_view automatic = "auto";

/// Where a site is reached: `https://*:443`, `http://127.0.0.1:8080`, `https://[::1]:8443`.
struct Binding {
    bool https = true;
    std::string address =
        "*";  ///< "*" (every address of both families), IPv4, or IPv6 without brackets
    std::uint16_t port = 443;  ///< 0: any free one, chosen anew at each start
    std::uint16_t public_port =
        0;  ///< the one that clients use, where a router forwards it to `port`; 0: `port`
    std::vector<std::string> certificates{};  ///< of this binding; none: the site's

    bool operator==(const Binding&) const = default;
    /// True when it is the same place: scheme, address and port.
    bool is_at(const Binding& other) const;
    /// Scheme, address and port, as they are written in the configuration.
    std::string to_text() const;
};

/// Bounds on waiting, sizes and counts. Docs and defaults in docs/configuration.md.
struct Limits {
    std::chrono::seconds header_seconds{15};     ///< for a whole request head
    std::chrono::seconds body_seconds{30};       ///< between two pieces of a request's body
    std::chrono::seconds idle_seconds{60};       ///< between two requests on a kept connection
    std::chrono::seconds handshake_seconds{10};  ///< for a TLS handshake
    std::chrono::seconds write_seconds{30};   ///< until a client takes the next piece of a response
    std::chrono::seconds drain_seconds{20};   ///< for requests under way when the server stops
    std::uint32_t header_bytes = 32U << 10U;  ///< a request head
    std::uint32_t header_fields = 100;
    std::uint64_t body_bytes = 16U << 20U;
    std::uint32_t connections = 20'000;              ///< at once, over all loops
    std::uint32_t requests_per_connection = 10'000;  ///< then the connection is closed
    std::uint32_t http2_streams = 100;               ///< at once on one connection

    bool operator==(const Limits&) const = default;
};

struct Server {
    std::uint32_t loops = 0;  ///< 0: one per core
    std::string public_url;   ///< scheme, host and port that clients see, where that differs;
                              ///< without a slash at the end
    LogLevel log_level = LogLevel::info;
    Limits limits;

    bool operator==(const Server&) const = default;
};

/// A path of a site with its own handler or rules. What is absent is inherited from the nearest
/// location above it, at last from the site. A path covers what is below it: "/a" covers "/a" and
/// "/a/b", not "/ab".
struct Location {
    std::string
        path;  ///< decoded, begins with "/", no "/" at the end; a directory or a single file
    HandlerKind handler = HandlerKind::files;
    /// What stands for the location's path on disk; absent: the root above it, with the rest of the
    /// path.
    std::optional<std::string> root;
    std::optional<std::vector<std::string>> index;
    std::optional<bool> listing;
    std::optional<RequireHttps> require_https{};
    std::optional<ClientCertificate> client_certificate{};
    std::optional<AllowList> allow{};

    bool operator==(const Location&) const = default;
};

struct Site {
    std::string name = "Default Web Site";
    std::vector<std::string> host_names;  ///< lower-case; exact or "*.example.org"; none: any
    std::vector<Binding> bindings{{false, "*", 80}, {true, "*", 443}};
    /// "auto" (the best of the inventory for each name), or names of certificates. Several: those
    /// for the client's name, one of each kind of key (ECDSA and RSA side by side).
    std::vector<std::string> certificates{"auto"};
    bool strict_sni = false;  ///< refuse handshakes for names that no certificate covers
    TlsProfile tls = TlsProfile::intermediate;
    std::string root = "www";
    std::vector<std::string> index{"index.html"};
    bool listing = false;
    RequireHttps require_https = RequireHttps::no;
    ClientCertificate client_certificate = ClientCertificate::ignore;
    AllowList allow{{Allowed::Kind::anyone}};
    Hsts hsts = Hsts::off;
    AccessLog access_log = AccessLog::combined;
    std::string access_log_file;  ///< "": logs/<site>.log in the data directory
    bool compress = true;
    std::map<int, std::string> error_pages;  ///< status -> path of a page within the site
    std::map<std::string, std::string>
        mime;  ///< extension, lower-case, without a dot -> media type
    std::map<std::string, std::string>
        headers;                      ///< added to every response of the site; names lower-case
    std::vector<Location> locations;  ///< sorted by path

    bool operator==(const Site&) const = default;

    /// What is to be shown at one of its bindings.
    const std::vector<std::string>& certificates_of(const Binding& binding) const {
        return binding.certificates.empty() ? certificates : binding.certificates;
    }
    /// True when one of its https bindings shows the best of the inventory for each name.
    bool has_automatic_certificate() const;
};

struct GisFolder {
    std::string name;
    std::optional<RequireHttps> require_https{};
    std::optional<ClientCertificate> client_certificate{};
    std::optional<AllowList> allow{};

    bool operator==(const GisFolder&) const = default;
};

/// A layer of a service with a rule of its own about people.
struct GisLayer {
    std::uint32_t id = 0;
    AllowList allow;

    bool operator==(const GisLayer&) const = default;
};

struct GisService {
    std::string name;    ///< "Name", or "Folder/Name"; matched without regard to case
    std::string source;  ///< path of a file with geographic data
    std::string title;   ///< "": made of the name
    std::string description;
    std::string attribution;
    std::optional<RequireHttps>
        require_https;  ///< absent: the folder's, then the location's, then the site's
    std::optional<ClientCertificate> client_certificate{};
    std::optional<AllowList> allow{};
    bool started = true;
    std::vector<GisLayer> layers{};  ///< by id

    bool operator==(const GisService&) const = default;

    /// The part before the slash, or "".
    std::string_view folder() const;
    /// The part after the slash, or the whole.
    std::string_view short_name() const;
};

struct Gis {
    std::string instance = "arcgis";  ///< first segment of the catalogue's URLs
    std::uint32_t max_records = 2000;
    std::vector<GisFolder>
        folders;  ///< those with rules of their own; others exist by their services
    std::vector<GisService> services;

    bool operator==(const Gis&) const = default;
};

/// How long tokens live (Esri's short and long time-outs).
struct Tokens {
    std::chrono::minutes short_minutes{60};   ///< when the client asks for no time of its own
    std::chrono::minutes long_minutes{1440};  ///< however much it asks for

    bool operator==(const Tokens&) const = default;
};

/// How long who signed in with a browser stays so.
struct Sessions {
    std::chrono::minutes idle_minutes{30};  ///< without a request
    std::chrono::hours absolute_hours{12};  ///< from the sign-in on, whatever he does

    bool operator==(const Sessions&) const = default;
};

/// Bounds on guessing passwords. docs/users.md has how they work.
struct SignInLimits {
    std::uint32_t account_failures = 10;       ///< in a row, then the account waits
    std::chrono::minutes account_minutes{15};  ///< for so long
    std::uint32_t address_failures = 50;       ///< of one address within ten minutes, then it waits

    bool operator==(const SignInLimits&) const = default;
};

/// Makes a user of who shows a certificate. The first that fits counts. With `certificate` it is
/// one-to-one; else many-to-one: every name that is given has to be in the certificate.
struct CertificateUser {
    std::string user{};         ///< a user's name; "": the one named in the certificate (`field`)
    std::string certificate{};  ///< SHA-256 fingerprint, hexadecimal without colons, lower case
    std::string issuer{};       ///< of the certificate, as RFC 4514 text, or a part "CN=…"
    std::string subject{};      ///< the same; "*" stands for any characters
    std::string san{};          ///< a name among the alternative ones: "*@example.org"
    std::string field{};        ///< "cn", "email", "upn", "dns": takes the user's name from there

    bool operator==(const CertificateUser&) const = default;
};

struct Security {
    std::vector<std::string> trusted_proxies;  ///< addresses or networks: "10.0.0.0/8"
    bool proxies_end_tls = false;  ///< what they say of https (X-Forwarded-Proto) counts, too
    std::vector<std::string> client_authorities;  ///< files with roots, for certificates of
                                                  ///< clients; the local authority always counts
    std::vector<CertificateUser> certificate_users;
    Tokens tokens;
    Sessions sessions;
    SignInLimits sign_in;
    /// Where users are kept, and where roles are: the name of a provider, or "embedded". Local
    /// administrators (users of the embedded store who may administer by its roles) always remain.
    std::string users{embedded_provider};
    std::string roles{embedded_provider};
    std::vector<Provider> providers{};

    /// Null for a name that no provider has, and for "embedded".
    const Provider* find_provider(std::string_view name) const;

    bool operator==(const Security&) const = default;
};

/// All of it. A default one has no site; parse() of a text without [[site]] gives what
/// with_defaults(80, 443) gives.
struct Document {
    Server server;
    std::vector<Site> sites;
    Gis gis;
    Security security;

    bool operator==(const Document&) const = default;

    /// The "Default Web Site" over http and https on every address, with the catalogue at "/" +
    /// `instance`, the viewer at /viewer, the page for other devices at /trust and the
    /// administration API at /api/v1. For the first start, and for a configuration that names no
    /// site.
    static Document with_defaults(std::uint16_t http_port = 80, std::uint16_t https_port = 443,
                                  std::string root = "www", std::string instance = "arcgis");
};

}  // namespace rhumb::config
