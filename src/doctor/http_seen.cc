#include "doctor/http_seen.h"

#include "base/text.h"

namespace rhumb::doctor {

std::string media_type_of(const fetch::Answer& answer) {
    const auto* const type = answer.find("content-type");
    if (type == nullptr) return {};
    return text::to_lower(text::trim(std::string_view{*type}.substr(0, type->find(';'))));
}

std::optional<Page> page_of(const fetch::Answer& answer) {
    const auto type = media_type_of(answer);
    if (type != "text/html" && type != "application/xhtml+xml") return {};
    return read_page(answer.body);
}

void Walk::keep_page() {
    kept.reset();
    if (auto read = page()) kept = std::make_shared<const Page>(*std::move(read));
}

std::optional<Page> Walk::page() const {
    if (kept) return *kept;
    const auto* const answer = final_answer();
    if (answer == nullptr || answer->status < 200 || answer->status > 299) return {};
    return page_of(*answer);
}

}  // namespace rhumb::doctor
