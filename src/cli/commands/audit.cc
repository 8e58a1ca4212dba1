/// rhumb audit: who did what, when, from where; and whether the trail of it holds together.

#include "storage/audit.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/instant.h"
#include "base/text.h"
#include "certs/key_rotation.h"
#include "cli/commands.h"
#include "cli/installation.h"
#include "cli/output.h"
#include "cli/table.h"

namespace rhumb::cli {

namespace {

using storage::AuditHead;
using storage::Event;

struct AuditOptions {
    std::string since;
    std::string until;
    std::string who;
    std::string from;
    std::string what;
    std::string subject;
    std::size_t limit = 100;
    std::string head;
    std::string out = "-";
};

/// One line, as `rhumb audit export` writes it.
nlohmann::ordered_json to_json(const Event& event) {
    return {{"id", event.id},         {"time", to_iso(event.time)}, {"who", event.who},
            {"from", event.from},     {"what", event.what},         {"subject", event.subject},
            {"detail", event.detail}, {"chain", event.chain}};
}

Result<std::optional<Seconds>> moment(const std::string& text) {
    if (text.empty()) return std::nullopt;
    TRY(const auto instant, parse_instant(text));
    return instant;
}

/// "--since 2026-11-23" is from the beginning of that day on, "--until 2026-11-23" until its end.
Result<storage::EventFilter> filter_of(const AuditOptions& options) {
    storage::EventFilter filter{.who = options.who,
                                .from = options.from,
                                .what = options.what,
                                .subject = options.subject,
                                .count_max = options.limit};
    TRY(filter.since, moment(options.since));
    TRY(filter.until, moment(options.until));
    const bool is_day = options.until.size() == std::string_view{"2026-11-23"}.size();
    if (filter.until && is_day) *filter.until += std::chrono::days{1};
    return filter;
}

/// Text of clients stands in events: nothing in it may steer the terminal.
std::string one_line(std::string text) {
    for (auto& c : text)
        if (c == '\n' || c == '\t') c = ' ';
    return text;
}

Result<Exit> list(const Context& context, const AuditOptions& options) {
    TRY(const auto filter, filter_of(options));
    TRY(const auto store, open_store(context));
    TRY(const auto events,
        store.read([&](const storage::View& view) { return storage::events(view, filter); }));
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& event : events) all.push_back(to_json(event));
        say("{}", all.dump(2));
        return Exit::done;
    }
    Table table{{"ID", "TIME", "WHO", "FROM", "WHAT", "SUBJECT", "DETAIL"}};
    for (const auto& event : events)
        table.add({std::to_string(event.id), to_readable(event.time), one_line(event.who),
                   one_line(event.from), event.what, one_line(event.subject),
                   one_line(event.detail)});
    table.print();
    return Exit::done;
}

std::string to_text(const AuditHead& head) { return fmt::format("{}:{}", head.id, head.chain); }

/// "1234:<64 hexadecimal digits>", as `verify` prints it.
Result<std::optional<AuditHead>> noted_head(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto colon = std::min(text.find(':'), text.size());
    const auto id = text::to_integer(std::string_view{text}.substr(0, colon));
    const auto chain = text.substr(std::min(colon + 1, text.size()));
    const auto digest = text::from_hex(chain);
    constexpr std::size_t digest_size = 32;
    if (!id || !digest || digest->size() != digest_size)
        return fail(ErrorKind::invalid,
                    "«{}» is no end of an audit trail; `rhumb audit verify` prints them: ID:DIGEST",
                    text);
    return AuditHead{*id, chain};
}

nlohmann::ordered_json to_json(const storage::AuditReport& report) {
    const auto head = [](const AuditHead& of) -> nlohmann::ordered_json {
        return {{"id", of.id}, {"chain", of.chain}};
    };
    auto faults = nlohmann::ordered_json::array();
    for (const auto& fault : report.faults)
        faults.push_back(
            {{"kind", storage::to_text(fault.kind)}, {"id", fault.id}, {"message", fault.message}});
    return {{"good", report.is_good()},
            {"events", report.count},
            {"head", head(report.head)},
            {"sealed", report.sealed ? head(*report.sealed) : nlohmann::ordered_json(nullptr)},
            {"faults", faults}};
}

