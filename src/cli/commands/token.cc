/// rhumb token: what clients show instead of a password.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/accounts.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/commands/cert/shared.h"
#include "cli/table.h"
#include "cli/token_desk.h"
#include "storage/tokens.h"

namespace rhumb::cli {

namespace {

/// More than any token, so that a file that holds something else is seen to.
constexpr std::size_t text_bytes_max = 8192;
/// Longer ones would be passwords that nobody can change.
constexpr std::chrono::hours lifetime_max{24 * 366};

struct TokenOptions {
    std::string user{};
    std::string lifetime{};
    std::string referer{};
    std::string ip{};
    std::string token{};
    std::string file{};
    bool is_all = false;
    bool rotates = false;
};

/// The life times of the configuration; the usual ones where there is none yet.
config::Tokens settings(const Context& context, TokenDesk& desk) {
    const auto home = desk.installation->home(context);
    if (!home) return {};
    const auto configuration = home->current();
    return configuration ? configuration->document.security.tokens : config::Tokens{};
}

Result<std::chrono::seconds> lifetime_of(const TokenOptions& options,
                                         const config::Tokens& configured) {
    if (options.lifetime.empty()) return configured.short_minutes;
    TRY(const auto lifetime, to_duration(options.lifetime));
    if (lifetime > lifetime_max)
        return fail(ErrorKind::invalid, "a token lives for {} days at most",
                    lifetime_max.count() / 24);
    if (lifetime > configured.long_minutes) {
        const auto note = fmt::format(
            "this token lives longer than clients may have one for ({} minutes, long_minutes in "
            "[security.tokens])",
            configured.long_minutes.count());
        print_notes({&note, 1});
    }
    return lifetime;
}

identity::TokenBinding binding_of(const TokenOptions& options) {
    using Kind = identity::TokenBinding::Kind;
    if (!options.referer.empty()) return {Kind::referer, options.referer};
    if (!options.ip.empty()) return {Kind::ip, options.ip};
    return {};
}

nlohmann::ordered_json to_json(const identity::TokenFacts& facts) {
    nlohmann::ordered_json json{{"id", facts.id},
                                {"user", facts.user},
                                {"issued", to_iso(facts.issued)},
                                {"expires", to_iso(facts.expires)}};
    using Kind = identity::TokenBinding::Kind;
    json["referer"] = nullptr;
    json["ip"] = nullptr;
    if (facts.binding.kind == Kind::referer) json["referer"] = facts.binding.value;
    if (facts.binding.kind == Kind::ip) json["ip"] = facts.binding.value;
    return json;
}

/// `invalid` and `denied` are refusals (3).
Result<Exit> told_of(const Error& error) {
    if (error.kind == ErrorKind::invalid || error.kind == ErrorKind::denied) return refused(error);
    return tl::unexpected(error);
}

Result<Exit> issue(const Context& context, const TokenOptions& options) {
    TRY(auto desk, TokenDesk::open(context));
    const auto person = desk.find_active(context, options.user);
    if (!person) return told_of(person.error());
    const auto lifetime = lifetime_of(options, settings(context, desk));
    if (!lifetime) return wrong_usage(lifetime.error());
    const auto issued =
        desk.tokens->issue((*person)->name, binding_of(options), *lifetime, actor(context));
    if (!issued) return told_of(issued.error());
    if (context.wants_json) {
        nlohmann::ordered_json json{{"token", issued->text}};
        json.update(to_json(issued->facts));
        say("{}", json.dump(2));
        return Exit::done;
    }
    // The token alone, so that it can be taken by another program.
    say("{}", issued->text);
    const std::vector<std::string> notes{
        fmt::format("token {} of «{}», good until {}, bound to {}", issued->facts.id,
                    issued->facts.user, to_readable(issued->facts.expires),
                    to_text(issued->facts.binding)),
        fmt::format("it is kept nowhere; to revoke it: rhumb token revoke {}", issued->facts.id)};
    print_notes(notes);
    return Exit::done;
}

/// The token (or its identifier) that was meant: out of a file, of standard input, or as it stands
/// on the command line.
Result<std::string> read_token(const TokenOptions& options) {
    if (!options.token.empty() && options.token != "-") {
        if (options.token.starts_with("rh1")) {
            const std::string note =
                "everybody on this machine can read the arguments of a program: give - and the "
                "token on standard input, or --file";
            print_notes({&note, 1});
        }
        return options.token;
    }
    const bool is_input = options.file.empty() || options.file == "-";
    TRY(const auto text, read_file(is_input ? "/dev/stdin" : options.file, text_bytes_max));
    const auto line = text::trim(std::string_view{text}.substr(0, text.find('\n')));
    if (line.empty())
        return fail(ErrorKind::invalid, "there is no token in {}",
                    is_input ? "standard input" : options.file);
    return std::string{line};
}

Result<Exit> inspect(const Context& context, const TokenOptions& options) {
    TRY(const auto token, read_token(options));
    TRY(const auto desk, TokenDesk::open(context));
    const auto check = desk.tokens->inspect(token);
    TRY(const auto fault, fault_of(desk, context, check));
    if (context.wants_json) {
        nlohmann::ordered_json json{{"good", fault.empty()}, {"fault", nullptr}};
        if (!fault.empty()) json["fault"] = fault;
        if (check.facts) json.update(to_json(*check.facts));
        say("{}", json.dump(2));
        return fault.empty() ? Exit::done : Exit::refused;
    }
    say("state     {}", fault.empty() ? "good" : fault);
    if (check.facts) {
        say("id        {}", check.facts->id);
        say("user      {}", check.facts->user);
        say("issued    {}", to_readable(check.facts->issued));
        say("expires   {}", to_readable(check.facts->expires));
        say("bound to  {}", to_text(check.facts->binding));
    }
    return fault.empty() ? Exit::done : Exit::refused;
}

Result<Exit> revoke_all(const Context& context, const TokenDesk& desk) {
    TRY_DONE(confirm(context, "Revoke all tokens of all users?"));
    TRY_DONE(desk.tokens->revoke_all(actor(context)));
    say("All tokens that were issued until now are revoked.");
    return Exit::done;
}

Result<Exit> revoke(const Context& context, const TokenOptions& options) {
    const bool is_one = !options.token.empty() || !options.file.empty();
    if ((is_one ? 1 : 0) + (options.user.empty() ? 0 : 1) + (options.is_all ? 1 : 0) != 1)
        return wrong_usage({ErrorKind::invalid,
                            "say which tokens: one (TOKEN, ID, - or --file), --user U, or "
                            "--all"});
    std::string token;
    if (is_one) {
        TRY(token, read_token(options));
    }
    TRY(const auto desk, TokenDesk::open(context));
    if (options.is_all) return revoke_all(context, desk);
    if (!options.user.empty()) {
        TRY_DONE(desk.tokens->revoke_of(options.user, actor(context)));
        TRY(const auto person, desk.people->load(options.user));
        if (!person) {
            const auto note = fmt::format("there is no user «{}» (any more)", options.user);
            print_notes({&note, 1});
        }
        say("All tokens of «{}» that were issued until now are revoked.", options.user);
        return Exit::done;
    }
    const auto revoked = desk.tokens->revoke(token, actor(context));
    if (!revoked) return told_of(revoked.error());
    const auto facts = desk.tokens->inspect(token).facts;
    say("The token {} is revoked.", facts ? facts->id : text::to_lower(token));
    return Exit::done;
}

Result<Exit> show_keys(const Context& context, const TokenOptions& options) {
    TRY(const auto desk, TokenDesk::open(context));
    if (options.rotates) TRY_DONE(desk.tokens->rotate(actor(context)));
    TRY(const auto keys, desk.installation->store->read(
                             [](const storage::View& view) { return storage::token_keys(view); }));
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& key : keys) {
            nlohmann::ordered_json json{{"name", key.name},
                                        {"created", to_iso(key.created)},
                                        {"retired", nullptr},
                                        {"needed", to_iso(key.needed)}};
            if (key.retired) json["retired"] = to_iso(*key.retired);
            all.push_back(std::move(json));
        }
        say("{}", all.dump(2));
        return Exit::done;
    }
    Table table{{"NAME", "MADE", "STATE", "NEEDED UNTIL"}};
    for (const auto& key : keys)
        table.add({key.name, to_readable(key.created),
                   key.retired ? "retired " + to_readable(*key.retired) : "seals",
                   key.needed > key.created ? to_readable(key.needed) : "nothing is under it"});
    table.print();
    return Exit::done;
}

}  // namespace

