/// Tokens: issued, looked at, revoked. A token's text is said once, to who had it issued.

#include "manager/facts.h"
#include "manager/resources.h"

namespace rhumb::manager {

namespace {

using identity::TokenBinding;

Json to_json(const TokenBinding& binding) {
    switch (binding.kind) {
        case TokenBinding::Kind::none: return nullptr;
        case TokenBinding::Kind::referer: return {{"kind", "referer"}, {"value", binding.value}};
        case TokenBinding::Kind::ip: return {{"kind", "ip"}, {"value", binding.value}};
    }
    return nullptr;
}

Json to_json(const identity::TokenFacts& facts) {
    return {{"id", facts.id},
            {"user", facts.user},
            {"binding", to_json(facts.binding)},
            {"issued", to_iso(facts.issued)},
            {"expires", to_iso(facts.expires)}};
}

/// Whoever has a token is treated as this user: so there must be one, who may come in.
Result<std::string> active_user(const Call& call, const std::string& name) {
    TRY(const auto person, call.parts.access.people.load(name));
    if (person == nullptr) return fail(ErrorKind::not_found, "there is no user «{}»", name);
    if (!person->is_active(call.now))
        return fail(ErrorKind::conflict, "the user «{}» is disabled or has expired", name);
    return person->name;
}

Result<Answer> issue(const Call& call) {
    const auto settings = call.parts.access.settings->get();
    const auto minutes = call.body.value("minutes", settings->tokens.short_minutes.count());
    const std::chrono::minutes lifetime{std::min(minutes, settings->tokens.long_minutes.count())};
    TokenBinding binding;
    const bool is_to_referer = call.body.contains("referer");
    if (is_to_referer && call.body.contains("ip"))
        return fail(ErrorKind::invalid,
                    "a token is bound to a referer or to an address, not to both");
    if (is_to_referer) binding = {TokenBinding::Kind::referer, text_of(call.body, "referer")};
    if (call.body.contains("ip")) binding = {TokenBinding::Kind::ip, text_of(call.body, "ip")};
    TRY(const auto user, active_user(call, text_of(call.body, "user")));
    TRY(const auto token, call.parts.access.tokens.issue(user, binding, lifetime, call.actor));
    auto body = to_json(token.facts);
    body["token"] = token.text;
    return Answer{.body = std::move(body)};
}

Result<Answer> inspect(const Call& call) {
    const auto check = call.parts.access.tokens.inspect(text_of(call.body, "token"));
    return Answer{
        .body = {{"good", check.is_good()},
                 {"fault", check.is_good() ? Json(nullptr) : Json(identity::to_text(check.fault))},
                 {"facts", check.facts ? to_json(*check.facts) : Json(nullptr)}}};
}

Result<Answer> revoke(const Call& call) {
    auto& tokens = call.parts.access.tokens;
    const auto chosen = call.body.size();
    if (chosen != 1) return fail(ErrorKind::invalid, "say one of «token», «user» and «all»");
    if (call.body.contains("token")) {
        TRY_DONE(tokens.revoke(text_of(call.body, "token"), call.actor));
    } else if (call.body.contains("user")) {
        TRY_DONE(tokens.revoke_of(text_of(call.body, "user"), call.actor));
    } else if (call.body["all"].get<bool>()) {
        TRY_DONE(tokens.revoke_all(call.actor));
    } else {
        return fail(ErrorKind::invalid, "«all» is to be true");
    }
    return Answer{};
}

Result<Answer> revoke_of_user(const Call& call) {
    TRY_DONE(call.parts.access.tokens.revoke_of(call.at("name"), call.actor));
    return Answer{};
}

std::vector<Member> fact_members() {
    return {{"id", text("Names the token without being it.", 32)},
            {"user", text("")},
            {"binding",
             or_null(facts("From where it counts; null: from anywhere.",
                           {{"kind", word("", {"referer", "ip"})}, {"value", text("", 512)}}))},
            {"issued", moment("")},
            {"expires", moment("")}};
}

}  // namespace

void add_tokens(Table& table) {
    using http::Method;
    table.define("TokenFacts", facts("What a token says of itself.", fact_members()));
    auto issued = fact_members();
    issued.push_back({"token", text("To be kept by who uses it; it is said this once.", 4'096)});
    table.define("IssuedToken", facts("A new token.", std::move(issued)));
    table.define(
        "NewToken",
        object("", {{"user", text("Who has it counts as this user.", 128), true},
                    {"minutes", count("How long it is good: the configuration's short time "
                                      "if left out, its long one at most.",
                                      1, 100'000'000)},
                    {"referer", text("It counts with this Referer or Origin.", 512)},
                    {"ip", text("It counts from this address.", 64)}}));
    table.define("TokenText", object("", {{"token", text("", 8'192), true}}));
    table.define("TokenLook",
                 facts("", {{"good", boolean("Nothing is wrong with it (its user may be "
                                             "gone, though).")},
                            {"fault", or_null(text("What is wrong."))},
                            {"facts", or_null(reference("TokenFacts"))}}));
    table.define("Revocation",
                 object("One of these.", {{"token", text("The token, or its id.", 8'192)},
                                          {"user", text("All of that user's until now.", 128)},
                                          {"all", boolean("All there are until now.")}}));
    table.add({.method = Method::post,
               .path = "/tokens",
               .id = "issueToken",
               .summary = "Issue a token",
               .step = "issuing a token",
               .body = "NewToken",
               .success = 201,
               .answer = "IssuedToken",
               .cost = Route::Cost::long_,  // the user may be in a place outside
               .act = issue});
    table.add({.method = Method::post,
               .path = "/tokens/inspect",
               .id = "inspectToken",
               .summary = "What a token says of itself",
               .step = "looking at a token",
               .body = "TokenText",
               .answer = "TokenLook",
               .act = inspect});
    table.add({.method = Method::post,
               .path = "/tokens/revoke",
               .id = "revokeTokens",
               .summary = "Revoke a token, all of a user, or all",
               .step = "revoking tokens",
               .body = "Revocation",
               .success = 204,
               .act = revoke});
    table.add({.method = Method::post,
               .path = "/users/{name}/tokens/revoke",
               .id = "revokeTokensOfUser",
               .summary = "Revoke all tokens of a user",
               .step = "revoking tokens",
               .success = 204,
               .act = revoke_of_user});
}

}  // namespace rhumb::manager
