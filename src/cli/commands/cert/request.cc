/// rhumb cert request, pending, cancel: what is sent to an authority, and the keys that wait for
/// its answer.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "certs/request_questions.h"
#include "certs/requests.h"
#include "cli/ask.h"
#include "cli/commands/cert/groups.h"
#include "cli/commands/cert/shared.h"
#include "cli/installation.h"
#include "cli/output.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace rhumb::cli {

namespace {

struct RequestOptions {
    std::vector<std::string> names;
    std::string key;
    std::string out;
    certs::RequestOrder order;
};

struct PendingOptions {
    std::string name;
    std::string out;
    bool with_answered = false;
};

/// Asks the questions of the wizard until each has a good answer, shows them all, and asks whether
/// to go on.
Result<void> ask_all(certs::RequestOrder& order) {
    auto terminal = Terminal::open();
    if (!terminal) return fail(ErrorKind::unavailable, "the terminal has gone");
    terminal->show("A request for a certificate. An empty line takes what stands in brackets.\n");
    for (const auto& question : certs::request_questions()) {
        terminal->show(fmt::format("\n{}\n", question.text));
        if (!question.hint.empty()) terminal->show(fmt::format("  {}\n", question.hint));
        if (!question.choices.empty())
            terminal->show(fmt::format("  One of: {}\n", fmt::join(question.choices, ", ")));
        const auto prompt =
            fmt::format("{} [{}]: ", question.title,
                        question.is_required || !question.usual.empty() ? question.usual : "none");
        for (;;) {
            TRY(const auto answer, terminal->ask(prompt));
            const auto taken = certs::take_answer(order, question, answer);
            if (taken) break;
            terminal->show(fmt::format("  {}\n", taken.error().message));
        }
    }
    terminal->show("\nThis is asked for:\n");
    for (const auto& [title, text] : certs::summary_of(order))
        terminal->show(fmt::format("  {:<15} {}\n", title, text));
    for (;;) {
        TRY(const auto answer, terminal->ask("Make the key and the request? [Y/n] "));
        const auto decision = to_decision(answer, true);
        if (decision == true) return {};
        if (decision == false) return fail(ErrorKind::denied, "nothing was made");
    }
}

nlohmann::ordered_json facts_of(const certs::RequestEntry& entry) {
    const auto& record = entry.record;
    nlohmann::ordered_json facts{{"name", record.name},
                                 {"friendly_name", record.friendly_name},
                                 {"state", entry.is_pending() ? "pending" : "answered"},
                                 {"names", record.names},
                                 {"key_type", record.key_type},
                                 {"renews", record.is_renewal},
                                 {"created", to_iso(record.created)},
                                 {"created_by", record.created_by}};
    if (record.answered) facts["answered"] = to_iso(*record.answered);
    if (entry.request)
        facts["subject"] = entry.request->subject_text();
    else
        facts["problem"] = entry.request.error().message;
    facts["pem"] = record.request_pem;
    return facts;
}

Exit tell(const Context& context, const certs::RequestEntry& made, const std::string& out) {
    if (context.wants_json) {
        say("{}", facts_of(made).dump(2));
        return Exit::done;
    }
    if (out.empty()) say("{}", text::trim(made.record.request_pem));
    std::fputs(
        fmt::format("The request «{0}» is pending; its key stays here, sealed.\n"
                    "{1}\n"
                    "When the answer has come: rhumb cert install ANSWER-FILE\n",
                    made.record.name,
                    out.empty()
                        ? "Send the text above, with its first and last line, to your authority."
                        : fmt::format("Send {} to your authority.", out))
            .c_str(),
        stderr);
    return Exit::done;
}

/// The order of the command line; the error is one of usage.
Result<certs::RequestOrder> to_order(const RequestOptions& options) {
    auto order = options.order;
    TRY(order.names, wanted_names(options.names));
    if (!options.key.empty()) {
        TRY(order.key_type, pki::parse_key_type(options.key));
    }
    TRY(order.subject, pki::check_subject(order.subject));
    return order;
}

Result<Exit> request(const Context& context, const RequestOptions& options) {
    auto order = to_order(options);
    if (!order) return wrong_usage(order.error());
    TRY(auto installation, Installation::open(context));
    if (order->names.empty() && order->renews.empty()) {
        if (!is_interactive())
            return wrong_usage({ErrorKind::invalid,
                                "which names is the certificate to be for? Say --name NAME, once "
                                "for each; on a terminal you are asked for everything"});
        TRY_DONE(ask_all(*order));
    }
    if (!options.out.empty()) TRY_DONE(check_output(context, options.out, false));
    certs::Requests requests{*installation.store, installation.seal};
    const auto made = requests.create(*order, actor(context), context.clock.now());
    if (!made) return refused(made.error());
    if (!options.out.empty()) {
        const auto written =
            write_output(context, options.out, {.bytes = made->record.request_pem});
        if (!written)
            return tl::unexpected(Error{written.error()}.within(fmt::format(
                "the request was made, but not written (`rhumb cert pending {}` shows it)",
                made->record.name)));
    }
    return tell(context, *made, options.out);
}

void print_list(const std::vector<certs::RequestEntry>& entries) {
    if (entries.empty()) return say("No request is pending.");
    Table table{{"NAME", "STATE", "SINCE", "BY", "KEY", "FOR"}};
    for (const auto& entry : entries)
        table.add({entry.record.name, entry.is_pending() ? "pending" : "answered",
                   to_text(entry.record.answered.value_or(entry.record.created)),
                   entry.record.created_by, entry.record.key_type,
                   text::join(entry.record.names, ", ")});
    table.print();
}

Result<Exit> pending(const Context& context, const PendingOptions& options) {
    TRY(auto installation, Installation::open(context));
    const certs::Requests requests{*installation.store, installation.seal};
    if (!options.name.empty()) {
        TRY(const auto entry, requests.get(options.name));
        if (!options.out.empty())
            TRY_DONE(write_output(context, options.out, {.bytes = entry.record.request_pem}));
        if (context.wants_json)
            say("{}", facts_of(entry).dump(2));
        else if (options.out.empty())
            say("{}", text::trim(entry.record.request_pem));
        return Exit::done;
    }
    TRY(const auto entries, requests.list(options.with_answered));
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& entry : entries) all.push_back(facts_of(entry));
        say("{}", all.dump(2));
    } else {
        print_list(entries);
    }
    return Exit::done;
}

