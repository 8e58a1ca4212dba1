#include "certs/completion.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "certs/dates.h"
#include "certs/facts.h"
#include "pki/assemble.h"
#include "pki/bag.h"

namespace rhumb::certs {

namespace {

// A chain has two or three intermediates, each with one or two addresses; more is somebody's game.
constexpr std::size_t rounds_max = 4;
constexpr std::size_t urls_max = 2;  // of one certificate

bool is_web_url(std::string_view url) {
    return text::istarts_with(url, "http://") || text::istarts_with(url, "https://");
}

/// Issuers that are known here: those of all chains that were ever stored.
Result<std::vector<pki::Certificate>> known_issuers(const storage::View& view) {
    std::vector<pki::Certificate> known;
    TRY(const auto records, view.certificates(/*with_archived=*/true));
    for (const auto& record : records) {
        const auto chain = pki::Chain::from_pem(record.chain_pem);
        if (!chain) continue;
        const auto& certificates = chain->certificates();
        known.insert(known.end(), certificates.begin() + 1, certificates.end());
    }
    std::vector<pki::Certificate> once;
    for (auto& certificate : known)
        if (std::ranges::find(once, certificate) == once.end())
            once.push_back(std::move(certificate));
    return once;
}

/// The roots of the local authorities: known wherever this installation is.
Result<std::vector<pki::Certificate>> local_roots(const storage::View& view) {
    std::vector<pki::Certificate> roots;
    TRY(const auto authorities, view.authorities());
    for (const auto& authority : authorities)
        if (auto root = pki::Certificate::from_pem(authority.root_pem))
            roots.push_back(*std::move(root));
    return roots;
}

/// What was fetched from one address; a note where nothing good came.
std::vector<pki::Certificate> fetch_from(const std::string& url, const Fetch& fetch,
                                         std::vector<std::string>& notes) {
    const auto bytes = fetch(url);
    if (!bytes) {
        notes.push_back(fmt::format("fetching the issuer from {}: {}", url, bytes.error().message));
        return {};
    }
    auto bag = pki::read_bag(*bytes);
    if (!bag) {
        notes.push_back(fmt::format("fetching the issuer from {}: {}", url, bag.error().message));
        return {};
    }
    return std::move(bag->certificates);
}

/// Fetches issuers until the chain ends in a root or nothing new comes.
Result<void> fetch_missing(pki::Assembled& assembled, std::vector<pki::Certificate>& pool,
                           const pki::AssembleOptions& how, const Fetch& fetch,
                           std::vector<std::string>& notes) {
    const auto leaf = assembled.chain.leaf();
    for (std::size_t round = 0; round < rounds_max && assembled.missing; ++round) {
        std::size_t asked = 0;
        bool is_longer = false;
        for (const auto& url : assembled.missing->urls) {
            if (!is_web_url(url) || asked == urls_max) continue;
            ++asked;
            auto fetched = fetch_from(url, fetch, notes);
            pool.insert(pool.end(), fetched.begin(), fetched.end());
            TRY(auto next, pki::assemble(leaf, pool, how));
            is_longer = !next.missing || next.missing->of != assembled.missing->of;
            if (!is_longer) continue;
            notes.push_back(fmt::format("the issuer «{}» was fetched from {}",
                                        assembled.missing->subject, url));
            assembled = std::move(next);
            break;
        }
        if (!is_longer) return {};
    }
    return {};
}

pki::Finding incomplete(const pki::MissingIssuer& missing, const Fetch& fetch) {
    pki::Finding finding;
    finding.id = "chain.issuer-missing";
    const auto of = missing.of.empty() ? "the certificate" : fmt::format("«{}»", missing.of);
    finding.severity = missing.may_be_root ? pki::Severity::note : pki::Severity::error;
    finding.sentence =
        missing.may_be_root
            ? fmt::format(
                  "the chain ends with {}, issued by «{}», which is not at hand: if that "
                  "is a root that clients have, all is well",
                  of, missing.subject)
            : fmt::format("the chain is incomplete: the issuer «{}» of {} is missing",
                          missing.subject, of);
    finding.remedy =
        missing.may_be_root
            ? "Otherwise give that certificate too (--intermediates FILE)."
            : "Get its certificate from the authority and give it too (--intermediates FILE); if it "
              "is the root, give the root.";
    if (!missing.urls.empty() && !fetch)
        finding.remedy += fmt::format(" It can be had from {}", missing.urls.front());
    return finding;
}

pki::Finding foreign(const pki::Certificate& root) {
    return {.id = "chain.foreign-root",
            .severity = pki::Severity::warning,
            .sentence = fmt::format("the chain leads to «{}», which is not among the roots that "
                                    "are known here",
                                    root.subject()),
            .remedy =
                "Have the clients trust that root (rhumb trust install FILE), or get a "
                "certificate of an authority that they know."};
}

/// Errors stand before all others, warnings before notes.
void add(std::vector<pki::Finding>& findings, pki::Finding finding) {
    const auto at =
        std::ranges::upper_bound(findings, finding.severity, {}, &pki::Finding::severity);
    findings.insert(at, std::move(finding));
}

/// How many certificates of the files are not needed, for a person.
void note_unused(const pki::Assembled& assembled, std::span<const pki::Certificate> given,
                 std::vector<std::string>& notes) {
    for (const auto& certificate : assembled.unused) {
        if (std::ranges::find(given, certificate) == given.end()) continue;
        notes.push_back(
            fmt::format("«{}» is not part of the chain and was left out", certificate.subject()));
    }
    if (assembled.root && std::ranges::find(given, *assembled.root) != given.end() &&
        !(assembled.chain.leaf() == *assembled.root))
        notes.push_back(
            fmt::format("the root «{}» was left out: clients have it, or do not trust it",
                        assembled.root->subject()));
}

}  // namespace

Result<Completed> complete(const storage::Store& store, const pki::Certificate& leaf,
                           const CompletionOptions& options) {
    std::vector<pki::Certificate> known;
    std::vector<pki::Certificate> ours;
    TRY_DONE(store.read([&](const storage::View& view) -> Result<void> {
        TRY(known, known_issuers(view));
        TRY(ours, local_roots(view));
        return {};
    }));
    std::vector<pki::Certificate> roots{options.roots.begin(), options.roots.end()};
    roots.insert(roots.end(), ours.begin(), ours.end());
    std::vector<pki::Certificate> pool{options.pool.begin(), options.pool.end()};
    const pki::AssembleOptions how{.now = options.now, .roots = roots};
    TRY(auto assembled, pki::assemble(leaf, pool, how));
    if (assembled.missing) {
        pool.insert(pool.end(), known.begin(), known.end());
        TRY(assembled, pki::assemble(leaf, pool, how));
    }
    std::vector<std::string> notes;
    if (assembled.missing && options.fetch)
        TRY_DONE(fetch_missing(assembled, pool, how, options.fetch, notes));
    note_unused(assembled, options.pool, notes);

    Completed completed{std::move(assembled.chain), {}, std::move(notes)};
    // A root that came with the files ends the chain, whether clients know it or not.
    if (assembled.root && !assembled.is_root_known) roots.push_back(*assembled.root);
    // What is demanded of public authorities alone is no reason to refuse what one has given.
    completed.findings = pki::lint(completed.chain, {.now = options.now,
                                                     .audience = pki::Audience::private_authority,
                                                     .names = {},
                                                     .roots = roots,
                                                     .is_served_as_it_is = false});
    std::erase_if(completed.findings,
                  [](const pki::Finding& finding) { return finding.id == "chain.incomplete"; });
    if (assembled.missing) add(completed.findings, incomplete(*assembled.missing, options.fetch));
    if (assembled.root && !assembled.is_root_known && !options.roots.empty() &&
        !(*assembled.root == completed.chain.leaf()))
        add(completed.findings, foreign(*assembled.root));
    return completed;
}

const pki::Certificate& latest(std::span<const pki::Certificate> candidates, Seconds now) {
    return *std::ranges::max_element(candidates, {}, [&](const pki::Certificate& certificate) {
        return std::tuple{certificate.is_valid_at(now), certificate.not_before(),
                          certificate.not_after()};
    });
}

Result<void> check_findings(std::string_view step, const pki::Certificate& leaf,
                            std::span<const pki::Finding> findings, bool is_forced) {
    if (is_forced || !pki::has_error(findings)) return {};
    std::string errors;
    for (const auto& finding : findings) {
        if (finding.severity != pki::Severity::error) continue;
        if (!errors.empty()) errors += " Also: ";
        errors += fmt::format("{} ({}). {}", finding.sentence, finding.id, finding.remedy);
    }
    return fail(ErrorKind::invalid, "{} «{}»: {}", step, title_of(leaf), errors);
}

Result<void> check_not_expired(std::string_view step, const pki::Certificate& leaf, Seconds now) {
    if (now <= leaf.not_after()) return {};
    return fail(ErrorKind::invalid,
                "{} «{}»: it has expired on {}; ask the authority for a new one (and look at this "
                "machine's clock: it says {})",
                step, title_of(leaf), to_date(leaf.not_after()), to_date(now));
}

}  // namespace rhumb::certs
