/// What a file is that has neither certificate nor key, as far as its first bytes tell.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "pki/bag_reading.h"

namespace rhumb::pki {

namespace {

/// A beginning, and the sentence about the file that has it.
struct Sign {
    std::string_view begin;
    std::string_view sentence;
};

using namespace std::string_view_literals;

constexpr std::array binary_signs{
    Sign{"\xFE\xED\xFE\xED"sv,
         "it is a Java keystore of the old kind (JKS); convert it with: keytool -importkeystore "
         "-srckeystore FILE -destkeystore new.p12 -deststoretype PKCS12"},
    Sign{
        "\xCE\xCE\xCE\xCE"sv,
        "it is a Java keystore (JCEKS); convert it with: keytool -importkeystore -srckeystore FILE "
        "-srcstoretype JCEKS -destkeystore new.p12 -deststoretype PKCS12"},
    Sign{"\x1E\xF1\xB5\xB0"sv,
         "it is a private key of Windows (PVK); convert it with: openssl rsa -inform PVK -in FILE "
         "-out key.pem"},
    Sign{"PK\x03\x04"sv,
         "it is a ZIP archive (or an office document); unpack it, and give the "
         "certificate files that are inside"},
    Sign{"\x1F\x8B"sv, "it is compressed (gzip); unpack it first"},
    Sign{"7z\xBC\xAF\x27\x1C"sv, "it is a 7-Zip archive; unpack it first"},
    Sign{"Rar!"sv, "it is a RAR archive; unpack it first"},
    Sign{"%PDF"sv, "it is a PDF document; ask for the certificate as a PEM, CER or P7B file"},
    Sign{"\xD0\xCF\x11\xE0"sv,
         "it is an old office or e-mail document; save the certificate out of it as a file"},
    Sign{R"({\rtf)"sv, "it is a document of a word processor (RTF); save it as plain text"},
    Sign{"SQLite format 3"sv,
         "it is a database (perhaps cert9.db of NSS); export the certificate with: pk12util -o "
         "new.p12 -n NAME -d DIRECTORY"},
    Sign{"\x89PNG"sv, "it is a picture"},
    Sign{"\xFF\xD8\xFF"sv, "it is a picture"},
    Sign{"\x7F"
         "ELF"sv,
         "it is a program"},
    Sign{"MZ"sv, "it is a program of Windows"},
    Sign{"\x99\x01"sv, "it is a PGP key; PGP and TLS have nothing in common"},
};

constexpr std::array text_signs{
    Sign{
        "<!doctype html"sv,
        "it is a Web page, perhaps an error page that was saved in place of the file; open it in a "
        "browser, and download the file again"},
    Sign{
        "<html"sv,
        "it is a Web page, perhaps an error page that was saved in place of the file; open it in a "
        "browser, and download the file again"},
    Sign{"<?xml"sv, "it is an XML document"},
    Sign{"{"sv, "it is JSON; take the certificate out of it, with its line breaks"},
    Sign{"ssh-"sv, "it is a public key of SSH; SSH and TLS have nothing in common"},
    Sign{"ecdsa-sha2-"sv, "it is a public key of SSH; SSH and TLS have nothing in common"},
    Sign{"putty-user-key-file"sv,
         "it is a private key of PuTTY for SSH; SSH and TLS have nothing in common"},
    Sign{"content-type:"sv, "it is an e-mail; save what is attached to it as a file"},
    Sign{"mime-version:"sv, "it is an e-mail; save what is attached to it as a file"},
    Sign{"return-path:"sv, "it is an e-mail; save what is attached to it as a file"},
    Sign{"received:"sv, "it is an e-mail; save what is attached to it as a file"},
    Sign{"keystore type:"sv,
         "it is what keytool -list prints; export the entry with: keytool -exportcert -rfc"},
    Sign{"alias name:"sv,
         "it is what keytool -list prints; export the entry with: keytool -exportcert -rfc"},
    Sign{"certificate:\n    data:"sv,
         "it is a certificate printed for people, without the certificate itself; give the file "
         "that it was printed from"},
};

std::string beginning_of(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    return text::to_lower(text::trim(bytes.substr(0, 4096)));
}

bool is_text(std::string_view bytes) {
    const auto part = bytes.substr(0, 4096);
    return std::ranges::none_of(part, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f';
    });
}

/// BEGIN and END without their dashes, or with other ones.
bool speaks_of_blocks(std::string_view bytes) {
    constexpr std::size_t size_max = 64U << 10U;
    const auto text = text::to_lower(bytes.substr(0, size_max));
    constexpr std::array words{"-----begin",
                               "-----end",
                               "begin certificate",
                               "begin private key",
                               "begin rsa private key",
                               "begin encrypted private key",
                               "begin pkcs7"};
    return std::ranges::any_of(
        words, [&](const char* word) { return text.find(word) != std::string::npos; });
}

bool is_blank(std::string_view bytes) {
    return bytes.find_first_not_of(std::string_view{" \t\r\n\0", 5}) == std::string_view::npos;
}

}  // namespace

std::string recognise(std::string_view bytes) {
    if (bytes.empty()) return "the file is empty; get it again";
    if (is_blank(bytes)) return "there is nothing but blanks in the file; get it again";
    for (const auto& sign : binary_signs)
        if (bytes.starts_with(sign.begin)) return std::string{sign.sentence};
    const auto beginning = beginning_of(bytes);
    for (const auto& sign : text_signs)
        if (beginning.starts_with(sign.begin)) return std::string{sign.sentence};
    if (speaks_of_blocks(bytes))
        return "the lines of dashes around a certificate are damaged: they must read -----BEGIN "
               "CERTIFICATE----- and -----END CERTIFICATE-----, with five hyphens each; copy the "
               "file again, not through a word processor";
    if (is_text(bytes))
        return "it is a text without a certificate; a certificate in a text begins with -----BEGIN "
               "CERTIFICATE-----";
    return "it is neither certificate nor key in any form that is known (PEM, DER, PKCS#7, "
           "PKCS#12); ask for it in PEM";
}

}  // namespace rhumb::pki
