#include "access/client_trust.h"

#include <algorithm>
#include <system_error>

#include "base/files.h"
#include "crypto/hash.h"

namespace rhumb::access {

namespace {

template <class Value>
void add_once(std::vector<Value>& all, const Value& one) {
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
}

/// What the store has: every authority that signed something that may still be alive.
struct Local {
    std::vector<storage::AuthorityRecord> authorities;
    std::vector<storage::IntermediateRecord> intermediates;
    std::vector<storage::RevocationRecord> revocations;
    std::vector<storage::ClientCertificateRecord> issued;

    /// Of all that matters here.
    Result<std::string> digest() const {
        std::string all;
        const auto add = [&](std::string_view text) {
            all += fmt::format("{}:{}", text.size(), text);
        };
        for (const auto& one : authorities) add(one.root_pem);
        for (const auto& one : intermediates) add(one.pem);
        for (const auto& one : revocations) add(one.signer + one.serial);
        for (const auto& one : issued) add(one.user + one.chain_pem);
        return crypto::sha256(all);
    }
};

Result<Local> read_local(const storage::Store& store) {
    return store.read([](const storage::View& view) -> Result<Local> {
        Local local;
        TRY(local.authorities, view.authorities());
        TRY(local.intermediates, view.intermediates());
        TRY(local.revocations, view.revocations());
        TRY(local.issued, view.client_certificates());
        return local;
    });
}

void add_local(const Local& local, ClientTrust& trust) {
    const auto add = [](std::vector<pki::Certificate>& to, const std::string& pem) {
        // One that is damaged is told elsewhere (certs::Authority).
        if (const auto certificate = pki::Certificate::from_pem(pem)) add_once(to, *certificate);
    };
    for (const auto& one : local.authorities) add(trust.roots, one.root_pem);
    for (const auto& one : local.intermediates) add(trust.intermediates, one.pem);
    for (const auto& one : local.revocations) trust.revoked.emplace(one.signer, one.serial);
    for (const auto& one : local.issued)
        if (const auto leaf = pki::Certificate::from_pem(one.chain_pem))
            trust.users.emplace(leaf->fingerprint_sha256(), one.user);
}

/// A root is what signed itself; so a client's own certificate may stand there, too, and is then
/// trusted by itself.
void add_bag(const pki::Bag& bag, ClientTrust& trust) {
    for (const auto& certificate : bag.certificates)
        add_once(certificate.is_self_signed() ? trust.roots : trust.intermediates, certificate);
    for (const auto& crl : bag.crls) add_once(trust.crls, crl);
}

Result<pki::Bag> read_file_of_authorities(const std::filesystem::path& path) {
    TRY(const auto bytes, read_file(path, pki::bag_size_max));
    TRY(auto bag, pki::read_bag(bytes));
    bag.keys.clear();
    return bag;
}

}  // namespace

std::vector<std::string> ClientTrust::authority_names() const {
    std::vector<std::string> names;
    for (const auto* some : {&roots, &intermediates})
        for (const auto& certificate : *some) add_once(names, certificate.subject_der());
    return names;
}

ClientTrustReader::Stamp ClientTrustReader::stamp_of(const std::filesystem::path& path) {
    std::error_code error;
    Stamp stamp;
    stamp.time = std::filesystem::last_write_time(path, error);
    if (!error) stamp.size = std::filesystem::file_size(path, error);
    return error ? Stamp{} : stamp;
}

bool ClientTrustReader::have_files_changed() const {
    return std::ranges::any_of(
        files_, [](const auto& entry) { return stamp_of(entry.first) != entry.second.stamp; });
}

Result<bool> ClientTrustReader::has_store_changed(const storage::Store& store) const {
    TRY(const auto local, read_local(store));
    TRY(const auto digest, local.digest());
    return digest != store_digest_;
}

Result<ClientTrustReader::Read> ClientTrustReader::read(const storage::Store& store,
                                                        const config::Security& security,
                                                        const std::filesystem::path& directory) {
    auto trust = std::make_shared<ClientTrust>();
    Read read;
    TRY(const auto local, read_local(store));
    TRY(store_digest_, local.digest());
    add_local(local, *trust);
    std::map<std::filesystem::path, File> files;
    for (const auto& name : security.client_authorities) {
        const auto path = directory / name;
        auto& file = files[path];
        file.stamp = stamp_of(path);
        auto bag = read_file_of_authorities(path);
        if (bag) {
            file.bag = *std::move(bag);
        } else {
            const auto before = files_.find(path);
            const bool was_read = before != files_.end() && !before->second.bag.is_empty();
            if (was_read) file.bag = before->second.bag;
            read.warnings.push_back(fmt::format(
                "client_authorities: {}: {}; {}", path.string(), bag.error().message,
                was_read ? "what it held before goes on counting"
                         : "certificates of the authorities in it are not trusted until it can be "
                           "read"));
        }
        add_bag(file.bag, *trust);
    }
    files_ = std::move(files);
    for (const auto& one : security.certificate_users) {
        auto rule = CertificateRule::make(one);
        if (rule)
            trust->rules.push_back(*std::move(rule));
        else
            read.warnings.push_back(fmt::format("certificate_users: {}", rule.error().message));
    }
    read.trust = std::move(trust);
    return read;
}

}  // namespace rhumb::access
