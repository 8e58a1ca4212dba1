#include "certs/install.h"

#include <algorithm>

#include "base/text.h"
#include "certs/completion.h"
#include "certs/facts.h"
#include "certs/requests.h"
#include "pki/assemble.h"

namespace rhumb::certs {

namespace {

constexpr std::string_view step = "installing";

/// A certificate of the files, and the request that it answers.
struct Match {
    pki::Certificate leaf;
    RequestEntry request;
};

/// The answers among the certificates: for each of them the request that has its key. When several
/// requests have the same key, the pending one, or the one that was asked for.
Result<std::vector<Match>> find_matches(const Requests& requests, const pki::Bag& bag,
                                        const std::string& name) {
    std::vector<Match> matches;
    for (const auto& certificate : bag.certificates) {
        TRY(auto found, requests.find_by_key(certificate.public_key()));
        for (auto& request : found) {
            if (!name.empty() && !text::iequals(request.record.name, name)) continue;
            matches.push_back({certificate, std::move(request)});
            break;
        }
    }
    return matches;
}

/// One of them: of several for the same request the latest.
Result<Match> choose(std::vector<Match> matches, Seconds now) {
    std::vector<std::string> names;
    std::vector<pki::Certificate> leaves;
    leaves.reserve(matches.size());
    for (const auto& match : matches) {
        if (match.request.record.id != matches.front().request.record.id)
            names.push_back(match.request.record.name);
        leaves.push_back(match.leaf);
    }
    if (!names.empty())
        return fail(ErrorKind::conflict,
                    "{}: the files answer several requests ({}, {}): say which one is to be "
                    "installed (--request NAME), one after the other",
                    step, matches.front().request.record.name, text::join(names, ", "));
    return Match{latest(leaves, now), std::move(matches.front().request)};
}

bool has_same_key(const pki::Certificate& a, const pki::Certificate& b) {
    const auto digest = a.public_key().digest();
    const auto other = b.public_key().digest();
    return digest && other && *digest == *other;
}

/// What there is instead of an answer, for the error.
Result<std::string> who_has_key(const Inventory& inventory, const pki::Certificate& leaf) {
    TRY(const auto entries, inventory.list(/*with_archived=*/true));
    for (const auto& entry : entries) {
        if (!entry.chain) continue;
        const auto& other = entry.chain->leaf();
        const auto* const where = entry.record.archived ? " (in the archive)" : "";
        if (other == leaf)
            return fmt::format("it is the certificate «{}»{} that is here already",
                               entry.record.name, where);
        if (has_same_key(other, leaf))
            return fmt::format(
                "the certificate «{}»{} has this key: make a request for the next "
                "one with rhumb cert request --for {}, or import this one with that "
                "key",
                entry.record.name, where, entry.record.name);
    }
    return std::string{};
}

/// Why no certificate of the files answers a request.
Result<Match> refuse(const Inventory& inventory, const Requests& requests, const pki::Bag& bag,
                     const InstallOptions& options) {
    if (bag.certificates.empty())
        return fail(ErrorKind::invalid, "{}: there is no certificate in the files, only {}", step,
                    !bag.requests.empty() ? "a request: send that to the authority, and install "
                                            "what comes back"
                    : !bag.keys.empty()   ? "a private key"
                                          : "revocation lists");
    if (!options.request.empty()) TRY_DONE(requests.get(options.request));
    const auto leaves = pki::find_leaves(bag.certificates);
    const auto& leaf = leaves.empty() ? bag.certificates.front() : leaves.front();
    const auto subject = fmt::format("«{}», issued by «{}»", title_of(leaf), leaf.issuer());
    TRY(const auto holder, who_has_key(inventory, leaf));
    if (!holder.empty()) return fail(ErrorKind::conflict, "{} {}: {}", step, subject, holder);
    if (std::ranges::any_of(bag.keys, [&](const pki::Key& key) { return key.matches(leaf); }))
        return fail(ErrorKind::conflict,
                    "{} {}: no request has this key, but the files have it: rhumb cert import "
                    "takes certificate and key together",
                    step, subject);
    if (leaves.empty())
        return fail(ErrorKind::conflict,
                    "{} {}: that is an authority's certificate, and no request has its key; the "
                    "answer to a request is another file",
                    step, subject);
    TRY(const auto pending, requests.list());
    std::vector<std::string> names;
    names.reserve(pending.size());
    for (const auto& entry : pending) names.push_back(entry.record.name);
    return fail(ErrorKind::conflict,
                "{} {}: no request{} has this key ({}); it was made for a key of another machine, "
                "or for a request that was cancelled",
                step, subject,
                options.request.empty() ? "" : fmt::format(" called «{}»", options.request),
                names.empty() ? "none is pending" : "pending: " + text::join(names, ", "));
}

/// Names that were asked for and are not there are an error, others that were added a note.
void compare_names(const Match& match, Completed& completed) {
    const auto granted = match.leaf.names();
    std::vector<std::string> missing;
    std::vector<pki::Name> asked;
    for (const auto& text : match.request.record.names) {
        auto name = pki::Name::parse(text);
        if (!name) continue;
        const bool is_covered = std::ranges::any_of(granted, [&](const pki::Name& pattern) {
            return pattern == *name || pki::covers(pattern, *name);
        });
        if (!is_covered) missing.push_back(text);
        asked.push_back(*std::move(name));
    }
    if (!missing.empty())
        completed.findings.insert(
            completed.findings.begin(),
            {.id = "request.names-missing",
             .severity = pki::Severity::error,
             .sentence = fmt::format(
                 "it is not for all names that were asked for: {} missing (it is for {})",
                 text::join(missing, ", ") + (missing.size() == 1 ? " is" : " are"),
                 text::join(pki::to_texts(granted), ", ")),
             .remedy = "Ask the authority to issue it again with these names, or take it as it is "
                       "(--force)."});
    std::vector<std::string> added;
    for (const auto& name : granted)
        if (std::ranges::find(asked, name) == asked.end()) added.push_back(name.text());
    if (!added.empty())
        completed.notes.push_back("the authority has added the names " + text::join(added, ", "));
}

/// The certificate in use whose place it takes. The same chain again is refused; so is the name of
/// a certificate that has nothing to do with the request.
Result<std::optional<storage::Id>> find_replaced(const storage::Store& store, const Match& match,
                                                 const pki::Chain& chain) {
    const auto& request = match.request.record;
    TRY(auto in_use,
        store.read([&](const storage::View& view) { return view.find_certificate(request.name); }));
    if (!in_use) return std::nullopt;
    const auto old = Inventory::read(*std::move(in_use));
    if (old.chain && old.chain->to_pem() == chain.to_pem())
        return fail(ErrorKind::conflict,
                    "{} «{}»: it is installed already, as «{}», with the same chain", step,
                    title_of(match.leaf), old.record.name);
    const bool has_its_key = old.chain && has_same_key(old.chain->leaf(), match.leaf);
    if (!request.is_renewal && !has_its_key && request.certificate != old.record.id)
        return fail(ErrorKind::conflict,
                    "{} «{}»: the request is called «{}», and so is another certificate that came "
                    "into use since; remove that one first (rhumb cert remove)",
                    step, title_of(match.leaf), old.record.name);
    return old.record.id;
}

}  // namespace

Result<Staged> stage_answer(storage::Store& store, const crypto::Seal& seal,
                            const InstallOptions& options) {
    const Inventory inventory{store, seal};
    const Requests requests{store, seal};
    TRY(auto bag, pki::read_bags(options.files, options.password));
    TRY(auto matches, find_matches(requests, bag, options.request));
    if (matches.empty()) TRY_DONE(refuse(inventory, requests, bag, options));
    TRY(const auto match, choose(std::move(matches), options.now));
    TRY_DONE(check_not_expired(step, match.leaf, options.now));
    if (!options.intermediates.empty()) {
        TRY(auto more, pki::read_bags(options.intermediates, options.password));
        bag.add(std::move(more));
    }
    TRY(auto completed, complete(store, match.leaf,
                                 {.pool = bag.certificates,
                                  .roots = options.roots,
                                  .fetch = options.fetch,
                                  .now = options.now}));
    compare_names(match, completed);
    TRY(const auto replaces, find_replaced(store, match, completed.chain));
    TRY_DONE(check_findings(step, match.leaf, completed.findings, options.is_forced));
    TRY(auto key, requests.open_key(match.request));
    auto notes = std::move(bag.notes);
    notes.insert(notes.end(), completed.notes.begin(), completed.notes.end());
    if (match.request.record.answered)
        notes.emplace_back("the request was answered before: this answer takes the place of that");
    return Staged{.what = "certificate.installed",
                  .certificate = {.name = match.request.record.name,
                                  .origin = storage::Origin::request,
                                  .chain = std::move(completed.chain),
                                  .key = std::move(key),
                                  .friendly_name = match.request.record.friendly_name},
                  .replaces = replaces,
                  .request = match.request.record.id,
                  .findings = std::move(completed.findings),
                  .notes = std::move(notes)};
}

Result<Change> install(storage::Store& store, const crypto::Seal& seal,
                       const InstallOptions& options, const Actor& actor) {
    TRY(const auto staged, stage_answer(store, seal, options));
    return certs::store(store, seal, staged, actor, options.now);
}

}  // namespace rhumb::certs
