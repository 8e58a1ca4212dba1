#include "manager/route.h"

#include "base/text.h"

namespace rhumb::manager {

Result<site::Home> Parts::home() const {
    if (config_file) return site::Home::in_file(*config_file);
    return site::Home::in_store(access.store, {}, {"rhumb", "server", "", access.clock.now()});
}

std::string Call::asked(std::string_view name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string{} : found->second;
}

std::optional<std::int64_t> Call::number(std::string_view name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::nullopt : text::to_integer(found->second);
}

void Table::define_list(const std::string& name, std::string_view of) {
    define(name, facts("Some of a list.",
                       {{"items", list("", reference(of))},
                        {"next", or_null(text("Where the next page begins: the value for `after`; "
                                              "null at the end.",
                                              2'000))}}));
}

}  // namespace rhumb::manager
