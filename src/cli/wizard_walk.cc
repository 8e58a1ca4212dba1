#include "cli/wizard_walk.h"

#include <algorithm>

#include "base/text.h"
#include "cli/paragraph.h"
#include "cli/wizard_question.h"
#include "providers/sql.h"

namespace rhumb::cli {

namespace {

using wizard::Answers;
using wizard::Field;
using wizard::Json;
using wizard::Step;

constexpr std::string_view introduction =
    "Setting up who may sign in, and what they may.\n"
    "Enter keeps what stands in brackets; ? explains, < goes back, q leaves. Nothing changes "
    "before the summary at the end was agreed to.";

/// What is asked for only once the connection was tried.
constexpr std::string_view said_afterwards[] = {wizard::in_spite, wizard::make_tables};

/// One walk.
class Walking {
public:
    Walking(const Walk& walk, Answers answers) : walk_{walk}, answers_(std::move(answers)) {
        if (!answers_.is_object()) answers_ = Json::object();
    }

    Result<std::optional<Answers>> run() {
        show("\n" + paragraph(introduction));
        std::size_t at = 0;
        for (;;) {
            const auto steps = wizard::steps(answers_, walk_.configured);
            const auto& step = steps.at(at);
            head(step, at + 1, steps.size());
            if (step.id == wizard::summary_step) return std::optional{std::move(answers_)};
            TRY(const auto outcome, ask(step));
            if (outcome == Outcome::left) return std::optional<Answers>{};
            if (outcome == Outcome::back)
                at = before(steps, at);
            else
                ++at;
        }
    }

private:
    enum class Outcome { done, back, left };

    void show(std::string_view text) { walk_.terminal.show(text); }

    void head(const Step& step, std::size_t number, std::size_t count) {
        show(fmt::format("\nStep {} of {}: {}\n", number, count, step.title));
        show(paragraph(step.sentence));
        for (const auto& note : step.notes) show(paragraph(note));
    }

    /// The step before where something can be answered; the same where there is none.
    static std::size_t before(const std::vector<Step>& steps, std::size_t at) {
        for (std::size_t i = at; i-- > 0;)
            if (!steps[i].fields.empty()) return i;
        return at;
    }

    /// Until it is well answered, and what it connects to answers.
    Result<Outcome> ask(const Step& step) {
        for (;;) {
            if (step.connects && answers_.contains(step.id))
                for (const auto& said : said_afterwards) answers_[step.id].erase(std::string{said});
            TRY(const auto outcome, ask_fields(step));
            if (outcome != Outcome::done) return outcome;
            const auto faults = wizard::judge(step.id, answers_, walk_.configured);
            if (!faults.empty()) {
                for (const auto& fault : faults)
                    show(paragraph("That cannot be: " + fault.message));
                continue;
            }
            if (!step.connects) return Outcome::done;
            TRY(const auto what_next, connect(step));
            if (what_next) return *what_next;
        }
    }

    Result<Outcome> ask_fields(const Step& step) {
        std::vector<const Field*> usual;
        std::vector<const Field*> rare;
        for (const auto& field : step.fields)
            if (std::ranges::find(said_afterwards, field.id) == std::end(said_afterwards))
                (is_hidden(step, field) ? rare : usual).push_back(&field);
        TRY(const auto outcome, ask_list(step, usual));
        if (outcome != Outcome::done || rare.empty()) return outcome;
        Field more{.id = "more",
                   .label = fmt::format("Look at the other {} settings", rare.size()),
                   .kind = Field::Kind::yes_no,
                   .help = "They are: " + labels_of(rare) + ". Most people leave them as they are.",
                   .present = false};
        TRY(const auto wanted, put_question(walk_.terminal, more, nullptr));
        if (wanted.kind == Reply::Kind::leave) return Outcome::left;
        if (wanted.kind == Reply::Kind::back) return ask_fields(step);
        if (wanted.value != true) return Outcome::done;
        return ask_list(step, rare);
    }

    static std::string labels_of(const std::vector<const Field*>& fields) {
        std::vector<std::string> labels;
        for (const auto* field : fields) labels.push_back(field->label);
        return text::join(labels, "; ");
    }