void add_token(CLI::App& app, Context& context) {
    auto* const noun =
        app.add_subcommand("token", "Tokens: what clients show instead of a password")
            ->require_subcommand(1);
    const auto add_verb = [&](const char* name, const char* help,
                              Result<Exit> (*run)(const Context&, const TokenOptions&)) {
        auto options = std::make_shared<TokenOptions>();
        auto* const verb = noun->add_subcommand(name, help);
        verb->callback([&context, options, run] {
            context.run = [&context, options, run] { return run(context, *options); };
        });
        return std::pair{verb, options};
    };
    {
        const auto [verb, options] = add_verb("issue", "Issue a token for a user", issue);
        verb->add_option("user", options->user, "Whose it is")->required();
        verb->add_option("--lifetime", options->lifetime,
                         "How long it is good: 90s, 60m, 12h, 7d (else short_minutes of the "
                         "configuration)");
        auto* const referer = verb->add_option(
            "--referer", options->referer, "Good only from pages there: https://maps.example.org");
        verb->add_option("--ip", options->ip, "Good only from this address")->excludes(referer);
    }
    const auto add_source = [](CLI::App& verb, TokenOptions& options, const char* help) {
        auto* const token = verb.add_option("token", options.token, help);
        verb.add_option("--file", options.file, "A file whose first line is the token")
            ->excludes(token);
    };
    {
        const auto [verb, options] =
            add_verb("inspect", "Whose a token is, until when, and what is wrong with it", inspect);
        add_source(*verb, *options, "The token; - or nothing: from standard input");
    }
    {
        const auto [verb, options] = add_verb("revoke", "Let tokens be good no more", revoke);
        add_source(*verb, *options, "The token or its identifier; -: from standard input");
        verb->add_option("--user", options->user, "All of this user's");
        verb->add_flag("--all", options->is_all, "All of all users");
    }
    {
        const auto [verb, options] =
            add_verb("keys", "The keys under which tokens are sealed", show_keys);
        verb->add_flag("--rotate", options->rotates,
                       "Make a new one now; tokens under the others stay good");
    }
}

}  // namespace rhumb::cli
