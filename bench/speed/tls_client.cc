// A TLS client for the benchmark: many full handshakes, or many idle connections. One file, built
// by bench/run.
//
//   tls_client handshakes PORT COUNT GROUPS PATH   COUNT full TLS 1.3 handshakes, no resumption,
//   four at a time; fetches PATH
//                                                  over each connection
//   tls_client idle PORT COUNT PATH                opens COUNT connections, fetches PATH over each,
//   says "ready", holds them
//                                                  until its standard input ends
//
// PATH "-" fetches nothing.
//
// It checks no certificate: both servers have one of their own, and its work is not what is
// measured.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

namespace {

constexpr int threads = 4;

[[noreturn]] void die(const char* step) {
    std::perror(step);
    ERR_print_errors_fp(stderr);
    std::exit(1);
}

/// A TCP connection to `port` of this machine.
int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) die("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        die("connect");
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/// A connection over TLS 1.3 to `port`, its handshake done.
SSL* shake_hands(SSL_CTX* context, std::uint16_t port) {
    SSL* const ssl = SSL_new(context);
    if (ssl == nullptr || SSL_set_fd(ssl, connect_to(port)) != 1) die("SSL_new");
    SSL_set_tlsext_host_name(ssl, "localhost");
    if (SSL_connect(ssl) != 1) die("handshake");
    if (SSL_session_reused(ssl) == 1) die("a session was resumed");
    return ssl;
}

/// Ends a connection as a client should, and waits until the server has closed it too.
void close(SSL* ssl) {
    const int fd = SSL_get_fd(ssl);
    SSL_shutdown(ssl);
    ::shutdown(fd, SHUT_WR);
    char rest[4096];
    while (::read(fd, rest, sizeof rest) > 0) {}
    SSL_free(ssl);
    ::close(fd);
}

/// Reads one answer with a Content-Length, up to its last byte.
void read_answer(SSL* ssl) {
    std::string answer;
    std::size_t wanted = 0;
    while (wanted == 0 || answer.size() < wanted) {
        char piece[4096];
        const int count = SSL_read(ssl, piece, sizeof piece);
        if (count <= 0) die("reading the answer");
        answer.append(piece, static_cast<std::size_t>(count));
        const auto end = answer.find("\r\n\r\n");
        if (end == std::string::npos) continue;
        auto field = answer.find("ontent-Length: ");
        if (field == std::string::npos) field = answer.find("ontent-length: ");
        if (field == std::string::npos || answer.compare(0, 12, "HTTP/1.1 200") != 0)
            die("no 200 with a length");
        wanted = end + 4 + std::strtoul(answer.c_str() + field + 15, nullptr, 10);
    }
}

SSL_CTX* make_context(const char* groups) {
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") != 1 ||
        SSL_CTX_set1_groups_list(context, groups) != 1)
        die("setting up TLS");
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    return context;
}

/// Asks for `path` and reads the answer; "-" asks for nothing.
void fetch(SSL* ssl, std::string_view path) {
    if (path == "-") return;
    const std::string request = "GET " + std::string{path} + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    if (SSL_write(ssl, request.data(), static_cast<int>(request.size())) <= 0) die("asking");
    read_answer(ssl);
}

void handshakes(std::uint16_t port, int count, const char* groups, std::string_view path) {
    SSL_CTX* const context = make_context(groups);
    std::vector<std::thread> clients;
    for (int i = 0; i < threads; ++i)
        clients.emplace_back([=] {
            for (int done = i; done < count; done += threads) {
                SSL* const ssl = shake_hands(context, port);
                fetch(ssl, path);
                close(ssl);
            }
        });
    for (auto& client : clients) client.join();
}

void idle(std::uint16_t port, int count, std::string_view path) {
    SSL_CTX* const context = make_context("X25519");
    for (int i = 0; i < count; ++i)
        fetch(shake_hands(context, port), path);  // held until the process ends
    std::puts("ready");
    std::fflush(stdout);
    while (std::getchar() != EOF) {}
}

}  // namespace

int main(int argc, char** argv) {
    const bool is_idle = argc == 5 && std::string_view{argv[1]} == "idle";
    if (!is_idle && (argc != 6 || std::string_view{argv[1]} != "handshakes")) {
        std::fputs(
            "usage: tls_client handshakes PORT COUNT GROUPS PATH | tls_client idle PORT COUNT PATH\n",
            stderr);
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[2]));
    if (is_idle)
        idle(port, std::atoi(argv[3]), argv[4]);
    else
        handshakes(port, std::atoi(argv[3]), argv[4], argv[5]);
}