    /// Rare ones are asked for only by who wants them, unless something is wrong with them.
    bool is_hidden(const Step& step, const Field& field) const {
        if (!field.is_rare) return false;
        if (!answers_.contains(step.id)) return true;
        const auto faults = wizard::judge(step.id, answers_, walk_.configured);
        return std::ranges::find(faults, field.id, &wizard::Fault::field) == faults.end();
    }

    Result<Outcome> ask_list(const Step& step, const std::vector<const Field*>& fields) {
        for (std::size_t i = 0; i < fields.size();) {
            const auto& field = *fields[i];
            const auto& answered = answers_[step.id];
            const auto known = answered.is_object() && answered.contains(field.id)
                                   ? answered[field.id]
                                   : Json(nullptr);
            TRY(const auto reply, put_question(walk_.terminal, field, known));
            if (reply.kind == Reply::Kind::leave) return Outcome::left;
            if (reply.kind == Reply::Kind::back) {
                if (i == 0) return Outcome::back;
                --i;
                continue;
            }
            if (!answers_[step.id].is_object()) answers_[step.id] = Json::object();
            if (reply.kind == Reply::Kind::answer) answers_[step.id][field.id] = reply.value;
            ++i;
        }
        if (!answers_[step.id].is_object()) answers_[step.id] = Json::object();
        return Outcome::done;
    }

    /// After a connection that could not be made, or not quite.
    static Field what_now(bool lacks_tables) {
        Field what{.id = "what",
                   .label = "What now",
                   .kind = Field::Kind::choice,
                   .choices = {{"change", "change the settings", ""},
                               {"again", "try again", "Once the place itself was mended."},
                               {"on", "go on although it fails",
                                "Nobody from there gets in until the connection can be made."}},
                   .present = "change"};
        if (!lacks_tables) return what;
        what.choices.insert(what.choices.begin(),
                            {"tables", "go on, and have the tables made with the rest",
                             "When all is applied; the user of the database needs the right to."});
        what.present = "tables";
        return what;
    }

    /// Nothing: the step is to be asked again.
    Result<std::optional<Outcome>> connect(const Step& step) {
        for (;;) {
            const auto decision = wizard::decide(answers_, walk_.configured, false);
            if (!decision.faults.empty()) return Outcome::done;  // a later step tells of them
            show("\nTrying the connection …\n");
            const auto tried =
                wizard::try_connections(decision, walk_.configured, walk_.surroundings, true);
            const auto found = std::ranges::find(tried, step.id, &wizard::Tried::step);
            if (found == tried.end()) return Outcome::done;
            show(to_text(*found));
            if (found->test.is_good()) return Outcome::done;
            const auto what = what_now(providers::lacks_tables(found->test));
            TRY(const auto reply, put_question(walk_.terminal, what, nullptr));
            if (reply.kind == Reply::Kind::leave) return Outcome::left;
            if (reply.kind == Reply::Kind::back) return std::nullopt;
            const auto& chosen = reply.value.is_null() ? what.present : reply.value;
            if (chosen == "change") return std::nullopt;
            if (chosen == "again") continue;
            if (chosen == "tables") {
                answers_[step.id][std::string{wizard::make_tables}] = true;
                return Outcome::done;
            }
            answers_[step.id][std::string{wizard::in_spite}] = true;
            return Outcome::done;
        }
    }

    const Walk& walk_;
    Answers answers_;
};

}  // namespace

std::string to_text(const wizard::Tried& tried) {
    std::string text;
    for (const auto& step : tried.test.steps) {
        text += paragraph(
            fmt::format("{} {}: {}", step.is_good ? "good  " : "FAILED", step.what, step.said), 2);
        if (!step.remedy.empty()) text += paragraph("What to do: " + step.remedy, 9);
    }
    text += paragraph(tried.test.is_good()
                          ? fmt::format("The connection to «{}» can be made.", tried.name)
                          : fmt::format("The connection to «{}» cannot be made.", tried.name));
    return text;
}

Result<std::optional<wizard::Answers>> walk(const Walk& walk, wizard::Answers answers) {
    return Walking{walk, std::move(answers)}.run();
}

}  // namespace rhumb::cli
