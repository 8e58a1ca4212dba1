#include "pki/bag.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "pki/bag_reading.h"
#include "pki/native.h"
#include "pki/pem_blocks.h"

namespace rhumb::pki {

bool Bag::is_empty() const {
    return certificates.empty() && keys.empty() && requests.empty() && crls.empty();
}

namespace {

bool is_same(const Key& a, const Key& b) {
    const auto first = a.public_key().digest();
    const auto second = b.public_key().digest();
    return first && second && *first == *second;
}

template <class T>
bool contains(const std::vector<T>& all, const T& one) {
    return std::ranges::find(all, one) != all.end();
}

bool contains(const std::vector<Key>& all, const Key& one) {
    return std::ranges::any_of(all, [&](const Key& key) { return is_same(key, one); });
}

template <class T>
Result<void> add_to(std::vector<T>& all, T one, std::size_t count_max = bag_items_max) {
    if (contains(all, one)) return {};
    if (all.size() >= count_max)
        return fail(ErrorKind::too_large,
                    "the file has more than {} entries; give only what belongs to this certificate",
                    count_max);
    all.push_back(std::move(one));
    return {};
}

template <class T>
void merge(std::vector<T>& all, std::vector<T> more) {
    for (auto& one : more)
        if (!contains(all, one)) all.push_back(std::move(one));
}

}  // namespace

void Bag::add(Bag other) {
    merge(certificates, std::move(other.certificates));
    if (keys.empty()) friendly_name = std::move(other.friendly_name);
    merge(keys, std::move(other.keys));
    merge(requests, std::move(other.requests));
    merge(crls, std::move(other.crls));
    merge(notes, std::move(other.notes));
}

Result<void> add_certificate(Bag& bag, Certificate certificate) {
    return add_to(bag.certificates, std::move(certificate));
}

Result<void> add_key(Bag& bag, Key key) { return add_to(bag.keys, std::move(key), bag_keys_max); }

Result<void> add_request(Bag& bag, Request request) {
    return add_to(bag.requests, std::move(request));
}

Result<void> add_crl(Bag& bag, Crl crl) { return add_to(bag.crls, std::move(crl)); }

void add_note(Bag& bag, std::string note) {
    constexpr std::size_t notes_max = 20;
    if (bag.notes.size() < notes_max && !contains(bag.notes, note))
        bag.notes.push_back(std::move(note));
}

namespace {

/// Blocks that are known and of no use here, with the word for them.
struct PassedOver {
    std::string_view label;
    std::string_view note;
};

constexpr std::array passed_over{
    PassedOver{"OPENSSH PRIVATE KEY",
               "a private key of SSH was passed over: SSH and TLS have nothing in common"},
    PassedOver{"SSH2 ENCRYPTED PRIVATE KEY",
               "a private key of SSH was passed over: SSH and TLS have nothing in common"},
    PassedOver{"SSH2 PUBLIC KEY",
               "a public key of SSH was passed over: SSH and TLS have nothing in common"},
    PassedOver{"PUBLIC KEY",
               "a public key alone was passed over; a certificate needs the private key"},
    PassedOver{"RSA PUBLIC KEY",
               "a public key alone was passed over; a certificate needs the private key"},
    PassedOver{"EC PARAMETERS", ""},  // stand before every key that openssl ecparam makes
    PassedOver{"DH PARAMETERS", "Diffie-Hellman parameters were passed over; nobody needs them"},
    PassedOver{"X9.42 DH PARAMETERS",
               "Diffie-Hellman parameters were passed over; nobody needs them"},
    PassedOver{"ATTRIBUTE CERTIFICATE", "an attribute certificate was passed over"},
};

bool is_der_label(std::string_view label) {
    constexpr std::array labels{"CERTIFICATE",
                                "X509 CERTIFICATE",
                                "TRUSTED CERTIFICATE",
                                "PKCS7",
                                "PKCS #7 SIGNED DATA",
                                "CMS",
                                "PKCS12",
                                "CERTIFICATE REQUEST",
                                "NEW CERTIFICATE REQUEST",
                                "X509 CRL",
                                "CRL",
                                "PRIVATE KEY",
                                "RSA PRIVATE KEY",
                                "EC PRIVATE KEY",
                                "DSA PRIVATE KEY",
                                "ENCRYPTED PRIVATE KEY"};
    return std::ranges::find(labels, label) != labels.end();
}

/// PGP's blocks look the same and are not.
bool is_pgp(std::string_view label) { return label.starts_with("PGP "); }

Result<void> read_block(const PemBlock& block, Reading& reading, Bag& bag) {
    if (block.headers.find("ENCRYPTED") != std::string_view::npos &&
        block.label.ends_with("PRIVATE KEY")) {
        TRY(auto key, read_traditional_key(block, reading));
        return add_key(bag, std::move(key));
    }
    if (!is_der_label(block.label)) {
        const auto known = std::ranges::find(passed_over, block.label, &PassedOver::label);
        if (known != passed_over.end()) {
            if (!known->note.empty()) add_note(bag, std::string{known->note});
        } else if (is_pgp(block.label)) {
            add_note(bag, "something of PGP was passed over: PGP and TLS have nothing in common");
        } else {
            add_note(bag, fmt::format("a block «{}» was passed over",
                                      text::is_utf8(block.label) ? block.label : "?"));
        }
        return {};
    }
    TRY(const auto der, decode_base64(block.body));
    if (der.is_empty()) return fail(ErrorKind::invalid, "there is nothing in it");
    return read_der(der.view(), block.label, reading, bag);
}

Result<void> read_pem(std::string_view text, Reading& reading, Bag& bag) {
    PemReader reader{text};
    for (;;) {
        TRY(const auto block, reader.next());
        if (!block) return {};
        if (auto read = read_block(*block, reading, bag); !read)
            return tl::unexpected(std::move(read).error().within(
                fmt::format("the block «{}» of line {}", block->label, block->line)));
    }
}

/// A file in UTF-16, as Windows' editor saves it: what is ASCII in it, else «?». Nothing when it is
/// another kind of file.
std::optional<crypto::Secret> from_utf16(std::string_view bytes) {
    const bool is_little = bytes.starts_with("\xFF\xFE");
    if (!is_little && !bytes.starts_with("\xFE\xFF")) return std::nullopt;
    crypto::Secret ascii{(bytes.size() - 2) / 2};
    for (std::size_t i = 0; i < ascii.size(); ++i) {
        const char low = bytes[2 + 2 * i + (is_little ? 0 : 1)];
        const char high = bytes[2 + 2 * i + (is_little ? 1 : 0)];
        ascii.data()[i] = high == 0 && static_cast<unsigned char>(low) < 0x80 ? low : '?';
    }
    return ascii;
}

/// A PEM text on one line with \n written out, as it stands in JSON and in environment variables.
std::optional<crypto::Secret> from_escaped(std::string_view text) {
    const auto begin = text.find("-----BEGIN ");
    if (begin == std::string_view::npos ||
        (text.find("-----\\n", begin) == std::string_view::npos &&
         text.find("-----\\r", begin) == std::string_view::npos))
        return std::nullopt;
    auto plain = crypto::Secret::copy_of(text);
    for (std::size_t i = 0; i + 1 < plain.size(); ++i) {
        char* const at = plain.data() + i;
        if (at[0] != '\\' || (at[1] != 'n' && at[1] != 'r')) continue;
        at[0] = ' ';
        at[1] = '\n';
    }
    return plain;
}

/// True when nothing but base64 is in the text, and it begins as a structure in DER does.
bool is_bare_base64(std::string_view bytes) {
    const auto text = text::trim(bytes);
    return text.starts_with("MI") && text.size() >= 64 && std::ranges::all_of(text, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/' || c == '=' || c == '\n' || c == '\r' || c == ' ';
           });
}

/// Text may begin with '0', which is the tag of a sequence: the length must fit, too.
bool is_der(std::string_view bytes) {
    return bytes.size() > 2 && bytes[0] == 0x30 &&
           (static_cast<unsigned char>(bytes[1]) >= 0x80 ||
            static_cast<std::size_t>(bytes[1]) + 2 == bytes.size());
}

Result<void> read_any(std::string_view bytes, Reading& reading, Bag& bag) {
    if (is_der(bytes)) return read_der(bytes, "", reading, bag);
    if (const auto text = from_utf16(bytes)) return read_any(text->view(), reading, bag);
    if (const auto plain = from_escaped(bytes)) return read_pem(plain->view(), reading, bag);
    if (is_bare_base64(bytes)) {
        TRY(const auto der, decode_base64(bytes));
        return read_der(der.view(), "", reading, bag);
    }
    return read_pem(bytes, reading, bag);
}

}  // namespace

Result<Bag> read_bag_within(std::string_view bytes, const crypto::Secret* password,
                            std::uint64_t rounds) {
    if (bytes.size() > bag_size_max)
        return fail(ErrorKind::too_large,
                    "the file has {} bytes, and files with certificates have at most {}: it is "
                    "another one",
                    bytes.size(), bag_size_max);
    Reading reading{password, rounds};
    Bag bag;
    TRY_DONE(read_any(bytes, reading, bag));
    if (!bag.is_empty()) return bag;
    if (!bag.notes.empty())
        return fail(ErrorKind::invalid, "there is neither certificate nor private key in it: {}",
                    text::join(bag.notes, "; "));
    return fail(ErrorKind::invalid, "{}", recognise(bytes));
}

Result<Bag> read_bag(std::string_view bytes, const crypto::Secret* password) {
    return read_bag_within(bytes, password, rounds_max);
}

Result<Bag> read_bags(std::span<const BagFile> files, const crypto::Secret* password) {
    Bag all;
    for (const auto& file : files) {
        auto bag = read_bag(file.bytes, password);
        if (!bag) return tl::unexpected(std::move(bag).error().within(file.name));
        all.add(*std::move(bag));
    }
    return all;
}

}  // namespace rhumb::pki
