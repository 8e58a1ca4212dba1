/// Any bytes as an answer of a custom provider: they may be refused, but never crash, hang or leak;
/// what is taken keeps to the bounds, and nobody comes in as somebody else.

#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "providers/custom_messages.h"

namespace {

void check(bool is_kept) {
    if (!is_kept) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace rhumb;
    namespace custom = providers::custom;
    const std::string_view answer{reinterpret_cast<const char*>(data), size};
    const custom::Question question{.id = "msg_1", .text = ""};
    const identity::Page page{.contains = "", .after = "ann", .count_max = 5};

    if (const auto found = custom::read_found(answer, question, "ann"); found && *found)
        check(text::iequals((*found)->name, "ann"));
    if (const auto sign_in = custom::read_sign_in(answer, question, "ann"))
        check(!sign_in->is_accepted() || text::iequals(sign_in->user->name, "ann"));
    if (const auto users = custom::read_users(answer, question, page)) {
        check(users->size() <= page.count_max);
        for (const auto& user : *users) check(identity::check_user_name(user.name).has_value());
    }
    if (const auto roles = custom::read_roles_of(answer, question))
        for (const auto& role : *roles) check(identity::check_role_name(role).has_value());
    if (const auto roles = custom::read_roles(answer, question))
        for (const auto& role : *roles) check(identity::check_role_name(role.name).has_value());
    if (const auto hello = custom::read_hello(answer, question))
        check(hello->has("find") == hello->has("sign_in"));
    return 0;
}
