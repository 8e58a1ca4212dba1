#include "cli/commands/cert/shared.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "pki/wanted_names.h"

namespace rhumb::cli {

certs::Actor actor(const Context& context) {
    return {context.environment.who(), context.environment.from()};
}

Result<Files> Files::read(const std::vector<std::string>& names) {
    Files files;
    for (const auto& name : names) {
        TRY(auto bytes, read_file(name == "-" ? "/dev/stdin" : name, pki::bag_size_max));
        files.names_.push_back(name == "-" ? "standard input" : name);
        files.bytes_.push_back(std::move(bytes));
    }
    return files;
}

std::vector<pki::BagFile> Files::bag() const {
    std::vector<pki::BagFile> views;
    for (std::size_t i = 0; i < names_.size(); ++i) views.push_back({names_[i], bytes_[i]});
    return views;
}

Result<std::vector<pki::Name>> wanted_names(const std::vector<std::string>& texts) {
    if (texts.empty()) return std::vector<pki::Name>{};
    return pki::parse_wanted_names(texts);
}

void add_subject_options(CLI::App& verb, pki::Subject& subject) {
    verb.add_option("--org", subject.organization, "The organization's name");
    verb.add_option("--unit", subject.unit, "A part of the organization");
    verb.add_option("--city", subject.city, "Where it is");
    verb.add_option("--state", subject.state, "State or province, written out");
    verb.add_option("--country", subject.country, "Two letters: DE, FR, US …");
}

namespace {

Exit report(const Error& error, Exit code) {
    std::fputs(fmt::format("rhumb: {}\n", error.message).c_str(), stderr);
    return code;
}

}  // namespace

Exit wrong_usage(const Error& error) { return report(error, Exit::usage); }

Exit refused(const Error& error) { return report(error, Exit::refused); }

void print_findings(std::span<const pki::Finding> findings) {
    for (const auto& finding : findings)
        std::fputs(fmt::format("{}: {} ({}). {}\n", pki::to_text(finding.severity),
                               finding.sentence, finding.id, finding.remedy)
                       .c_str(),
                   stderr);
}

void print_notes(std::span<const std::string> notes) {
    for (const auto& note : notes) std::fputs(fmt::format("note: {}\n", note).c_str(), stderr);
}

nlohmann::ordered_json to_json(std::span<const pki::Finding> findings) {
    auto all = nlohmann::ordered_json::array();
    for (const auto& finding : findings)
        all.push_back({{"id", finding.id},
                       {"severity", pki::to_text(finding.severity)},
                       {"sentence", finding.sentence},
                       {"remedy", finding.remedy}});
    return all;
}

}  // namespace rhumb::cli
