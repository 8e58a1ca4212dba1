/// rhumb cert bind, unbind: which certificates sites and ports show.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands/cert/groups.h"
#include "cli/commands/cert/shared.h"
#include "cli/deployment.h"
#include "cli/installation.h"
#include "site/bind.h"

namespace rhumb::cli {

namespace {

struct BindOptions {
    site::BindOrder bind;
    site::UnbindOrder unbind;
    bool is_unbinding = false;

    const site::BindingChoice& where() const { return is_unbinding ? unbind.where : bind.where; }
};

void print(const site::Rebound& bound) {
    if (bound.revision == 0) return say("It was so already; nothing was changed.");
    for (const auto& binding : bound.bindings) {
        const auto certificates = binding.certificates.empty()
                                      ? "as the site says"
                                      : text::join(binding.certificates, ", ");
        say("{} of site «{}»: {}{}", binding.to_text(), bound.site, certificates,
            bound.is_new_binding ? " (a new binding)" : "");
    }
    say("That is revision {} of the configuration.", bound.revision);
}

nlohmann::ordered_json to_json(const site::Rebound& bound) {
    auto bindings = nlohmann::ordered_json::array();
    for (const auto& binding : bound.bindings)
        bindings.push_back(
            {{"binding", binding.to_text()}, {"certificates", binding.certificates}});
    return {{"site", bound.site},
            {"revision", bound.revision},
            {"is_new_binding", bound.is_new_binding},
            {"bindings", bindings}};
}

Result<Exit> run(const Context& context, const BindOptions& options) {
    TRY(auto installation, Installation::open(context));
    TRY(auto home, installation.home(context));
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entries, inventory.list());
    std::vector<std::string> known;
    for (const auto& entry : entries) known.push_back(entry.record.name);
    site::Rebound bound;
    bool was_refused = false;
    const auto make = [&]() -> Result<site::Rebound> {
        auto made = options.is_unbinding
                        ? site::unbind(home, options.unbind, change(context, "unbind"))
                        : site::bind(home, options.bind, known,
                                     change(context,
                                            "bind " + text::join(options.bind.certificates, ", ")));
        if (!made) {
            was_refused =
                made.error().kind == ErrorKind::invalid || made.error().kind == ErrorKind::conflict;
            return made;
        }
        bound = *made;
        return made;
    };
    const auto deployed = carry_out_binding(context, installation, home, make);
    if (!deployed) {
        if (was_refused) return refused(deployed.error());
        return tl::unexpected(deployed.error());
    }
    if (context.wants_json) {
        auto facts = to_json(bound);
        facts.update(cli::to_json(*deployed));
        say("{}", facts.dump(2));
        return Exit::done;
    }
    print(bound);
    if (bound.revision != 0) print_seen(*deployed);
    return Exit::done;
}

void add_place(CLI::App& verb, site::BindingChoice& where) {
    verb.add_option("--site", where.site, "The site; without it the first");
    verb.add_option("--port", where.port, "This https port alone; without it all of the site")
        ->check(CLI::Range(1, 65535));
    verb.add_option("--address", where.address, "With --port: the address that listens there");
}

}  // namespace

void add_cert_binding(CLI::App& noun, Context& context) {
    auto order = std::make_shared<BindOptions>();
    auto* const bind_verb = noun.add_subcommand("bind", "Have a site or a port show certificates");
    bind_verb
        ->add_option("name", order->bind.certificates,
                     "Names of certificates, or auto; several: one for each kind of key or host")
        ->required();
    add_place(*bind_verb, order->bind.where);
    bind_verb->add_option("--host", order->bind.host_names,
                          "A name that the site is to answer to as well; once for each");
    bind_verb->add_flag("--beside", order->bind.beside, "Beside those that are bound already");
    bind_verb->callback(
        [&context, order] { context.run = [&context, order] { return run(context, *order); }; });

    auto options = std::make_shared<BindOptions>();
    options->is_unbinding = true;
    auto* const unbind_verb =
        noun.add_subcommand("unbind", "Have a site or a port show a certificate no longer");
    unbind_verb->add_option("name", options->unbind.certificate,
                            "The certificate; without it all that are named there");
    add_place(*unbind_verb, options->unbind.where);
    unbind_verb->add_flag("--with-binding", options->unbind.with_binding,
                          "With --port: listen there no longer");
    unbind_verb->callback([&context, options] {
        context.run = [&context, options] { return run(context, *options); };
    });
}

}  // namespace rhumb::cli
