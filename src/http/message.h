#pragma once
/// Requests and responses: what a handler gets and gives, the same over HTTP/1.1 and HTTP/2 (RFC
/// 9110).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/caller.h"
#include "http/headers.h"
#include "net/address.h"
#include "net/task.h"

namespace rhumb::http {

enum class Method { get, head, post, put, patch, delete_, options, trace, connect, other };
Method to_method(std::string_view name);

enum class Version { http10, http11, http2 };
std::string_view to_string(Version version);  ///< "HTTP/1.1"

/// The certificate that a client showed, with what it sent to complete the chain; each in DER. The
/// handshake has proven that the client has its key, and nothing else.
struct ClientCertificate {
    std::string leaf;
    std::vector<std::string> others{};
    std::string digest{};  ///< SHA-256 over all of it: who shows the same has the same; 32 bytes
};

/// Asks the client for a certificate on a connection that is open already, where the protocol
/// allows it (TLS 1.3 with HTTP/1.1: RFC 8446 section 4.6.2; never over HTTP/2, RFC 8740).
class CertificateAsker {
public:
    virtual ~CertificateAsker() = default;
    /// What the client shows; null when it has none. It is asked once: later calls give the same.
    /// `unavailable` when it cannot be asked here, or does not answer in time.
    virtual net::Task<std::shared_ptr<const ClientCertificate>> ask() = 0;
};

/// What is the same for all requests of one connection.
struct Channel {
    bool is_secure = false;   ///< over TLS
    net::Address local;       ///< where the client came in
    net::Address remote;      ///< the client
    std::string server_name;  ///< SNI, lower case; empty when none was sent
    // Names that live as long as the program.
    std::string_view tls_version;  ///< "TLSv1.3"; empty without TLS
    std::string_view tls_cipher;   ///< as OpenSSL names it
    std::string_view tls_group;    ///< "X25519MLKEM768"
    /// What the client showed in the handshake; null: nothing, or it was not asked.
    std::shared_ptr<const ClientCertificate> client_certificate{};
    bool was_asked_for_certificate = false;         ///< in the handshake
    CertificateAsker* certificate_asker = nullptr;  ///< null: it cannot be asked any more
};

class Parameters;

/// The content of a request, piece by piece.
class RequestBody {
public:
    virtual ~RequestBody() = default;
    /// The next piece, valid until the next call; empty at the end. Fails when the client stalls or
    /// breaks the framing, `too_large` past the limit of the site.
    virtual net::Task<std::string_view> read() = 0;
};

/// All of it; `too_large` past `size_max` bytes.
net::Task<std::string> read_all(RequestBody& body, std::size_t size_max);

/// "https://gis.example.org:8443": scheme, host and port without a trailing slash. The port only
/// where it is not the scheme's own (0: that one), IPv6 in brackets. Every URL that is written for
/// a client begins with what this made.
std::string make_origin(bool is_secure, std::string_view host, std::uint16_t port);

/// A request whose head has arrived. Lives until its response is sent.
struct Request {
    Method method = Method::get;
    std::string method_name = "GET";
    Version version = Version::http11;
    std::string raw_path = "/";  ///< as sent: "/a%20b"
    std::string path =
        "/";            ///< decoded, dot segments removed, begins with "/": "/a b" (http/target.h)
    std::string query;  ///< as sent, without "?"
    bool has_query = false;  ///< a "?" was there
    std::string host;        ///< lower case, no port; an IPv6 address without brackets
    std::uint16_t port = 0;  ///< as in Host, else the scheme's own
    Headers headers;
    const Channel* channel = nullptr;  ///< never null
    RequestBody* body = nullptr;       ///< never null
    /// "https://gis.example.org" where the site has a public URL, else empty. Set by the site.
    std::string public_origin;
    /// Who asks; set by the site before the handler is called. Null: nobody.
    std::shared_ptr<const Caller> caller;
    /// What the caller may see; set by the site. Null: everything.
    std::shared_ptr<const Sight> sight;
    /// The client's own address: behind trusted proxies what the last of them says, else the
    /// channel's. Set by the site; "" before.
    std::string client_ip;
    /// Those of the query and the form, once somebody has read them (http/parameters.h).
    std::shared_ptr<const Parameters> parameters;
    /// What the application keeps with the request until it is over: the site that answers it.
    std::shared_ptr<const void> attachment;

    /// Scheme, host and port as this client can use them, without a trailing slash: every absolute
    /// URL begins so.
    std::string origin() const;
    /// Path and query as they were sent.
    std::string target() const;
};

/// An open file that responses read from; closed with the last that refers to it.
class OpenFile {
public:
    explicit OpenFile(int fd) : fd_{fd} {}
    ~OpenFile();
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    int fd() const { return fd_; }

private:
    int fd_;
};

/// Some bytes of an open file.
struct FileSlice {
    std::shared_ptr<const OpenFile> file;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// A body that is made while it is sent. Used from the loop of its connection only.
class BodySource {
public:
    virtual ~BodySource() = default;
    /// The next piece (tens of kilobytes are a good size); empty at the end. A failure breaks the
    /// connection (HTTP/1.1) or resets the stream (HTTP/2), so that the client cannot take half for
    /// the whole.
    virtual net::Task<std::string> next() = 0;
};

/// Nothing, bytes of its own, bytes that are shared (a cache), a part of a file, or pieces to come.
using Body = std::variant<std::monostate, std::string, std::shared_ptr<const std::string>,
                          FileSlice, std::unique_ptr<BodySource>>;

/// The answer. Do not set content-length, transfer-encoding, connection or date: the protocol does.
/// For HEAD give the same answer as for GET; the protocol leaves the body out.
struct Response {
    int status = 200;
    int substatus = 0;  ///< for the log and error pages: 403.4
    Headers headers;
    Body body;
};

/// "Not Found"; "" for a status that has no phrase.
std::string_view reason_phrase(int status);
/// The one table from kinds of error to HTTP status.
int to_status(ErrorKind kind);

/// A response with a body and its type: text_response(200, "text/plain; charset=utf-8", "…").
Response text_response(int status, std::string_view content_type, std::string body);
/// An empty response that sends the client elsewhere.
Response redirect_response(int status, std::string_view location);

}  // namespace rhumb::http
