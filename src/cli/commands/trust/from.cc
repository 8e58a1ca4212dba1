#include "cli/commands/trust/from.h"

#include <algorithm>

#include <netdb.h>

#include <sys/socket.h>

#include "base/handle.h"
#include "base/text.h"
#include "cli/installation.h"
#include "cli/known_roots.h"
#include "cli/terminal.h"
#include "doctor/target.h"
#include "fetch/ask.h"
#include "net/address.h"
#include "pki/bag.h"
#include "tls/probe.h"
#include "trust/install.h"

namespace rhumb::cli {

namespace {

constexpr std::chrono::seconds patience{10};
constexpr std::size_t root_size_max = std::size_t{64} << 10U;

/// Where the name leads, in the order in which the system would try.
Result<std::vector<net::Address>> addresses_of(const doctor::Target& target) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    const auto port = std::to_string(target.port);
    const int code = ::getaddrinfo(target.host.c_str(), port.c_str(), &hints, &raw);
    if (code != 0)
        return fail(ErrorKind::unavailable, "{} leads to no address: {}", target.host,
                    ::gai_strerror(code));
    const Handle<addrinfo, freeaddrinfo> all{raw};
    std::vector<net::Address> addresses;
    for (const auto* one = all.get(); one != nullptr; one = one->ai_next) {
        sockaddr_storage name{};
        std::copy_n(reinterpret_cast<const char*>(one->ai_addr), one->ai_addrlen,
                    reinterpret_cast<char*>(&name));
        addresses.push_back(net::Address::from_socket(name));
    }
    return addresses;
}

/// The certificates that the server shows, of the first address that answers.
Result<std::vector<pki::Certificate>> shown_by(const doctor::Target& target) {
    TRY(const auto addresses, addresses_of(target));
    Error last{ErrorKind::unavailable, fmt::format("{} has no address", target.host)};
    for (const auto& address : addresses) {
        auto probed =
            tls::probe({.address = address, .server_name = target.host, .limit = patience});
        if (probed) return std::move(probed->certificates);
        last = std::move(probed).error().within(target.origin());
    }
    return tl::unexpected(std::move(last));
}

/// The root at the address where Rhumb offers it; `not_found`, with the reason, where there is
/// none.
Result<pki::Certificate> offered_by(const std::string& url) {
    const auto answer = fetch::ask({.url = url,
                                    .body_max = root_size_max,
                                    .connect_limit = patience,
                                    .limit = patience,
                                    // The fingerprint says whether it is the right one.
                                    .insecurely_skip_verification = true});
    if (!answer) return fail(ErrorKind::not_found, "{}: {}", url, answer.error().message);
    if (answer->status != 200)
        return fail(ErrorKind::not_found, "{} is answered with {}", url, answer->status);
    const auto bag = pki::read_bag(answer->body);
    if (!bag || bag->certificates.size() != 1)
        return fail(ErrorKind::not_found, "{} is not one certificate", url);
    return bag->certificates.front();
}

bool ends(std::span<const pki::Certificate> chain, const pki::Certificate& root) {
    return std::ranges::any_of(
        chain, [&](const pki::Certificate& one) { return one == root || one.is_issued_by(root); });
}

/// One that is known to this machine's system, for servers that show another authority's chain.
std::optional<pki::Certificate> known_here(const Context& context,
                                           std::span<const pki::Certificate> chain) {
    const trust::Places system{};
    const auto found = trust::find_stores(system, {.kind = "system"});
    if (!found || found->stores.empty()) return std::nullopt;
    const auto roots = found->stores.front()->roots();
    if (!roots) return std::nullopt;
    for (const auto& root : *roots)
        if (root.is_valid_at(context.clock.now()) && ends(chain, root)) return root;
    return std::nullopt;
}

Result<Offer> offer_over_tls(const Context& context, const doctor::Target& target) {
    TRY(const auto chain, shown_by(target));
    for (const auto& one : chain)
        if (one.is_self_signed()) return Offer{one, target.origin() + " shows it"};
    const auto url = target.origin() + "/trust/root.cer";
    const auto root = offered_by(url);
    if (root) {
        if (ends(chain, *root)) return Offer{*root, target.origin() + " offers it"};
        return fail(ErrorKind::conflict,
                    "the root that {} offers («{}») is not the one above the certificate that the "
                    "server shows (of «{}»); another server may stand in front of it. Nothing was "
                    "changed",
                    url, root->subject(), chain.back().issuer());
    }
    if (auto known = known_here(context, chain))
        return Offer{*std::move(known), "this machine's system has it already"};
    return fail(ErrorKind::not_found,
                "{} does not show the root above its certificate («{}»), and does not offer it "
                "({}); ask those who run it for the file, and type: rhumb trust install FILE",
                target.origin(), chain.back().issuer(), root.error().message);
}

}  // namespace

