#pragma once
/// What the doctor finds. docs/doctor.md lists all rules.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pki/lint.h"

namespace rhumb::doctor {

using pki::Severity;

/// One thing that is wrong, or good to know, about one thing.
struct Finding {
    std::string id;  ///< stable: "tls.version.old"; of a Rule, or of pki's lint_rules()
    Severity severity = Severity::note;
    std::string about{};     ///< what it is about: "https://gis.example.org:8443", "192.0.2.7:443"
    std::string sentence{};  ///< what is so, one plain sentence
    std::string remedy{};    ///< what to do, one sentence
    std::string command{};   ///< that mends it, to be typed in a shell; "" when there is none

    bool operator==(const Finding&) const = default;
};

/// One kind of finding, for documentation and tests. Each file of judgements has a table of its
/// own.
struct Rule {
    std::string_view id;
    Severity severity;
    std::string_view summary;  ///< what it finds, a phrase
    std::string_view remedy;   ///< the usual one, a sentence
};

/// A finding by a rule, with the rule's severity and remedy.
Finding found(const Rule& rule, std::string about, std::string sentence);

/// The rule of `rules` with this id; the program ends when there is none (a fault of the program).
const Rule& rule(std::span<const Rule> rules, std::string_view id);

/// The sentence with a capital letter where it begins with a word, and a full stop.
std::string as_sentence(std::string_view text);

/// Errors first, then warnings, then notes; else in the order they had. Equal ones once.
void put_in_order(std::vector<Finding>& findings);

/// True when one of them is an error: then the doctor ends with exit code 3.
bool has_error(std::span<const Finding> findings);

}  // namespace rhumb::doctor
