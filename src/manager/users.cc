/// Users: who may sign in. Passwords go in and never come out.

#include "manager/facts.h"
#include "manager/places.h"
#include "manager/resources.h"

namespace rhumb::manager {

namespace {

using identity::User;

std::string state_of(const User& user, Seconds now) {
    if (user.disabled) return "disabled";
    if (user.expires && *user.expires <= now) return "expired";
    return user.has_password ? "active" : "without-password";
}

Json to_json(const User& user, const std::vector<identity::Role>& roles, Seconds now) {
    const auto standing = identity::standing_by(roles, user.name);
    return {{"name", user.name},
            {"full_name", user.full_name},
            {"email", user.email},
            {"description", user.description},
            {"state", state_of(user, now)},
            {"has_password", user.has_password},
            {"password_changed", json_of(user.password_changed)},
            {"created", to_iso(user.created)},
            {"disabled", json_of(user.disabled)},
            {"expires", json_of(user.expires)},
            {"roles", standing.roles},
            {"privilege", identity::to_text(standing.privilege)}};
}

Result<User> get(const Call& call, const Places& places) {
    TRY(auto user, places.users().find(call.at("name")));
    if (!user) return fail(ErrorKind::not_found, "there is no user «{}»", call.at("name"));
    return *std::move(user);
}

Result<Answer> list_users(const Call& call) {
    const auto limit = limit_of(call);
    TRY(const auto places, Places::of(call));
    TRY(auto users, places.users().list({.contains = call.asked("contains"),
                                         .after = call.asked("after"),
                                         .count_max = limit + 1}));
    TRY(const auto roles, places.roles().list());
    Answer answer{.body = {{"items", Json::array()}, {"next", nullptr}}};
    if (users.size() > limit) {
        users.resize(limit);
        answer.next = users.back().name;
    }
    for (const auto& user : users) answer.body["items"].push_back(to_json(user, roles, call.now));
    return answer;
}

Result<Answer> show(const Call& call) {
    TRY(const auto places, Places::of(call));
    TRY(const auto user, get(call, places));
    TRY(const auto roles, places.roles().list());
    return Answer{.body = to_json(user, roles, call.now)};
}

Result<void> take(const Json& body, Seconds now, User& user) {
    user.full_name = text_of(body, "full_name");
    user.email = text_of(body, "email");
    user.description = text_of(body, "description");
    const bool is_disabled = body.value("disabled", false);
    if (is_disabled != user.disabled.has_value())
        user.disabled = is_disabled ? std::optional{now} : std::nullopt;
    TRY(user.expires, find_moment(body, "expires"));
    return {};
}

Result<Answer> add(const Call& call) {
    User user{.name = text_of(call.body, "name")};
    TRY_DONE(take(call.body, call.now, user));
    TRY(const auto places, Places::of(call));
    TRY(auto* const editor, places.user_editor(user.name));
    const auto password = call.body.value("password", std::string{});
    TRY_DONE(editor->add(
        user,
        call.body.contains("password") ? std::optional<std::string_view>{password} : std::nullopt,
        call.actor));
    call.parts.access.people.forget();
    TRY(const auto added, places.users().find(user.name));
    TRY(const auto roles, places.roles().list());
    if (!added) return fail(ErrorKind::conflict, "somebody has removed «{}» just now", user.name);
    return Answer{.body = to_json(*added, roles, call.now),
                  .location = "/users/" + text::percent_encode(added->name) + store_query(call)};
}

/// PUT says all of it: what is left out is empty afterwards.
Result<Answer> change(const Call& call) {
    TRY(const auto places, Places::of(call));
    TRY(auto user, get(call, places));
    const auto was = user.name;
    user.name = text_of(call.body, "name", was);
    TRY_DONE(take(call.body, call.now, user));
    TRY(auto* const editor, places.user_editor(was));
    TRY_DONE(editor->update(was, user, call.actor));
    call.parts.access.people.forget();
    TRY(const auto roles, places.roles().list());
    return Answer{.body = to_json(user, roles, call.now)};
}

Result<Answer> remove(const Call& call) {
    TRY(const auto places, Places::of(call));
    TRY(auto* const editor, places.user_editor(call.at("name")));
    TRY_DONE(editor->remove(call.at("name"), call.actor));
    call.parts.access.people.forget();
    return Answer{};
}

Result<Answer> set_password(const Call& call) {
    TRY(const auto places, Places::of(call));
    TRY(auto* const editor, places.user_editor(call.at("name")));
    const auto& given = call.body["password"];
    const auto password = given.is_null() ? std::string{} : given.get<std::string>();
    TRY_DONE(editor->set_password(
        call.at("name"), given.is_null() ? std::nullopt : std::optional<std::string_view>{password},
        call.actor));
    call.parts.access.people.forget();
    return Answer{};
}

Json new_user_schema(bool is_new) {
    std::vector<Member> members{
        {"name",
         text("1 to 128 bytes, without : ; , / \\ \" < >; a change of it is a rename.", 128),
         is_new},
        {"full_name", text("A line.")},
        {"email", text("An address.")},
        {"description", text("A line.")},
        {"disabled", boolean("True: does not get in; everything stays.")},
        {"expires", or_null(moment("From then on it counts as disabled; null: never."))}};
    if (is_new)
        members.push_back(
            {"password", text("10 characters at least. Left out: nobody gets in by one.", 1024)});
    return object(is_new ? "A user to be." : "All of a user that can be changed.",
                  std::move(members));
}

}  // namespace

void add_users(Table& table) {
    using http::Method;
    table.define("User",
                 facts("Somebody who may sign in.",
                       {{"name", text("Compared without regard to ASCII case.", 128)},
                        {"full_name", text("")},
                        {"email", text("")},
                        {"description", text("")},
                        {"state", word("", {"active", "disabled", "expired", "without-password"})},
                        {"has_password", boolean("")},
                        {"password_changed", or_null(moment(""))},
                        {"created", moment("")},
                        {"disabled", or_null(moment("Since then."))},
                        {"expires", or_null(moment("From then on it counts as disabled."))},
                        {"roles", list("Given, or by roles of roles.", text(""))},
                        {"privilege",
                         word("The highest of the roles.", {"view", "publish", "administer"})}}));
    table.define_list("Users", "User");
    table.define("NewUser", new_user_schema(true));
    table.define("ChangedUser", new_user_schema(false));
    table.define(
        "NewPassword",
        object("", {{"password",
                     or_null(text("10 characters at least; null: nobody gets in by one.", 1024)),
                     true}}));
    table.add(
        {.method = Method::get,
         .path = "/users",
         .id = "listUsers",
         .summary = "List users by name",
         .step = "listing users",
         .query = {{"contains", text("In the name or the full name.", 200)}, store_parameter()},
         .answer = "Users",
         .is_listed = true,
         .act = list_users});
    table.add({.method = Method::post,
               .path = "/users",
               .id = "addUser",
               .summary = "Add a user",
               .step = "adding a user",
               .query = {store_parameter()},
               .body = "NewUser",
               .success = 201,
               .answer = "User",
               .cost = Route::Cost::password,
               .act = add});
    table.add({.method = Method::get,
               .path = "/users/{name}",
               .id = "getUser",
               .summary = "A user",
               .step = "looking at a user",
               .query = {store_parameter()},
               .answer = "User",
               .act = show});
    table.add({.method = Method::put,
               .path = "/users/{name}",
               .id = "changeUser",
               .summary = "Change a user: what is left out is empty afterwards",
               .step = "changing a user",
               .query = {store_parameter()},
               .body = "ChangedUser",
               .answer = "User",
               .needs_match = true,
               .act = change});
    table.add({.method = Method::delete_,
               .path = "/users/{name}",
               .id = "removeUser",
               .summary = "Remove a user with all roles",
               .step = "removing a user",
               .query = {store_parameter()},
               .success = 204,
               .act = remove});
    table.add({.method = Method::put,
               .path = "/users/{name}/password",
               .id = "setPassword",
               .summary = "Give a user another password, or none",
               .step = "setting a password",
               .query = {store_parameter()},
               .body = "NewPassword",
               .success = 204,
               .cost = Route::Cost::password,
               .act = set_password});
}

}  // namespace rhumb::manager
