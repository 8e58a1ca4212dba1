/// rhumb cert verify: is there a good path from a certificate to a trusted root? Needs no data
/// directory when the roots are named.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/instant.h"
#include "base/text.h"
#include "cli/commands/cert/groups.h"
#include "cli/installation.h"
#include "cli/known_roots.h"
#include "pki/bag.h"
#include "pki/validate.h"
#include "pki/wanted_names.h"

namespace rhumb::cli {

namespace {

struct VerifyOptions {
    std::string leaf;
    std::vector<std::string> roots;
    std::vector<std::string> intermediates;
    std::vector<std::string> crls;
    std::string name;
    std::vector<std::string> emails;
    std::string time;
    std::string usage = "server";
    std::string rules = "letter";
    std::optional<int> depth;
};

/// Certificates of files, and what could not be read of them.
struct Read {
    std::vector<pki::Certificate> certificates;
    std::vector<pki::Crl> crls;
    std::vector<std::string> passed_over;
};

constexpr std::string_view begin_line = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view end_line = "-----END CERTIFICATE-----";

/// The blocks of a text one by one, for files in which one is damaged.
void read_singly(const std::string& file, std::string_view text, Read& read) {
    for (std::size_t at = 0, number = 1; (at = text.find(begin_line, at)) != std::string_view::npos;
         ++number) {
        const auto end = std::min(text.find(end_line, at), text.size() - end_line.size());
        auto certificate = pki::Certificate::from_pem(text.substr(at, end + end_line.size() - at));
        if (certificate)
            read.certificates.push_back(*std::move(certificate));
        else
            read.passed_over.push_back(
                fmt::format("{}: certificate {}: {}", file, number, certificate.error().message));
        at += begin_line.size();
    }
}

Result<void> read_into(const std::string& file, Read& read) {
    TRY(const auto bytes, read_file(file, pki::bag_size_max));
    auto bag = pki::read_bag(bytes);
    if (bag) {
        for (auto& certificate : bag->certificates)
            read.certificates.push_back(std::move(certificate));
        for (auto& crl : bag->crls) read.crls.push_back(std::move(crl));
        return {};
    }
    if (bag.error().kind != ErrorKind::invalid || bytes.find(begin_line) == std::string::npos)
        return tl::unexpected(std::move(bag).error().within(file));
    read_singly(file, bytes, read);
    return {};
}

Result<Read> read_all(const std::vector<std::string>& files) {
    Read read;
    for (const auto& file : files) TRY_DONE(read_into(file, read));
    return read;
}

Result<std::vector<pki::Certificate>> roots_of(const Context& context, const VerifyOptions& options,
                                               Read& others) {
    if (!options.roots.empty()) {
        TRY(auto read, read_all(options.roots));
        others.passed_over.insert(others.passed_over.end(), read.passed_over.begin(),
                                  read.passed_over.end());
        return std::move(read.certificates);
    }
    const auto installation = Installation::open(context);
    if (!installation)
        return fail(
            ErrorKind::invalid,
            "there is no installation here whose roots could be used ({}); name a file with the trusted roots by --roots",
            installation.error().message);
    return known_roots(*installation);
}

nlohmann::ordered_json to_json(const pki::Certificate& certificate) {
    return {{"subject", certificate.subject()},
            {"issuer", certificate.issuer()},
            {"not_before", to_iso(certificate.not_before())},
            {"not_after", to_iso(certificate.not_after())},
            {"fingerprint_sha256", text::to_hex(certificate.fingerprint_sha256())}};
}

Exit report(const Context& context, const tl::expected<pki::Path, pki::Refusal>& path,
            const std::vector<std::string>& passed_over) {
    const auto exit = path ? Exit::done : Exit::refused;
    if (context.wants_json) {
        nlohmann::ordered_json facts{{"verdict", path ? "good" : "refused"}};
        if (path) {
            facts["path"] = nlohmann::ordered_json::array();
            for (const auto& certificate : *path) facts["path"].push_back(to_json(certificate));
        } else {
            facts["refusal"] = {{"id", path.error().id},
                                {"certificate", path.error().certificate},
                                {"sentence", path.error().sentence}};
        }
        facts["passed_over"] = passed_over;
        say("{}", facts.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
        return exit;
    }
    for (const auto& note : passed_over)
        std::fputs(fmt::format("rhumb: passed over: {}\n", note).c_str(), stderr);
    if (!path) {
        say("refused: {}", pki::to_error(path.error()).message);
        return exit;
    }
    say("good");
    for (const auto& certificate : *path)
        say("  {}  until {}", certificate.subject(), to_text(certificate.not_after()));
    return exit;
}

Result<Exit> verify(const Context& context, const VerifyOptions& options) {
    TRY(auto intermediates, read_all(options.intermediates));
    TRY(auto roots, roots_of(context, options, intermediates));
    TRY(auto crls, read_all(options.crls));
    TRY(auto leaf, read_all({options.leaf}));
    if (leaf.certificates.empty() || !leaf.passed_over.empty()) {
        const auto why = leaf.passed_over.empty() ? options.leaf + ": there is no certificate in it"
                                                  : leaf.passed_over.front();
        return report(context, tl::unexpected(pki::Refusal{"certificate.unreadable", "", why}),
                      intermediates.passed_over);
    }
    // A file with a whole chain in it: the leaf is the first.
    auto& pool = intermediates.certificates;
    pool.insert(pool.end(), leaf.certificates.begin() + 1, leaf.certificates.end());
    pki::Validation against{
        .roots = std::move(roots),
        .intermediates = std::move(pool),
        .now = context.clock.now(),
        .name = std::nullopt,
        .emails = options.emails,
        .crls = std::move(crls.crls),
        .depth_max = options.depth,
        .purpose = options.usage == "client" ? pki::Purpose::client : pki::Purpose::server,
        .strictness =
            options.rules == "clients" ? pki::Strictness::clients : pki::Strictness::letter};
    if (!options.time.empty()) {
        TRY(against.now, parse_instant(options.time));
    }
    if (!options.name.empty()) {
        TRY(auto name, pki::parse_wanted_name(options.name));
        against.name = std::move(name);
    }
    return report(context, pki::validate(leaf.certificates.front(), against),
                  intermediates.passed_over);
}

}  // namespace

void add_cert_verify(CLI::App& noun, Context& context) {
    auto options = std::make_shared<VerifyOptions>();
    auto* const verb =
        noun.add_subcommand("verify", "Whether a certificate would be accepted, and why not");
    verb->add_option("leaf", options->leaf,
                     "A file with the certificate; what follows it is taken as intermediates")
        ->required();
    verb->add_option(
            "--roots", options->roots,
            "A file of trusted roots; without it those of this machine and of the local authority")
        ->allow_extra_args(false);
    verb->add_option("--intermediates", options->intermediates,
                     "A file of certificates that may be on the way, in any order")
        ->allow_extra_args(false);
    verb->add_option("--crl", options->crls, "A file with revocation lists")
        ->allow_extra_args(false);
    verb->add_option("--name", options->name, "The DNS name or address that it must be for");
    verb->add_option("--email", options->emails, "A mail address that it must be for")
        ->allow_extra_args(false);
    verb->add_option("--time", options->time,
                     "The time to judge at (2026-11-23T14:05:30Z) instead of now");
    verb->add_option("--usage", options->usage, "What it must be good for: server or client")
        ->check(CLI::IsMember({"server", "client"}))
        ->capture_default_str();
    verb->add_option(
            "--rules", options->rules,
            "letter: all that the standards demand of authorities; clients: what clients refuse")
        ->check(CLI::IsMember({"letter", "clients"}))
        ->capture_default_str();
    verb->add_option("--depth", options->depth, "No more intermediates than this")
        ->check(CLI::NonNegativeNumber);
    verb->callback([&context, options] {
        context.run = [&context, options] { return verify(context, *options); };
    });
}

}  // namespace rhumb::cli
