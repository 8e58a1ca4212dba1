#pragma once
/// The contract of custom providers as text: what is asked and what is answered, one JSON object
/// each (docs/formats/custom-provider.schema.json). Pure. Answers are foreign: they are read
/// strictly, and within bounds.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identity/role_store.h"
#include "identity/user_store.h"

namespace rhumb::providers::custom {

inline constexpr int contract_version = 1;
inline constexpr std::size_t answer_bytes_max = std::size_t{1} << 20U;
inline constexpr std::size_t answer_nesting_max = 6;
inline constexpr std::size_t users_max = 1'000;   ///< in one answer
inline constexpr std::size_t roles_max = 10'000;  ///< in one answer; members of one role
inline constexpr std::size_t password_bytes_max = 4'096;

/// What is asked; the answer has to repeat `id`. No line break is in `text`.
struct Question {
    std::string id{};
    std::string text{};
};

/// What a provider says of itself.
struct Hello {
    std::string software{};          ///< "county register 2.1"
    std::vector<std::string> can{};  ///< which questions it answers

    bool has(std::string_view question) const;
};

/// Names and passwords are UTF-8, else `invalid`.
Question hello(std::string id);
Result<Question> find(std::string id, std::string_view user);
Result<Question> sign_in(std::string id, std::string_view user, std::string_view password);
Result<Question> list_users(std::string id, const identity::Page& page);
Result<Question> roles_of(std::string id, std::string_view user);
Question list_roles(std::string id);

/// The answers, each to `question`. `unavailable`: what came is no answer to it, or the provider
/// says that it cannot tell now. `invalid`: it does not answer this question.
Result<Hello> read_hello(std::string_view answer, const Question& question);
Result<std::optional<identity::User>> read_found(std::string_view answer, const Question& question,
                                                 std::string_view user);
Result<identity::SignIn> read_sign_in(std::string_view answer, const Question& question,
                                      std::string_view user);
/// By name, behind `page.after`, not more than wanted; names that cannot be names here are left
/// out.
Result<std::vector<identity::User>> read_users(std::string_view answer, const Question& question,
                                               const identity::Page& page);
/// Sorted, each once, without those that cannot be names here.
Result<std::vector<std::string>> read_roles_of(std::string_view answer, const Question& question);
/// The same; privileges are for the caller to add.
Result<std::vector<identity::Role>> read_roles(std::string_view answer, const Question& question);

}  // namespace rhumb::providers::custom
