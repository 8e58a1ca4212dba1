#pragma once
/// What the verbs of `rhumb cert` share: files and names of the command line, and how an outcome is
/// told.

#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "certs/actor.h"
#include "cli/context.h"
#include "pki/bag.h"
#include "pki/lint.h"
#include "pki/names.h"
#include "pki/subject.h"

namespace CLI {
class App;
}

namespace rhumb::cli {

/// Who runs the command, for the audit trail of certificates.
certs::Actor actor(const Context& context);

/// Files that were named on the command line, as they were read.
class Files {
public:
    /// All of them; "-" is standard input. The error names the file.
    static Result<Files> read(const std::vector<std::string>& names);

    /// Views of them, for as long as this lives.
    std::vector<pki::BagFile> bag() const;

private:
    std::vector<std::string> names_;
    std::vector<std::string> bytes_;
};

/// DNS names and addresses as people write them, sorted, each once.
Result<std::vector<pki::Name>> wanted_names(const std::vector<std::string>& texts);

/// --org, --unit, --city, --state and --country of a verb. `subject` outlives the parsing.
void add_subject_options(CLI::App& verb, pki::Subject& subject);

/// Prints the error and gives the exit code: the command line is wrong, or a check says no.
Exit wrong_usage(const Error& error);
Exit refused(const Error& error);

/// Findings and notes for a person, on standard error: facts alone go to standard output.
void print_findings(std::span<const pki::Finding> findings);
void print_notes(std::span<const std::string> notes);
nlohmann::ordered_json to_json(std::span<const pki::Finding> findings);

}  // namespace rhumb::cli
