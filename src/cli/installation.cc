#include "cli/installation.h"

#include "certs/key_rotation.h"
#include "server/data_lock.h"
#include "site/urls.h"

namespace rhumb::cli {

Result<storage::Store> open_store(const Context& context) {
    std::error_code failed;
    if (!std::filesystem::exists(context.data / "rhumb.db", failed))
        return fail(
            ErrorKind::not_found,
            "there is nothing in {} yet. Start it with `rhumb serve`, or name another directory with --data",
            context.data.string());
    return storage::Store::open(context.data);
}

Result<Installation> Installation::open(const Context& context) {
    TRY(auto store, open_store(context));
    TRY(auto seal, certs::open_seal(store, {context.data, context.master_key()}));
    store.seal_audit_with(seal);
    return Installation{std::make_unique<storage::Store>(std::move(store)), std::move(seal)};
}

Result<site::Home> Installation::home(const Context& context) {
    const auto holder = server::DataLock::holder(context.data);
    if (holder && holder->config_file) return site::Home::in_file(*holder->config_file);
    if (const auto last = site::read_running(context.data);
        !holder && last && !last->config_file.empty()) {
        auto home = site::Home::in_file(last->config_file);
        if (home || home.error().kind != ErrorKind::not_found) return home;
    }
    TRY(const auto latest,
        store->read([](const storage::View& view) { return view.find_latest_revision(); }));
    if (!latest)
        return fail(ErrorKind::not_found,
                    "there is no configuration in {} yet. Start it with `rhumb serve`",
                    context.data.string());
    return site::Home::in_store(*store, {}, change(context, ""));
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
    return {context.environment.user, "command line", std::move(comment), context.clock.now()};
}

namespace {

std::string date_and_time(Seconds time, std::string_view between, bool with_seconds) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    auto text = fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}", static_cast<int>(date.year()),
                            static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                            between, clock.hours().count(), clock.minutes().count());
    if (with_seconds) text += fmt::format(":{:02}", clock.seconds().count());
    return text;
}

}  // namespace

std::string to_text(Seconds time) { return date_and_time(time, " ", false) + " UTC"; }

std::string to_iso(Seconds time) { return date_and_time(time, "T", true) + "Z"; }

}  // namespace rhumb::cli