Result<Exit> cancel(const Context& context, const std::string& name) {
    TRY(auto installation, Installation::open(context));
    certs::Requests requests{*installation.store, installation.seal};
    TRY(const auto entry, requests.get(name));
    TRY_DONE(confirm(context, fmt::format("Cancel the request «{}» and destroy its key? An answer "
                                          "of the authority can then not be used.",
                                          entry.record.name)));
    TRY_DONE(requests.cancel(name, actor(context), context.clock.now()));
    say("The request «{}» is cancelled; its key is destroyed.", entry.record.name);
    return Exit::done;
}

void add_request(CLI::App& noun, Context& context) {
    auto options = std::make_shared<RequestOptions>();
    auto* const verb = noun.add_subcommand(
        "request", "Make a key and a request for an authority; on a terminal it asks for all");
    verb->add_option("--name", options->names,
                     "A DNS name or address that the certificate is to be for; once for each");
    verb->add_option("--key", options->key,
                     "ec-p256 (usual), ec-p384, rsa-2048, rsa-3072, rsa-4096");
    verb->add_option("--common-name", options->order.subject.common_name,
                     "The common name, where the authority asks for one");
    add_subject_options(*verb, options->order.subject);
    verb->add_option("--as", options->order.name, "What the certificate will be called here");
    verb->add_option("--friendly-name", options->order.friendly_name, "Any text for people");
    auto* const renews = verb->add_option("--for", options->order.renews,
                                          "The certificate that the answer is to replace");
    verb->add_flag("--same-key", options->order.keeps_key, "With --for: keep its key")
        ->needs(renews);
    verb->add_option("--out", options->out, "A file for the request instead of the screen");
    verb->callback([&context, options] {
        context.run = [&context, options] { return request(context, *options); };
    });
}

void add_pending(CLI::App& noun, Context& context) {
    auto options = std::make_shared<PendingOptions>();
    auto* const verb =
        noun.add_subcommand("pending", "Requests that wait for an answer; with a name its text");
    verb->add_option("name", options->name, "One of them");
    verb->add_flag("--answered", options->with_answered, "Answered ones as well");
    verb->add_option("--out", options->out, "With a name: a file instead of the screen");
    verb->callback([&context, options] {
        context.run = [&context, options] { return pending(context, *options); };
    });
}

}  // namespace

void add_cert_requests(CLI::App& noun, Context& context) {
    add_request(noun, context);
    add_pending(noun, context);
    auto name = std::make_shared<std::string>();
    auto* const verb =
        noun.add_subcommand("cancel", "Give a pending request up; its key is destroyed");
    verb->add_option("name", *name, "Its name in `cert pending`")->required();
    verb->callback(
        [&context, name] { context.run = [&context, name] { return cancel(context, *name); }; });
}

}  // namespace rhumb::cli
