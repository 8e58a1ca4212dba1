/// rhumb session: who is signed in with a browser.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/commands/cert/shared.h"
#include "cli/installation.h"
#include "cli/table.h"
#include "identity/sessions.h"

namespace rhumb::cli {

namespace {

struct SessionOptions {
    std::string user;
    std::vector<std::string> ids;
    bool is_all = false;
};

/// Those that count by the times of the configuration; by the usual ones before the first start.
Result<identity::SessionLimits> limits(const Context& context, Installation& installation) {
    auto home = installation.home(context);
    if (!home) return identity::SessionLimits{};
    TRY(const auto current, home->current());
    const auto& wanted = current.document.security.sessions;
    return identity::SessionLimits{.idle = wanted.idle_minutes, .absolute = wanted.absolute_hours};
}

Result<Exit> list(const Context& context, const SessionOptions& options) {
    TRY(auto installation, Installation::open(context));
    TRY(const auto sessions, identity::Sessions::open(*installation.store, context.clock));
    TRY(const auto bounds, limits(context, installation));
    sessions->set_limits(bounds);
    const auto all = sessions->list(options.user);
    if (context.wants_json) {
        auto rows = nlohmann::ordered_json::array();
        for (const auto& session : all)
            rows.push_back({{"id", session.id},
                            {"user", session.user},
                            {"since", to_iso(session.created)},
                            {"last_used", to_iso(session.last_used)},
                            {"address", session.address},
                            {"agent", session.agent}});
        say("{}", rows.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
        return Exit::done;
    }
    if (all.empty()) {
        say("Nobody is signed in with a browser.");
        return Exit::done;
    }
    Table table{{"ID", "USER", "SINCE", "LAST USED", "ADDRESS", "BROWSER"}};
    for (const auto& session : all)
        table.add({session.id, session.user, to_text(session.created), to_text(session.last_used),
                   session.address, session.agent});
    table.print();
    return Exit::done;
}

Result<Exit> end(const Context& context, const SessionOptions& options) {
    const int ways =
        (options.ids.empty() ? 0 : 1) + (options.user.empty() ? 0 : 1) + (options.is_all ? 1 : 0);
    if (ways != 1)
        return wrong_usage({ErrorKind::invalid,
                            "name sessions by their ids, or --user NAME for all of a user, or "
                            "--all"});
    TRY(auto store, open_store(context));
    TRY(const auto sessions, identity::Sessions::open(store, context.clock));
    if (!options.user.empty()) {
        TRY(const auto count, sessions->end_all_of(options.user, actor(context)));
        say("{} of «{}» ended.", count == 1 ? "1 session" : fmt::format("{} sessions", count),
            options.user);
        return Exit::done;
    }
    auto ids = options.ids;
    if (options.is_all) {
        sessions->set_limits({.idle = std::chrono::hours{24 * 365 * 100},
                              .absolute = std::chrono::hours{24 * 365 * 100}});
        for (const auto& session : sessions->list()) ids.push_back(session.id);
    }
    for (const auto& id : ids) TRY_DONE(sessions->end(id, actor(context)));
    say("{} ended.", ids.size() == 1 ? "1 session" : fmt::format("{} sessions", ids.size()));
    return Exit::done;
}

}  // namespace

void add_session(CLI::App& app, Context& context) {
    auto* const noun = app.add_subcommand("session", "Sessions: who is signed in with a browser")
                           ->require_subcommand(1);
    auto options = std::make_shared<SessionOptions>();
    auto* const all = noun->add_subcommand("list", "Sessions, the one used last first");
    all->add_option("--user", options->user, "Those of this user");
    all->callback([&context, options] {
        context.run = [&context, options] { return list(context, *options); };
    });
    auto* const ending =
        noun->add_subcommand("end", "End sessions: who has them has to sign in again");
    ending->add_option("id", options->ids, "As `rhumb session list` shows it; may be repeated");
    ending->add_option("--user", options->user, "All of this user");
    ending->add_flag("--all", options->is_all, "All there are");
    ending->callback([&context, options] {
        context.run = [&context, options] { return end(context, *options); };
    });
}

}  // namespace rhumb::cli
