#include "cli/trust_programs.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/table.h"
#include "cli/trust_report.h"
#include "trust/system_store.h"

namespace rhumb::cli {

namespace {

std::string_view word_of(trust::Belief belief) {
    switch (belief) {
        case trust::Belief::yes: return "yes";
        case trust::Belief::no: return "no";
        case trust::Belief::unknown: return "cannot say";
    }
    return "cannot say";
}

/// "curl 7.88.1".
std::string title(const trust::Program& program) {
    return program.version.empty() ? program.name
                                   : fmt::format("{} {}", program.name, program.version);
}

/// One remedy, and whom it helps.
struct Remedy {
    std::string text;
    std::vector<std::string> titles;
};

std::vector<Remedy> remedies_for(const std::vector<trust::Program>& programs,
                                 const pki::Certificate& root) {
    std::vector<Remedy> remedies;
    for (const auto& program : programs) {
        if (program.belief(root) == trust::Belief::yes || program.remedy.empty()) continue;
        auto at = std::ranges::find(remedies, program.remedy, &Remedy::text);
        if (at == remedies.end()) at = remedies.insert(at, Remedy{program.remedy, {}});
        at->titles.push_back(title(program));
    }
    return remedies;
}

}  // namespace

trust::Surroundings surroundings(const Context& context) {
    return {.places = places(context, ""), .variables = context.environment.variables};
}

std::vector<pki::Certificate> roots_of_system(const Context& context) {
    trust::Found found;
    trust::find_system_store(places(context, ""), found);
    if (found.stores.empty()) return {};
    return found.stores.front()->roots().value_or(std::vector<pki::Certificate>{});
}

trust::Material usual_material(const Context& context) { return {context.data / "trust"}; }

void print_programs(const std::vector<trust::Program>& programs, const pki::Certificate& root) {
    if (programs.empty()) return;
    say("");
    Table table{{"PROGRAM", "VERSION", "TRUSTS IT", "READS ITS ROOTS FROM"}};
    for (const auto& program : programs)
        table.add({program.name, program.version, std::string{word_of(program.belief(root))},
                   program.reads});
    table.print();
    for (const auto& program : programs)
        if (!program.note.empty())
            say("\n{} ({}): {}", title(program), program.path.string(), program.note);
    for (const auto& remedy : remedies_for(programs, root))
        say("\nto have it trusted by {}:\n  {}", text::join(remedy.titles, ", "), remedy.text);
}

nlohmann::ordered_json to_json(const std::vector<trust::Program>& programs,
                               const pki::Certificate& root) {
    auto all = nlohmann::ordered_json::array();
    for (const auto& program : programs) {
        nlohmann::ordered_json facts{{"name", program.name},      {"version", program.version},
                                     {"path", program.path},      {"reads", program.reads},
                                     {"asked", program.is_asked}, {"trusts", nullptr},
                                     {"note", program.note},      {"remedy", program.remedy}};
        if (program.roots) facts["trusts"] = program.belief(root) == trust::Belief::yes;
        all.push_back(std::move(facts));
    }
    return all;
}

}  // namespace rhumb::cli
