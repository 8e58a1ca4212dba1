#include "certs/import.h"

#include <algorithm>

#include "base/text.h"
#include "certs/completion.h"
#include "certs/facts.h"
#include "certs/requests.h"

namespace rhumb::certs {

namespace {

constexpr std::string_view step = "importing";

struct Pair {
    pki::Certificate leaf;
    pki::Key key;
};

std::string subjects(std::span<const pki::Certificate> certificates) {
    std::vector<std::string> texts;
    texts.reserve(certificates.size());
    for (const auto& certificate : certificates)
        texts.push_back(
            fmt::format("«{}» ({})", title_of(certificate), certificate.public_key().type()));
    return text::join(texts, ", ");
}

/// Why there is no pair.
tl::unexpected<Error> refuse(const Requests& requests, const pki::Bag& bag) {
    if (bag.certificates.empty())
        return fail(ErrorKind::invalid,
                    "{}: there is no certificate in the files, only {}; give its file too", step,
                    !bag.keys.empty()       ? "a private key"
                    : !bag.requests.empty() ? "a request"
                                            : "revocation lists");
    if (!bag.keys.empty())
        return fail(ErrorKind::invalid,
                    "{}: the private key ({}) belongs to none of the certificates: {}; give the "
                    "key that the certificate was made for",
                    step, bag.keys.front().type(), subjects(bag.certificates));
    for (const auto& certificate : bag.certificates) {
        const auto found = requests.find_by_key(certificate.public_key());
        if (found && !found->empty())
            return fail(ErrorKind::invalid,
                        "{} «{}»: there is no private key in the files, but the request «{}» has "
                        "it: rhumb cert install takes this answer",
                        step, title_of(certificate), found->front().record.name);
    }
    return fail(ErrorKind::invalid,
                "{} {}: there is no private key in the files; give it too (--key FILE), or a "
                "PKCS#12 file that has both",
                step, subjects(bag.certificates));
}

/// The certificate with its key. An authority's own is left aside where there is another.
Result<Pair> find_pair(const Requests& requests, const pki::Bag& bag, Seconds now) {
    std::vector<Pair> pairs;
    for (const auto& key : bag.keys) {
        std::vector<pki::Certificate> leaves;
        for (const auto& certificate : bag.certificates)
            if (key.matches(certificate)) leaves.push_back(certificate);
        if (!leaves.empty()) pairs.push_back({latest(leaves, now), key});
    }
    if (pairs.empty()) return refuse(requests, bag);
    if (pairs.size() > 1) std::erase_if(pairs, [](const Pair& pair) { return pair.leaf.is_ca(); });
    if (pairs.size() == 1) return std::move(pairs.front());
    std::vector<pki::Certificate> leaves;
    leaves.reserve(pairs.size());
    for (const auto& pair : pairs) leaves.push_back(pair.leaf);
    return fail(ErrorKind::conflict,
                "{}: the files have {} certificates with their keys{}: import one after the other",
                step, pairs.empty() ? "only authorities'" : std::to_string(pairs.size()),
                pairs.empty() ? "" : " (" + subjects(leaves) + ")");
}

/// The one in use by that name, if it may be replaced.
Result<std::optional<storage::Id>> find_replaced(const storage::Store& store,
                                                 const std::string& name, const pki::Chain& chain,
                                                 bool may_replace) {
    TRY(auto in_use,
        store.read([&](const storage::View& view) { return view.find_certificate(name); }));
    if (!in_use) return std::nullopt;
    const auto old = Inventory::read(*std::move(in_use));
    if (old.chain && old.chain->to_pem() == chain.to_pem())
        return fail(ErrorKind::conflict,
                    "{} «{}»: it is here already, as «{}», with the same chain", step,
                    title_of(chain.leaf()), old.record.name);
    if (!may_replace)
        return fail(ErrorKind::conflict,
                    "{} «{}»: a certificate called «{}» is in use: say that this one takes its "
                    "place (--replace), or give it another name (--as NAME)",
                    step, title_of(chain.leaf()), old.record.name);
    return old.record.id;
}

std::string name_for(const ImportOptions& options, const pki::Certificate& leaf) {
    if (!options.name.empty()) return options.name;
    const auto names = leaf.names();
    return names.empty() ? leaf.common_name() : names.front().text();
}

}  // namespace

Result<Staged> stage_import(storage::Store& store, const crypto::Seal& seal,
                            const ImportOptions& options) {
    const Requests requests{store, seal};
    TRY(auto bag, pki::read_bags(options.files, options.password));
    TRY(auto pair, find_pair(requests, bag, options.now));
    TRY_DONE(check_not_expired(step, pair.leaf, options.now));
    TRY(auto completed, complete(store, pair.leaf,
                                 {.pool = bag.certificates,
                                  .roots = options.roots,
                                  .fetch = options.fetch,
                                  .now = options.now}));
    const auto name = name_for(options, pair.leaf);
    TRY(const auto replaces, find_replaced(store, name, completed.chain, options.may_replace));
    TRY_DONE(check_findings(step, pair.leaf, completed.findings, options.is_forced));
    auto notes = std::move(bag.notes);
    notes.insert(notes.end(), completed.notes.begin(), completed.notes.end());
    return Staged{
        .what = "certificate.imported",
        .certificate = {.name = name,
                        .origin = storage::Origin::import,
                        .chain = std::move(completed.chain),
                        .key = std::move(pair.key),
                        .friendly_name = options.friendly_name.empty() ? bag.friendly_name
                                                                       : options.friendly_name},
        .replaces = replaces,
        .request = {},
        .findings = std::move(completed.findings),
        .notes = std::move(notes)};
}

Result<Change> import_certificate(storage::Store& store, const crypto::Seal& seal,
                                  const ImportOptions& options, const Actor& actor) {
    TRY(const auto staged, stage_import(store, seal, options));
    return certs::store(store, seal, staged, actor, options.now);
}

}  // namespace rhumb::certs