void print(const storage::AuditReport& report, bool has_seal) {
    say("events  {}", report.count);
    say("end     {}", to_text(report.head));
    if (!has_seal)
        say("sealed  not looked at: the master key is not at hand");
    else if (report.sealed)
        say("sealed  up to event {}", report.sealed->id);
    for (const auto& fault : report.faults)
        say("{}: {}", storage::to_text(fault.kind), fault.message);
    if (report.is_good())
        say("Nothing was changed, and nothing is missing. Note the end elsewhere: with\n"
            "rhumb audit verify --head END nobody can take it back, not even who has the master "
            "key.");
}

Result<Exit> verify(const Context& context, const AuditOptions& options) {
    TRY(const auto noted, noted_head(options.head));
    TRY(auto store, open_store(context));
    // Without the master key the chain alone is looked at.
    const auto seal = certs::open_seal(store, {context.data, context.master_key()});
    TRY(const auto report, store.read([&](const storage::View& view) {
        return storage::verify_audit(view, seal ? &*seal : nullptr, noted);
    }));
    if (!seal) std::fputs(fmt::format("note: {}\n", seal.error().message).c_str(), stderr);
    if (context.wants_json)
        say("{}", to_json(report).dump(2));
    else
        print(report, seal.has_value());
    return report.is_good() ? Exit::done : Exit::refused;
}

/// Oldest first, a line each, in pieces: the trail may be long.
Result<Exit> export_lines(const Context& context, const AuditOptions& options) {
    constexpr std::size_t piece = 1000;
    TRY(const auto store, open_store(context));
    std::string lines;
    TRY_DONE(store.read([&](const storage::View& view) -> Result<void> {
        storage::Id last = 0;
        while (true) {
            TRY(const auto events, storage::events_after(view, last, piece));
            for (const auto& event : events) lines += to_json(event).dump() + "\n";
            if (events.size() < piece) return {};
            last = events.back().id;
        }
    }));
    TRY_DONE(write_output(context, options.out, {.bytes = lines}));
    return Exit::done;
}

void add_filters(CLI::App& noun, AuditOptions& options) {
    noun.add_option("--since", options.since, "From that moment on: 2026-11-23, 2026-11-23T14:05Z");
    noun.add_option("--until", options.until, "Until that moment; of a day: until its end");
    noun.add_option("--who", options.who, "Of this user");
    noun.add_option("--from", options.from, "From there: an address, or 'command line'");
    noun.add_option("--what", options.what, "user.added, or user for all that begins so");
    noun.add_option("--subject", options.subject, "Done to this one");
    noun.add_option("--limit", options.limit, "So many at most, the newest")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
}

}  // namespace

void add_audit(CLI::App& app, Context& context) {
    auto* const noun = app.add_subcommand("audit", "Who did what, when, from where");
    const auto options = std::make_shared<AuditOptions>();
    add_filters(*noun, *options);
    noun->require_subcommand(0, 1);
    // A verb's callback comes after the noun's, and counts.
    noun->callback([&context, options, noun] {
        if (noun->get_subcommands().empty())
            context.run = [&context, options] { return list(context, *options); };
    });
    auto* const verifying = noun->add_subcommand(
        "verify", "Whether anything was changed or removed; exit code 3 when so");
    verifying->add_option("--head", options->head, "An end that was printed and noted before");
    verifying->callback([&context, options] {
        context.run = [&context, options] { return verify(context, *options); };
    });
    auto* const exporting =
        noun->add_subcommand("export", "All of it, oldest first, a line of JSON each");
    exporting->add_option("--out", options->out, "A file instead of the screen");
    exporting->callback([&context, options] {
        context.run = [&context, options] { return export_lines(context, *options); };
    });
}

}  // namespace rhumb::cli
