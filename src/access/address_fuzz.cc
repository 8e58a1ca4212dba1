/// Any bytes as the fields of proxies: what comes out is an address; nobody but a trusted proxy
/// has a say; and what stands before an entry that a trusted proxy wrote changes nothing. Three
/// lines: the other end's address, X-Forwarded-For, Forwarded.

#include <cstdlib>
#include <string>
#include <string_view>

#include "access/address.h"
#include "base/text.h"
#include "policy/rules.h"

namespace {

using namespace rhumb;

const access::TrustedProxies proxies{{"10.0.0.0/8", "2001:db8:1::/48"}};
constexpr std::string_view client = "203.0.113.9";

void expect(bool is_so) {
    if (!is_so) std::abort();
}

std::optional<bool> secured(std::string_view peer, std::string_view x_forwarded_proto,
                            std::string_view forwarded, bool end_tls) {
    http::Channel channel;
    channel.remote.ip = std::string{peer};
    http::Request request;
    request.channel = &channel;
    request.headers.add("x-forwarded-proto", std::string{x_forwarded_proto});
    request.headers.add("forwarded", std::string{forwarded});
    return access::is_secured_by_proxy(request, access::TrustedProxies{{"10.0.0.0/8"}, end_tls});
}

std::string seen(std::string_view peer, std::string_view x_forwarded, std::string_view forwarded) {
    http::Channel channel;
    channel.remote.ip = std::string{peer};
    http::Request request;
    request.channel = &channel;
    if (!x_forwarded.empty()) request.headers.add("x-forwarded-for", std::string{x_forwarded});
    if (!forwarded.empty()) request.headers.add("forwarded", std::string{forwarded});
    return access::client_address(request, proxies);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto lines = text::split(bytes, '\n');
    const auto line = [&](std::size_t at) { return at < lines.size() ? lines[at] : ""; };

    const auto found = seen(line(0), line(1), line(2));
    if (found != line(0)) {
        expect(proxies.trusts(line(0)));
        expect(policy::is_in_network(found, found));
    }
    const auto by_proxy = seen("10.1.1.1", line(1), line(2));
    expect(policy::is_in_network(by_proxy, by_proxy));
    expect(seen("198.51.100.7", line(1), line(2)) == "198.51.100.7");

    const auto x_forwarded = std::string{line(1)}.append(", ").append(client);
    const auto forwarded = std::string{line(2)}.append(", for=").append(client);
    expect(seen("10.1.1.1", x_forwarded, "") == client);
    expect(seen("10.1.1.1", "", forwarded + ";proto=https") == client);
    expect(seen("10.1.1.1", x_forwarded, forwarded) == client);
    expect(seen("10.1.1.1", x_forwarded + ", 10.2.2.2", "") == client);

    // Of https nobody has a say but a trusted proxy; and it is never more than that says last.
    expect(!secured("198.51.100.7", line(1), line(2), true));
    expect(!secured("10.1.1.1", line(1), line(2), false));
    expect(secured("10.1.1.1", std::string{line(1)}.append(", http"), line(2), true) == false);
    expect(secured("10.1.1.1", line(1), forwarded + ";proto=http", true) == false);
    return 0;
}
