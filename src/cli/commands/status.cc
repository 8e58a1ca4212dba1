/// rhumb status: what this installation is, whether it runs, and what its sites listen on.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/installation.h"
#include "cli/people_places.h"
#include "cli/table.h"
#include "crypto/library.h"
#include "server/data_lock.h"

namespace rhumb::cli {

namespace {

Result<Exit> status(const Context& context) {
    TRY(auto installation, Installation::open(context));
    TRY(const auto home, installation.home(context));
    TRY(const auto configuration, home.current());
    const auto holder = server::DataLock::holder(context.data);
    TRY(const auto places, PeoplePlaces::look(context, installation,
                                              configuration.document.security, holder.has_value()));
    const auto library = crypto::library();
    auto bindings = nlohmann::ordered_json::array();
    Table table{{"SITE", "BINDING", "HOSTS", "CERTIFICATE", "TLS"}};
    constexpr std::array<const char*, 3> profiles{"modern", "intermediate", "old"};
    for (const auto& site : configuration.document.sites) {
        for (const auto& binding : site.bindings) {
            const auto* const profile =
                binding.https ? profiles.at(static_cast<std::size_t>(site.tls)) : "";
            const auto certificate =
                binding.https ? text::join(site.certificates_of(binding), " ") : "";
            table.add({site.name, binding.to_text(),
                       site.host_names.empty() ? "(any)" : text::join(site.host_names, " "),
                       certificate, profile});
            bindings.push_back({{"site", site.name},
                                {"binding", binding.to_text()},
                                {"hosts", site.host_names},
                                {"certificate", certificate},
                                {"tls", profile}});
        }
    }
    if (context.wants_json) {
        say("{}",
            nlohmann::ordered_json{{"data", context.data.string()},
                                   {"process", holder ? nlohmann::ordered_json(holder->process)
                                                      : nlohmann::ordered_json(nullptr)},
                                   {"configuration", home.name()},
                                   {"revision", configuration.revision},
                                   {"openssl", library.version},
                                   {"post_quantum", library.has_post_quantum_group},
                                   {"security", places.to_json()},
                                   {"bindings", bindings}}
                .dump(2));
        return Exit::done;
    }
    say("server         {}",
        holder ? fmt::format("runs as process {}", holder->process) : "does not run");
    say("data           {}", context.data.string());
    say("configuration  {}{}, of {}", home.name(),
        home.is_file() ? "" : fmt::format(", revision {}", configuration.revision),
        to_text(configuration.time));
    say("OpenSSL        {}{}", library.version,
        library.has_post_quantum_group
            ? ""
            : "; it has no post-quantum group: build with OpenSSL 3.5 or newer");
    for (const auto& line : places.lines()) say("{:<14} {}", line.about, line.text);
    say("");
    table.print();
    return Exit::done;
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
    app.add_subcommand("status", "What runs, and what listens where")->callback([&context] {
        context.run = [&context] { return status(context); };
    });
}

}  // namespace rhumb::cli
