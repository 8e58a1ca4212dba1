#include "cli/installation.h"

#include "certs/key_rotation.h"
#include "server/data_lock.h"
#include "site/urls.h"

namespace rhumb::cli {

namespace {

/// Under sudo, the installation of who called it: that is probably what was meant.
std::string hint_of_invoker(const Context& context) {
    const auto& invoker = context.environment.invoker;
    if (!invoker) return "";
    const auto theirs = std::filesystem::path{invoker->home} / ".local" / "share" / "rhumb";
    std::error_code failed;
    if (!std::filesystem::exists(theirs / "rhumb.db", failed)) return "";
    return fmt::format(". {} has an installation: --data {}", invoker->name, theirs.string());
}

}  // namespace

Result<storage::Store> open_store(const Context& context) {
    std::error_code failed;
    if (!std::filesystem::exists(context.data / "rhumb.db", failed))
        return fail(
            ErrorKind::not_found,
            "there is nothing in {} yet. Start it with `rhumb serve`, or name another directory with --data{}",
            context.data.string(), hint_of_invoker(context));
    return storage::Store::open(context.data);
}

Result<Installation> Installation::open(const Context& context) {
    TRY(auto store, open_store(context));
    TRY(auto seal, certs::open_seal(store, {context.data, context.master_key()}));
    store.seal_audit_with(seal);
    return Installation{std::make_unique<storage::Store>(std::move(store)), std::move(seal)};
}

Result<site::Home> Installation::home(const Context& context) { return find_home(context, *store); }

Result<site::Home> find_home(const Context& context, storage::Store& store) {
    const auto holder = server::DataLock::holder(context.data);
    if (holder && holder->config_file) return site::Home::in_file(*holder->config_file);
    if (const auto last = site::read_running(context.data);
        !holder && last && !last->config_file.empty()) {
        auto home = site::Home::in_file(last->config_file);
        if (home || home.error().kind != ErrorKind::not_found) return home;
    }
    TRY(const auto latest,
        store.read([](const storage::View& view) { return view.find_latest_revision(); }));
    if (!latest)
        return fail(ErrorKind::not_found,
                    "there is no configuration in {} yet. Start it with `rhumb serve`",
                    context.data.string());
    return site::Home::in_store(store, {}, change(context, ""));
}

std::string crl_base(const Context& context, Installation& installation) {
    // What runs knows its real ports.
    if (const auto running = find_running(context))
        return site::public_http_origin(running->document, running->hosts);
    const auto home = installation.home(context);
    if (!home) return {};
    const auto configuration = home->current();
    if (!configuration) return {};
    const auto last = site::read_running(context.data);
    return site::public_http_origin(configuration->document,
                                    last ? last->hosts : std::vector<std::string>{});
}

std::optional<site::Running> find_running(const Context& context) {
    const auto holder = server::DataLock::holder(context.data);
    if (!holder) return std::nullopt;
    auto running = site::read_running(context.data);
    if (running && running->process != holder->process) return std::nullopt;
    return running;
}

site::Change change(const Context& context, std::string comment) {
    return {context.environment.who(), context.environment.from(), std::move(comment),
            context.clock.now()};
}

std::string to_text(Seconds time) { return to_readable(time); }

}  // namespace rhumb::cli