Result<std::string> parse_fingerprint(std::string_view text) {
    auto words = text::to_lower(text::trim(text));
    for (const std::string_view lead : {"sha256", "sha-256"})
        if (words.starts_with(lead)) words.erase(0, lead.size());
    std::erase_if(words, [](char c) { return c == ':' || c == ' ' || c == '-' || c == '='; });
    constexpr std::size_t digits = 64;
    auto bytes = text::from_hex(words);
    if (words.size() != digits || !bytes)
        return fail(ErrorKind::invalid,
                    "«{}» is no SHA-256 fingerprint: that has 64 hexadecimal digits, all of which "
                    "are compared. `rhumb ca show` on the server shows it",
                    text);
    return bytes;
}

Result<void> check_fingerprint(const pki::Certificate& certificate, const std::string& wanted) {
    const auto is = certificate.fingerprint_sha256();
    if (is == wanted) return {};
    return fail(ErrorKind::conflict,
                "this is not the root that was expected, and nothing was changed.\n  expected  "
                "{}\n  found     {}  («{}»)\nEither the fingerprint is of another certificate "
                "(the root's is wanted), or somebody stands between you and the server",
                pki::to_colon_hex(wanted), pki::to_colon_hex(is), certificate.subject());
}

Result<Offer> find_offer(const Context& context, std::string_view url) {
    TRY(const auto target, doctor::parse_target(url));
    if (target.https) return offer_over_tls(context, target);
    const auto at = target.origin() + "/trust/root.cer";
    const auto root = offered_by(at);
    if (root) return Offer{*root, at + " offers it"};
    return fail(ErrorKind::not_found,
                "{} does not offer its root ({}); name the https address of the server, or ask "
                "those who run it for the file",
                target.origin(), root.error().message);
}

std::string describe_root(const pki::Certificate& root) {
    std::string limits = "any name, also those of others";
    if (const auto constraints = root.name_constraints()) {
        std::vector<std::string> permitted = constraints->domains;
        for (const auto& range : constraints->ranges) permitted.push_back(range.text());
        limits = text::join(permitted, ", ");
    } else if (!root.is_ca()) {
        limits = "itself alone; it is no authority";
    }
    // In groups of two bytes, eight in a line: people compare them by eye or read them aloud.
    const auto hex = text::to_hex(root.fingerprint_sha256());
    std::string grouped;
    for (std::size_t i = 0; i < hex.size(); i += 4)
        grouped += (i == 0                ? ""
                    : i == hex.size() / 2 ? "\n                "
                                          : " ") +
                   hex.substr(i, 4);
    return fmt::format(
        "  root          {}\n  vouches for   {}\n  from          {}\n  until         {}\n  "
        "SHA-256       {}\n",
        root.subject(), limits, to_text(root.not_before()), to_text(root.not_after()), grouped);
}

Result<pki::Certificate> confirmed_root(const Context& context, std::string_view url,
                                        const std::string& fingerprint) {
    TRY(auto offer, find_offer(context, url));
    TRY_DONE(trust::check_root(offer.root, context.clock.now()));
    const auto facts = fmt::format("{}:\n{}", offer.source, describe_root(offer.root));
    if (!fingerprint.empty()) {
        TRY_DONE(check_fingerprint(offer.root, fingerprint));
        std::fputs(facts.c_str(), stderr);
        return std::move(offer.root);
    }
    auto terminal = is_interactive() ? Terminal::open() : std::nullopt;
    if (!terminal)
        return fail(ErrorKind::denied,
                    "{}Nobody is here who could compare this fingerprint with the one that the "
                    "server's administrator tells (rhumb ca show), so nothing was changed. When "
                    "you have compared it: --fingerprint {}",
                    facts, text::to_hex(offer.root.fingerprint_sha256()));
    terminal->show(facts);
    terminal->show(
        "Compare the SHA-256 with what `rhumb ca show` says on the server, over another "
        "way than this network (by telephone, say).\n");
    TRY(const auto answer, terminal->ask("Is it the same? Type yes in full to trust it: "));
    if (text::to_lower(text::trim(answer)) == "yes") return std::move(offer.root);
    return fail(ErrorKind::denied, "it was not confirmed; nothing was changed");
}

}  // namespace rhumb::cli
