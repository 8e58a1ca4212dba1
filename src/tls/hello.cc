#include "tls/hello.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

namespace rhumb::tls {

namespace {

/// IANA's numbers of extensions.
enum class Extension : std::uint16_t {
    server_name = 0,
    status_request = 5,
    supported_groups = 10,
    point_formats = 11,
    signature_algorithms = 13,
    padding = 21,
    supported_versions = 43,
    key_share = 51,
    renegotiation_info = 0xff01,
};

constexpr std::uint16_t x25519 = 0x001d;

/// All that a certificate may be signed with, the weak ones last.
constexpr std::array<std::uint16_t, 18> signatures{0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501,
                                                   0x0603, 0x0806, 0x0601, 0x0809, 0x080a, 0x080b,
                                                   0x0807, 0x0808, 0x0402, 0x0203, 0x0201, 0x0202};

class Bytes {
public:
    void put8(std::size_t number) { text_.push_back(static_cast<char>(number & 0xffU)); }
    void put16(std::size_t number) {
        put8(number >> 8U);
        put8(number);
    }
    void put24(std::size_t number) {
        put8(number >> 16U);
        put16(number);
    }
    void put(std::string_view bytes) { text_ += bytes; }
    /// Each of 16 bits, their length in bytes before them.
    template <class Numbers>
    void put_list16(const Numbers& numbers) {
        put16(numbers.size() * 2);
        for (const auto number : numbers) put16(number);
    }
    void put_extension(Extension extension, std::string_view body) {
        put16(static_cast<std::uint16_t>(extension));
        put16(body.size());
        put(body);
    }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

bool is_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

std::string server_name_body(std::string_view name) {
    Bytes body;
    body.put16(name.size() + 3);
    body.put8(0);  // a host name
    body.put16(name.size());
    body.put(name);
    return body.text();
}

std::string versions_body(bool offers_lower) {
    constexpr std::array<std::uint16_t, 4> all{0x0304, 0x0303, 0x0302, 0x0301};
    const std::size_t count = offers_lower ? all.size() : 1;
    Bytes body;
    body.put8(count * 2);
    for (std::size_t i = 0; i < count; ++i) body.put16(all[i]);
    return body.text();
}

std::string key_share_body(bool has_one, std::string_view random) {
    Bytes body;
    if (!has_one) {
        body.put16(0);
        return body.text();
    }
    body.put16(4 + 32);
    body.put16(x25519);
    body.put16(32);
    body.put(random.substr(32, 32));
    return body.text();
}

template <class Numbers>
std::string list16_body(const Numbers& numbers) {
    Bytes body;
    body.put_list16(numbers);
    return body.text();
}

std::string extensions_of(const HelloOrder& order, std::string_view random) {
    Bytes all;
    if (!order.server_name.empty() && !is_address(order.server_name))
        all.put_extension(Extension::server_name, server_name_body(order.server_name));
    if (order.wants_staple)
        all.put_extension(Extension::status_request, std::string{"\1\0\0\0\0", 5});
    if (!order.groups.empty()) {
        all.put_extension(Extension::supported_groups, list16_body(order.groups));
        all.put_extension(Extension::point_formats, std::string{"\1\0", 2});
    }
    if (order.version >= Version::tls_1_2)
        all.put_extension(Extension::signature_algorithms, list16_body(signatures));
    if (order.version == Version::tls_1_3) {
        all.put_extension(Extension::supported_versions, versions_body(order.offers_lower));
        all.put_extension(Extension::key_share, key_share_body(order.has_key_share, random));
    }
    if (order.version < Version::tls_1_3 || order.offers_lower)
        all.put_extension(Extension::renegotiation_info, std::string{"\0", 1});
    return all.text();
}

/// Some old load balancers hang on messages of 256 to 511 bytes (RFC 7685).
std::string padding_for(std::size_t size) {
    if (size < 256 || size >= 512) return {};
    Bytes padding;
    padding.put_extension(Extension::padding,
                          std::string(size + 4 < 512 ? 512 - size - 4 : 0, '\0'));
    return padding.text();
}

}  // namespace

std::string client_hello(const HelloOrder& order, std::string_view random) {
    const bool has_extensions = order.version != Version::ssl_3;
    const auto legacy = std::min(order.version, Version::tls_1_2);
    Bytes body;
    body.put16(static_cast<std::uint16_t>(legacy));
    body.put(random.substr(0, 32));
    body.put8(0);  // no session
    body.put_list16(order.suites);
    if (order.offers_compression) {
        body.put(std::string_view{"\2\1\0", 3});  // deflate, none
    } else {
        body.put(std::string_view{"\1\0", 2});
    }
    if (has_extensions) {
        auto extensions = extensions_of(order, random);
        extensions += padding_for(body.text().size() + 2 + extensions.size() + 4);
        body.put16(extensions.size());
        body.put(extensions);
    }
    Bytes record;
    record.put8(22);  // a handshake
    // The record's own version: some old servers stumble over a higher one than TLS 1.0.
    record.put16(order.version == Version::ssl_3 ? 0x0300 : 0x0301);
    record.put16(body.text().size() + 4);
    record.put8(1);  // a ClientHello
    record.put24(body.text().size());
    record.put(body.text());
    return record.text();
}

}  // namespace rhumb::tls
