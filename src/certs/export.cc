#include "certs/export.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "certs/recording.h"
#include "pki/pkcs7.h"

namespace rhumb::certs {

namespace {

struct Format {
    ExportFormat format;
    std::string_view word;
    std::string_view extension;
};
constexpr std::array<Format, 6> formats{{
    {ExportFormat::der, "der", ".cer"},
    {ExportFormat::pem, "pem", ".pem"},
    {ExportFormat::chain, "chain", "-chain.pem"},
    {ExportFormat::p7b, "p7b", ".p7b"},
    {ExportFormat::pfx, "pfx", ".pfx"},
    {ExportFormat::key, "key", "-key.pem"},
}};

const Format& row_of(ExportFormat format) { return formats.at(static_cast<std::size_t>(format)); }

/// What does not go together, said before anything is opened.
Result<void> check_options(const ExportOptions& options) {
    const auto format = options.format;
    const bool must_have_key = format == ExportFormat::pfx || format == ExportFormat::key;
    if (must_have_key && !options.with_key)
        return fail(ErrorKind::invalid,
                    "the format {} holds the private key: say so (--with-key), or choose {}",
                    to_text(format),
                    format == ExportFormat::pfx ? "p7b for the certificates alone" : "pem");
    if (!options.with_key) return {};
    if (format == ExportFormat::der || format == ExportFormat::p7b)
        return fail(ErrorKind::invalid,
                    "the format {} cannot hold a private key: choose pfx, pem, chain or key",
                    to_text(format));
    if (options.password != nullptr && options.insecurely_without_password)
        return fail(ErrorKind::invalid,
                    "a key is exported either under a password or without one, not both");
    if (options.password == nullptr &&
        (!options.insecurely_without_password || format == ExportFormat::pfx))
        return fail(ErrorKind::invalid, "a private key leaves only under a password{}",
                    format == ExportFormat::pfx
                        ? ": give one"
                        : ": give one, or say that the key is to be readable by whoever has the "
                          "file");
    return {};
}

/// The name with what file systems and shells do not mind.
std::string file_stem(std::string_view name) {
    std::string stem;
    for (const char c : name) {
        if (c == '*')
            stem += "wildcard";
        else
            stem += c == ' ' || c == ':' ? '_' : c;
    }
    if (stem.starts_with('.')) stem.insert(0, "_");
    return stem;
}

/// Texts joined into one secret, without a copy that is not wiped.
crypto::Secret join(std::span<const std::string_view> parts) {
    std::size_t size = 0;
    for (const auto part : parts) size += part.size();
    crypto::Secret joined{size};
    auto* to = joined.data();
    for (const auto part : parts) to = std::ranges::copy(part, to).out;
    return joined;
}

std::vector<pki::Certificate> certificates_of(const pki::Chain& chain,
                                              const ExportOptions& options) {
    auto certificates = chain.certificates();
    const bool has_root = options.root && options.format != ExportFormat::pem &&
                          options.format != ExportFormat::der && !(*options.root == chain.leaf());
    if (has_root) certificates.push_back(*options.root);
    return certificates;
}

Result<crypto::Secret> key_text(const pki::Key& key, const ExportOptions& options) {
    return options.password != nullptr ? key.to_encrypted_pem(*options.password) : key.to_pem();
}

/// The bytes of a file without a key, or of its part before the key.
Result<std::string> public_part(const pki::Chain& chain, const ExportOptions& options) {
    const auto certificates = certificates_of(chain, options);
    switch (options.format) {
        case ExportFormat::der: return chain.leaf().to_der();
        case ExportFormat::pem: return chain.leaf().to_pem();
        case ExportFormat::p7b: return pki::to_pkcs7_pem(certificates);
        case ExportFormat::chain: {
            std::string pem;
            for (const auto& certificate : certificates) pem += certificate.to_pem();
            return pem;
        }
        case ExportFormat::pfx:
        case ExportFormat::key: break;
    }
    return std::string{};
}

Result<crypto::Secret> bytes_of(const Entry& entry, const pki::Chain& chain,
                                const Inventory& inventory, const ExportOptions& options) {
    TRY(const auto certificates, public_part(chain, options));
    if (!options.with_key) return crypto::Secret::copy_of(certificates);
    TRY(const auto key, inventory.open_key(entry));
    if (options.format == ExportFormat::pfx) {
        const auto friendly_name =
            entry.record.friendly_name.empty() ? entry.record.name : entry.record.friendly_name;
        return pki::to_pkcs12(chain, key, *options.password,
                              {.encryption = options.encryption,
                               .friendly_name = friendly_name,
                               .root = options.root});
    }
    TRY(const auto text, key_text(key, options));
    const std::array<std::string_view, 2> parts{certificates, text.view()};
    return join(parts);
}

}  // namespace

Result<ExportFormat> parse_export_format(std::string_view text) {
    for (const auto& format : formats)
        if (format.word == text) return format.format;
    return fail(ErrorKind::invalid,
                "«{}» is no format of an export: choose der, pem, chain, p7b, pfx or key", text);
}

std::string_view to_text(ExportFormat format) { return row_of(format).word; }

Result<Exported> export_certificate(storage::Store& store, const crypto::Seal& seal,
                                    std::string_view name, const ExportOptions& options,
                                    const Actor& actor, Seconds now) {
    TRY_DONE(check_options(options));
    const Inventory inventory{store, seal};
    TRY(const auto entry, inventory.get(name));
    TRY(const auto& chain, entry.chain);
    Exported exported;
    TRY(exported.bytes, bytes_of(entry, chain, inventory, options));
    exported.has_key = options.with_key;
    exported.file_name =
        file_stem(entry.record.name) + std::string{row_of(options.format).extension};
    if (!exported.has_key) return exported;
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.add_event(make_event(
            actor, now, "certificate.key-exported", entry.record.name,
            fmt::format("as {}, {}", to_text(options.format),
                        options.password != nullptr ? "under a password" : "without a password"))));
        return {};
    }));
    return exported;
}

}  // namespace rhumb::certs
