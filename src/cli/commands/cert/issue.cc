/// rhumb cert issue: certificates of the local authority, for servers and for clients.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "certs/authority_issue.h"
#include "cli/commands/cert/groups.h"
#include "cli/commands/cert/shared.h"
#include "cli/deployment.h"
#include "cli/installation.h"
#include "cli/output.h"
#include "cli/password.h"
#include "pki/pkcs12.h"

namespace rhumb::cli {

namespace {

struct IssueOptions {
    std::vector<std::string> names;
    std::string key;
    int days = 0;
    certs::IssueOrder order;
    Where where;
    // A client's:
    std::string user;
    std::vector<std::string> emails;
    std::string out;
    PasswordSource password;
    bool keeps_key = false;
    bool is_compatible = false;
};

Result<certs::IssueOrder> to_order(const IssueOptions& options) {
    auto order = options.order;
    TRY(order.names, wanted_names(options.names));
    if (order.names.empty())
        return fail(ErrorKind::invalid,
                    "whom is it to be for? Say --name NAME for a server, once for each name, or "
                    "--client USER");
    if (!options.key.empty()) {
        TRY(order.key_type, pki::parse_key_type(options.key));
    }
    TRY(order.subject, pki::check_subject(order.subject));
    if (options.days != 0) order.lifetime = std::chrono::days{options.days};
    return order;
}

Result<Exit> issue_server(const Context& context, const IssueOptions& options) {
    auto order = to_order(options);
    if (!order) return wrong_usage(order.error());
    TRY(auto installation, Installation::open(context));
    order->now = context.clock.now();
    order->crl_base = crl_base(context, installation);
    const auto make = [&] {
        return certs::issue_certificate(*installation.store, installation.seal, *order,
                                        actor(context));
    };
    return carry_out(context, installation,
                     {.make = make, .where = options.where, .done = "issued"});
}

Result<certs::ClientIssueOrder> to_client_order(const IssueOptions& options) {
    if (!options.names.empty() || options.where.is_told())
        return fail(ErrorKind::invalid,
                    "--client is for a person or program; --name, --site and --port are for "
                    "servers: make one at a time");
    certs::ClientIssueOrder order{.user = options.user,
                                  .emails = options.emails,
                                  .subject = options.order.subject,
                                  .keeps_key = options.keeps_key};
    if (!options.key.empty()) {
        TRY(order.key_type, pki::parse_key_type(options.key));
    }
    TRY(order.subject, pki::check_subject(order.subject));
    if (options.days != 0) order.lifetime = std::chrono::days{options.days};
    return order;
}

/// A file's name out of what may be an e-mail address.
std::string file_name_of(const std::string& user) {
    std::string name;
    for (const char c : user)
        name += (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                        c == '.' || c == '-' || c == '@' || c == '_'
                    ? c
                    : '_';
    return (name.empty() || name.front() == '.' ? "client" + name : name) + ".p12";
}

Exit tell(const Context& context, const certs::IssuedClient& issued, const std::string& user,
          const std::string& file) {
    const auto& leaf = issued.chain.leaf();
    if (context.wants_json)
        say("{}", nlohmann::ordered_json{{"client", user},
                                         {"serial", leaf.serial()},
                                         {"not_after", to_iso(leaf.not_after())},
                                         {"file", file}}
                      .dump(2));
    else
        say("The certificate of «{}» is in {}, with its key (mode 0600), until {}.\n"
            "Hand the file and its password over on different ways.",
            user, file, to_text(leaf.not_after()));
    return Exit::done;
}

Result<Exit> issue_client(const Context& context, const IssueOptions& options) {
    auto order = to_client_order(options);
    if (!order) return wrong_usage(order.error());
    TRY(auto installation, Installation::open(context));
    const auto file = options.out.empty() ? file_name_of(options.user) : options.out;
    TRY_DONE(check_output(context, file, true));
    TRY(const auto password,
        read_new_password(options.password, fmt::format("the password for {}", file)));
    order->now = context.clock.now();
    order->crl_base = crl_base(context, installation);
    const auto issued = certs::issue_client_certificate(*installation.store, installation.seal,
                                                        *order, actor(context));
    if (!issued) return refused(issued.error());
    const auto written = [&]() -> Result<void> {
        TRY(const auto bytes,
            pki::to_pkcs12(issued->chain, issued->key, password,
                           {.encryption = options.is_compatible ? pki::Pkcs12Encryption::compatible
                                                                : pki::Pkcs12Encryption::modern,
                            .friendly_name = options.user}));
        return write_output(context, file,
                            {.bytes = bytes.view(), .has_key = true, .is_binary = true});
    }();
    if (!written)
        return tl::unexpected(Error{written.error()}.within(fmt::format(
            "the certificate was issued but could not be written; revoke it (rhumb cert revoke "
            "--serial {}) and issue another",
            issued->chain.leaf().serial())));
    return tell(context, *issued, options.user, file);
}

}  // namespace

void add_cert_issue(CLI::App& noun, Context& context) {
    auto options = std::make_shared<IssueOptions>();
    auto* const verb =
        noun.add_subcommand("issue", "Make a certificate by the local authority of this machine");
    verb->add_option("--name", options->names, "A DNS name or address of a server; once for each");
    auto* const client = verb->add_option(
        "--client", options->user, "A person or program, by name or e-mail, that logs in with it");
    verb->add_option("--email", options->emails, "With --client: an address; once for each")
        ->needs(client);
    verb->add_option("--days", options->days,
                     "How long it is good: 90 for servers, 365 for clients")
        ->check(CLI::Range(1, 825));
    verb->add_option("--key", options->key,
                     "ec-p256 (usual), ec-p384, rsa-2048, rsa-3072, rsa-4096");
    add_subject_options(*verb, options->order.subject);
    verb->add_option("--as", options->order.name, "What it will be called here");
    verb->add_option("--friendly-name", options->order.friendly_name, "Any text for people");
    verb->add_flag("--replace", options->order.may_replace, "In the place of the one of that name");
    add_where_options(*verb, options->where);
    verb->add_option("--out", options->out, "With --client: the PKCS#12 file (usual: USER.p12)")
        ->needs(client);
    add_password_options(*verb, options->password, "With --client: the password for the file");
    verb->add_flag("--keep-key", options->keeps_key, "With --client: keep the key here too, sealed")
        ->needs(client);
    verb->add_flag("--compatible", options->is_compatible,
                   "With --client: as Windows before 2019 and old Java read it (weaker encryption)")
        ->needs(client);
    verb->callback([&context, options] {
        context.run = [&context, options] {
            return options->user.empty() ? issue_server(context, *options)
                                         : issue_client(context, *options);
        };
    });
}

}  // namespace rhumb::cli
