#pragma once
/// The questions of a request for a certificate, one after the other, as data: the command line and
/// the Manager ask the same.

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "certs/requests.h"

namespace rhumb::certs {

/// One question. All texts are for people.
struct Question {
    std::string_view field;                       ///< "names", "key_type", "organization" …
    std::string_view title;                       ///< a few words, for a form and for the summary
    std::string_view text;                        ///< the question itself
    std::string_view hint;                        ///< what an answer looks like; "": nothing to add
    std::string_view usual;                       ///< what an empty answer stands for; "": nothing
    std::span<const std::string_view> choices{};  ///< one of these; none: any text
    bool is_required = false;
};

/// In the order in which they are asked.
std::span<const Question> request_questions();

/// Puts an answer into the order. `invalid` says what is wrong with it, for asking again. An empty
/// answer to a question with nothing usual leaves the field empty.
Result<void> take_answer(RequestOrder& order, const Question& question, std::string_view answer);

/// What the order says to each question: title and text, without those left empty.
std::vector<std::pair<std::string, std::string>> summary_of(const RequestOrder& order);

}  // namespace rhumb::certs
