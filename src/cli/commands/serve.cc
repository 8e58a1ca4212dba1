/// rhumb serve: runs the server until it is told to end.

#include <csignal>
#include <ctime>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "server/server.h"

namespace rhumb::cli {

namespace {

struct ServeOptions {
    std::string config;
    std::optional<std::uint16_t> https;
    std::optional<std::uint16_t> http;
    std::vector<std::string> hosts;
    bool is_verbose = false;
};

/// The signals that the server is told by, held back from every thread so that the main one may
/// wait for them.
class Signals {
public:
    Signals() {
        ::sigemptyset(&set_);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&set_, signal);
        ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        // Writing to who has gone, or past a limit on the size of files, is to fail, not to kill.
        for (const int signal : {SIGPIPE, SIGXFSZ})
            ::signal(signal, SIG_IGN);  // NOLINT(concurrency-mt-unsafe): before any thread
    }
    /// The signal that came within `limit`; 0 for none.
    int wait(std::chrono::milliseconds limit) const {
        const timespec time{.tv_sec = limit.count() / 1000,
                            .tv_nsec = (limit.count() % 1000) * 1'000'000};
        const int signal = ::sigtimedwait(&set_, nullptr, &time);
        return signal < 0 ? 0 : signal;
    }

private:
    sigset_t set_{};
};

/// The program as this person would type it, on this data.
std::string command(const Context& context, std::string_view verb) {
    const bool is_usual = context.data == context.environment.usual_data();
    return fmt::format("{} {}{}", context.environment.program.string(), verb,
                       is_usual ? "" : fmt::format(" --data {}", context.data.string()));
}

void print(const Context& context, const server::Announcement& facts) {
    say("Rhumb serves");
    say("  welcome page   {}", facts.url);
    say("  map viewer     {}", facts.viewer_url);
    say("  GIS services   {}", facts.services_url);
    say("  configuration  {}", facts.configuration);
    say("  data           {}", facts.data);
    say("Browsers trust it once they trust this root: {}", facts.root_name);
    say("  SHA-256        {}", facts.root_fingerprint);
    say("  on this machine  {}", command(context, "trust install"));
    say("  for others       {}",
        facts.trust_url.empty() ? command(context, "ca export") : facts.trust_url);
    if (!facts.first_code.empty()) {
        say("Nobody can administer it yet. Whoever has this code can, once, within a day:");
        say("  code  {}", facts.first_code);
        say("  page  {}",
            facts.first_url.empty() ? "none: it takes an https binding" : facts.first_url);
    }
    if (!facts.http_url.empty()) say("also {}", facts.http_url);
    say("ready {}", facts.url);
    std::fflush(stdout);
}

Result<Exit> serve(const Context& context, const ServeOptions& options) {
    const Signals signals;
    const auto log =
        observe::Log::to_stderr(options.is_verbose ? observe::Level::debug : observe::Level::info);
    TRY(const auto server,
        server::Server::start(
            {.data = context.data,
             .share = context.environment.share,
             .config_file = options.config.empty()
                                ? std::nullopt
                                : std::optional<std::filesystem::path>{options.config},
             .master_key = context.master_key(),
             .https_port = options.https,
             .http_port = options.http,
             .hosts = options.hosts,
             .is_verbose = options.is_verbose,
             .is_root = context.environment.is_root},
            context.clock, log));
    print(context, server->announcement());
    for (;;) {
        const int signal = signals.wait(std::chrono::milliseconds{250});
        if (signal == SIGINT || signal == SIGTERM) break;
        if (signal == SIGHUP) server->reload();
        server->look_around();
    }
    log.info("server", "ending: what was begun is finished first");
    server->stop();
    return Exit::done;
}

}  // namespace

void add_serve(CLI::App& app, Context& context) {
    auto options = std::make_shared<ServeOptions>();
    auto* const command = app.add_subcommand("serve", "Serve sites and maps until told to end");
    command
        ->add_option("--config", options->config,
                     "A configuration file; without it the configuration is in the store")
        ->check(CLI::ExistingFile);
    command->add_option("--https", options->https,
                        "The port for HTTPS of the first site (0: any free one)");
    command->add_option("--http", options->http,
                        "The port for HTTP of the first site (0: any free one)");
    command->add_option("--host", options->hosts,
                        "A name that clients use for this machine; may be given several times");
    command->add_flag("--verbose", options->is_verbose, "Say more in the log");
    command->callback([&context, options] {
        context.run = [&context, options] { return serve(context, *options); };
    });
}

}  // namespace rhumb::cli
