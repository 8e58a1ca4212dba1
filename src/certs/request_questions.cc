#include "certs/request_questions.h"

#include <array>

#include "base/text.h"
#include "pki/wanted_names.h"

namespace rhumb::certs {

namespace {

constexpr std::array<std::string_view, 5> key_types{"ec-p256", "ec-p384", "rsa-2048", "rsa-3072",
                                                    "rsa-4096"};

constexpr std::array<Question, 9> questions{{
    {.field = "names",
     .title = "Names",
     .text = "Under which names and addresses will people reach the server?",
     .hint = "All of them, with blanks between: gis.example.org www.example.org",
     .usual = "",
     .is_required = true},
    {.field = "name",
     .title = "Called",
     .text = "What shall the certificate be called here?",
     .hint = "A short word for commands; nothing: the first of the names",
     .usual = ""},
    {.field = "friendly_name",
     .title = "Friendly name",
     .text = "Is there a name for people to know it by?",
     .hint = "Any text: Map server of the harbour office",
     .usual = ""},
    {.field = "key_type",
     .title = "Key",
     .text = "Which kind of key?",
     .hint = "ec-p256 unless your authority or an old client asks for RSA",
     .usual = "ec-p256",
     .choices = key_types},
    {.field = "organization",
     .title = "Organization",
     .text = "The legal name of the organization?",
     .hint = "Only where the authority asks for it",
     .usual = ""},
    {.field = "unit",
     .title = "Unit",
     .text = "Which part of the organization?",
     .hint = "Most authorities leave it out today",
     .usual = ""},
    {.field = "city", .title = "City", .text = "City or place?", .hint = "", .usual = ""},
    {.field = "state",
     .title = "State",
     .text = "State or province?",
     .hint = "Written out",
     .usual = ""},
    {.field = "country",
     .title = "Country",
     .text = "Country?",
     .hint = "Two letters: DE, FR, US",
     .usual = ""},
}};

std::vector<std::string> words(std::string_view text) {
    std::string spaced{text};
    for (char& c : spaced)
        if (c == ',' || c == ';' || c == '\t') c = ' ';
    std::vector<std::string> found;
    for (const auto part : text::split(spaced, ' '))
        if (!part.empty()) found.emplace_back(part);
    return found;
}

/// The field of the subject, or null.
std::string* subject_field(pki::Subject& subject, std::string_view field) {
    if (field == "organization") return &subject.organization;
    if (field == "unit") return &subject.unit;
    if (field == "city") return &subject.city;
    if (field == "state") return &subject.state;
    if (field == "country") return &subject.country;
    return nullptr;
}

Result<void> take_subject(RequestOrder& order, std::string& field, std::string_view answer) {
    const auto before = std::exchange(field, std::string{answer});
    auto checked = pki::check_subject(order.subject);
    if (checked) {
        order.subject = *std::move(checked);
        return {};
    }
    field = before;
    return tl::unexpected(std::move(checked).error());
}

std::string text_of(const RequestOrder& order, std::string_view field) {
    if (field == "names") return text::join(pki::to_texts(order.names), ", ");
    if (field == "name") return order.name;
    if (field == "friendly_name") return order.friendly_name;
    if (field == "key_type") return std::string{pki::to_text(order.key_type)};
    auto subject = order.subject;
    const auto* const text = subject_field(subject, field);
    return text == nullptr ? "" : *text;
}

}  // namespace

std::span<const Question> request_questions() { return questions; }

Result<void> take_answer(RequestOrder& order, const Question& question, std::string_view answer) {
    answer = text::trim(answer);
    if (answer.empty()) answer = question.usual;
    if (answer.empty() && question.is_required)
        return fail(ErrorKind::invalid, "this one cannot be left out");
    if (question.field == "names") {
        TRY(order.names, pki::parse_wanted_names(words(answer)));
    } else if (question.field == "key_type") {
        TRY(order.key_type, pki::parse_key_type(answer));
    } else if (question.field == "name") {
        order.name = answer;
    } else if (question.field == "friendly_name") {
        order.friendly_name = answer;
    } else if (auto* const field = subject_field(order.subject, question.field)) {
        return take_subject(order, *field, answer);
    }
    return {};
}

std::vector<std::pair<std::string, std::string>> summary_of(const RequestOrder& order) {
    std::vector<std::pair<std::string, std::string>> lines;
    for (const auto& question : questions)
        if (auto text = text_of(order, question.field); !text.empty())
            lines.emplace_back(question.title, std::move(text));
    return lines;
}

}  // namespace rhumb::certs
