#include "tls/server_answer.h"

#include <algorithm>
#include <bit>

namespace rhumb::tls {

namespace {

// RFC 8446 section 5.1, and room for what older versions add.
constexpr std::size_t record_size_max = (1U << 14U) + 2048;
constexpr std::size_t certificates_max = 32;

/// SHA-256 of "HelloRetryRequest": the random of one (RFC 8446 section 4.1.3).
constexpr std::string_view retry_random{
    "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
    "\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c",
    32};

tl::unexpected<Error> broken(std::string_view what) {
    return fail(ErrorKind::invalid, "the server's answer is no proper TLS: {}", what);
}

/// Takes bytes from the front. Once something was missing, all further answers are empty and
/// is_good() is false.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_{bytes} {}

    std::string_view take(std::size_t count) {
        if (count > rest_.size()) {
            is_good_ = false;
            rest_ = {};
            return {};
        }
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    std::size_t take_number(std::size_t width) {
        std::size_t number = 0;
        for (const auto c : take(width)) number = number << 8U | static_cast<unsigned char>(c);
        return number;
    }
    std::uint8_t take8() { return static_cast<std::uint8_t>(take_number(1)); }
    std::uint16_t take16() { return static_cast<std::uint16_t>(take_number(2)); }
    /// What a length of `width` bytes announces.
    std::string_view take_vector(std::size_t width) { return take(take_number(width)); }

    bool is_good() const { return is_good_; }
    bool is_at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
    bool is_good_ = true;
};

bool is_known(std::size_t version) { return version >= 0x0300 && version <= 0x0304; }

Result<void> read_extension(std::uint16_t kind, std::string_view body, ServerHello& hello) {
    Reader reader{body};
    if (kind == 43) {  // supported_versions
        hello.version = reader.take16();
    } else if (kind == 51) {  // key_share
        hello.group = reader.take16();
        if (!hello.is_retry) reader.take_vector(2);
    } else if (kind == 0xff01) {
        hello.renegotiates_safely = true;
        return {};
    } else {
        return {};
    }
    return reader.is_good() && reader.is_at_end() ? Result<void>{}
                                                  : broken("an extension of the ServerHello");
}

Result<ServerHello> read_server_hello(std::string_view body) {
    Reader reader{body};
    ServerHello hello;
    hello.version = reader.take16();
    hello.is_retry = reader.take(32) == retry_random;
    const auto session = reader.take_vector(1);
    hello.suite = reader.take16();
    const auto compression = reader.take8();
    hello.compresses = compression != 0;
    if (!reader.is_good() || session.size() > 32) return broken("the ServerHello is cut short");
    if (!reader.is_at_end()) {
        Reader extensions{reader.take_vector(2)};
        if (!reader.is_good() || !reader.is_at_end())
            return broken("the ServerHello has a wrong length");
        while (!extensions.is_at_end()) {
            const auto kind = extensions.take16();
            const auto content = extensions.take_vector(2);
            if (!extensions.is_good()) return broken("the extensions of the ServerHello");
            TRY_DONE(read_extension(kind, content, hello));
        }
    }
    if (!is_known(hello.version))
        return broken(fmt::format("the version 0x{:04x} does not exist", hello.version));
    if (hello.is_retry && hello.version != 0x0304)
        return broken("a HelloRetryRequest of another version than TLS 1.3");
    return hello;
}

Result<std::vector<std::string>> read_certificates(std::string_view body) {
    Reader reader{body};
    Reader list{reader.take_vector(3)};
    if (!reader.is_good() || !reader.is_at_end()) return broken("the list of certificates");
    std::vector<std::string> certificates;
    while (!list.is_at_end()) {
        const auto der = list.take_vector(3);
        if (!list.is_good() || der.empty()) return broken("a certificate is cut short");
        if (certificates.size() == certificates_max)
            return fail(ErrorKind::too_large, "the server sends more than {} certificates",
                        certificates_max);
        certificates.emplace_back(der);
    }
    return certificates;
}

Result<std::string> read_staple(std::string_view body) {
    Reader reader{body};
    const auto kind = reader.take8();
    const auto der = reader.take_vector(3);
    if (!reader.is_good() || !reader.is_at_end()) return broken("the certificate's status");
    return std::string{kind == 1 ? der : std::string_view{}};
}

/// Bits of a big-endian number.
int bits_of(std::string_view number) {
    while (number.starts_with('\0')) number.remove_prefix(1);
    if (number.empty()) return 0;
    const auto first = static_cast<unsigned char>(number.front());
    return static_cast<int>((number.size() - 1) * 8) + std::bit_width(first);
}

/// How long the signature is, and whether there is one, nobody asks here.
Result<ServerShare> read_share(std::string_view body, bool is_curve) {
    Reader reader{body};
    ServerShare share;
    if (is_curve) {
        const auto kind = reader.take8();
        if (kind == 3) share.group = reader.take16();
    } else {
        share.prime_bits = bits_of(reader.take_vector(2));
    }
    return reader.is_good() ? Result<ServerShare>{share} : broken("the key exchange");
}

/// ECDHE and ECDH_anon: their numbers (IANA) are 0xC001 to 0xC019, 0xC023 to 0xC032 and more
/// behind 0xC0, and 0xCC; the DHE ones among them are these.
bool is_curve_suite(std::uint16_t suite) {
    const auto high = suite >> 8U;
    if (high == 0xcc) return suite != 0xccaa && suite != 0xccad;
    if (high != 0xc0) return false;
    return suite < 0xc09c || suite >= 0xc0ac;
}

Result<void> read_message(std::uint8_t kind, std::string_view body, ServerAnswer& answer) {
    if (!answer.hello) {
        if (kind != 2) return broken(fmt::format("message {} instead of a ServerHello", kind));
        TRY(answer.hello, read_server_hello(body));
        // All that follows is encrypted.
        answer.is_complete = answer.hello->version == 0x0304;
        return {};
    }
    switch (kind) {
        case 11: {
            TRY(answer.certificates, read_certificates(body));
            return {};
        }
        case 12: {
            TRY(answer.share, read_share(body, is_curve_suite(answer.hello->suite)));
            return {};
        }
        case 13: answer.asks_certificate = true; return {};
        case 14: answer.is_complete = true; return {};
        case 22: {
            TRY(answer.staple, read_staple(body));
            return {};
        }
        default: return broken(fmt::format("message {} within the server's part", kind));
    }
}

/// Reads the messages that are there in full, and leaves the rest.
Result<void> read_messages(std::string& messages, ServerAnswer& answer) {
    while (messages.size() >= 4 && !answer.is_complete) {
        Reader reader{messages};
        const auto kind = reader.take8();
        const auto size = reader.take_number(3);
        if (size > answer_size_max) return broken("a message is too long");
        const auto body = reader.take(size);
        if (!reader.is_good()) return {};
        TRY_DONE(read_message(kind, body, answer));
        messages.erase(0, 4 + size);
    }
    return {};
}

Result<void> read_alert(std::string_view body, ServerAnswer& answer) {
    if (body.size() != 2) return broken("an alert that is none");
    const auto level = static_cast<unsigned char>(body[0]);
    answer.alert = Alert{level == 2, static_cast<std::uint8_t>(body[1])};
    // "unrecognized_name" may come as a warning, before a handshake that goes on.
    if (level == 2 || answer.alert->description == 0) answer.is_complete = true;
    return {};
}

}  // namespace

bool begins_like_tls(std::string_view bytes) {
    if (bytes.empty()) return true;
    const auto kind = static_cast<unsigned char>(bytes[0]);
    if (kind < 20 || kind > 23) return false;
    if (bytes.size() > 1 && bytes[1] != 3) return false;
    return bytes.size() < 3 || static_cast<unsigned char>(bytes[2]) <= 4;
}

Result<ServerAnswer> read_answer(std::string_view bytes) {
    if (!begins_like_tls(bytes)) return broken("it does not begin as TLS does");
    if (bytes.size() > answer_size_max)
        return fail(ErrorKind::too_large, "the server's answer is longer than {} KiB",
                    answer_size_max >> 10U);
    ServerAnswer answer;
    std::string messages;
    while (bytes.size() >= 5 && !answer.is_complete) {
        if (!begins_like_tls(bytes)) return broken("between two records");
        Reader reader{bytes};
        const auto kind = reader.take8();
        reader.take(2);
        const auto size = reader.take_number(2);
        if (size == 0 || size > record_size_max) return broken("a record has a wrong length");
        const auto body = reader.take(size);
        if (!reader.is_good()) break;
        bytes.remove_prefix(5 + size);
        if (kind == 21) {
            TRY_DONE(read_alert(body, answer));
        } else if (kind == 22) {
            messages += body;
            TRY_DONE(read_messages(messages, answer));
        } else {
            return broken(fmt::format("a record of kind {} before the handshake", kind));
        }
    }
    return answer;
}

}  // namespace rhumb::tls
