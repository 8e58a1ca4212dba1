/// Roles: what users may, together; and who has them.

#include "manager/facts.h"
#include "manager/places.h"
#include "manager/resources.h"

namespace rhumb::manager {

namespace {

using identity::Member;
using identity::Role;

Json to_json(const Role& role) {
    return {{"name", role.name},
            {"description", role.description},
            {"privilege", identity::to_text(role.privilege)},
            {"users", role.users},
            {"roles", role.roles}};
}

Result<Role> get(const Places& places, std::string_view name) {
    TRY(const auto roles, places.roles().list());
    for (const auto& role : roles)
        if (text::iequals(role.name, name)) return role;
    return fail(ErrorKind::not_found, "there is no role «{}»", name);
}

Result<Answer> list_roles(const Call& call) {
    TRY(const auto places, Places::of(call));
    TRY(const auto roles, places.roles().list());
    return page_of(
        roles, call, [](const Role& role) { return role.name; },
        [](const Role& role) { return to_json(role); });
}

Result<Answer> show(const Call& call) {
    TRY(const auto places, Places::of(call));
    TRY(const auto role, get(places, call.at("name")));
    return Answer{.body = to_json(role)};
}

Result<void> take(const Json& body, Role& role) {
    role.description = text_of(body, "description");
    TRY(role.privilege, identity::to_privilege(text_of(body, "privilege", "view")));
    return {};
}

Result<Answer> add(const Call& call) {
    Role role{.name = text_of(call.body, "name")};
    TRY_DONE(take(call.body, role));
    TRY(const auto places, Places::of(call));
    TRY(auto* const editor, places.role_editor());
    TRY_DONE(editor->add(role, call.actor));
    TRY(const auto added, get(places, role.name));
    return Answer{.body = to_json(added),
                  .location = "/roles/" + text::percent_encode(added.name) + store_query(call)};
}

Result<Answer> change(const Call& call) {
    TRY(const auto places, Places::of(call));
    TRY(auto role, get(places, call.at("name")));
    const auto was = role.name;
    role.name = text_of(call.body, "name", was);
    TRY_DONE(take(call.body, role));
    TRY(auto* const editor, places.role_editor());
    TRY_DONE(editor->update(was, role, call.actor));
    call.parts.access.people.forget();
    TRY(const auto changed, get(places, role.name));
    return Answer{.body = to_json(changed)};
}

Result<Answer> remove(const Call& call) {
    TRY(const auto places, Places::of(call));
    TRY(auto* const editor, places.role_editor());
    TRY_DONE(editor->remove(call.at("name"), call.actor));
    call.parts.access.people.forget();
    return Answer{};
}

/// "/roles/{name}/members/{member}": "user:ann", "role:planners".
Result<Answer> give(const Call& call) {
    TRY(const auto member, identity::to_member(call.at("member")));
    TRY(const auto places, Places::of(call));
    TRY(auto* const editor, places.role_editor());
    TRY(const bool is_new, editor->give(call.at("name"), member, call.actor));
    (void)is_new;  // who has it already keeps it: PUT may come twice
    call.parts.access.people.forget();
    return Answer{};
}

Result<Answer> take_back(const Call& call) {
    TRY(const auto member, identity::to_member(call.at("member")));
    TRY(const auto places, Places::of(call));
    TRY(auto* const editor, places.role_editor());
    TRY(const bool had_it, editor->take(call.at("name"), member, call.actor));
    if (!had_it)
        return fail(ErrorKind::not_found, "{} does not have the role «{}»",
                    identity::to_text(member), call.at("name"));
    call.parts.access.people.forget();
    return Answer{};
}

Json privilege_schema() { return word("What it lets do here.", {"view", "publish", "administer"}); }

}  // namespace

void add_roles(Table& table) {
    using http::Method;
    table.define("Role", facts("What users may, together.",
                               {{"name", text("Compared without regard to ASCII case.", 128)},
                                {"description", text("")},
                                {"privilege", privilege_schema()},
                                {"users", list("Who has it by name.", text(""))},
                                {"roles", list("Whose holders have it too.", text(""))}}));
    table.define_list("Roles", "Role");
    table.define("NewRole", object("", {{"name", text("As names of users.", 128), true},
                                        {"description", text("A line.")},
                                        {"privilege", privilege_schema()}}));
    table.define("ChangedRole", object("", {{"name", text("Another one is a rename.", 128)},
                                            {"description", text("A line.")},
                                            {"privilege", privilege_schema()}}));
    table.add({.method = Method::get,
               .path = "/roles",
               .id = "listRoles",
               .summary = "List roles by name",
               .step = "listing roles",
               .query = {store_parameter()},
               .answer = "Roles",
               .is_listed = true,
               .act = list_roles});
    table.add({.method = Method::post,
               .path = "/roles",
               .id = "addRole",
               .summary = "Add a role",
               .step = "adding a role",
               .query = {store_parameter()},
               .body = "NewRole",
               .success = 201,
               .answer = "Role",
               .act = add});
    table.add({.method = Method::get,
               .path = "/roles/{name}",
               .id = "getRole",
               .summary = "A role and its members",
               .step = "looking at a role",
               .query = {store_parameter()},
               .answer = "Role",
               .act = show});
    table.add({.method = Method::put,
               .path = "/roles/{name}",
               .id = "changeRole",
               .summary = "Change a role: what is left out is empty afterwards; its members stay",
               .step = "changing a role",
               .query = {store_parameter()},
               .body = "ChangedRole",
               .answer = "Role",
               .needs_match = true,
               .act = change});
    table.add({.method = Method::delete_,
               .path = "/roles/{name}",
               .id = "removeRole",
               .summary = "Remove a role; its members lose it",
               .step = "removing a role",
               .query = {store_parameter()},
               .success = 204,
               .act = remove});
    table.add({.method = Method::put,
               .path = "/roles/{name}/members/{member}",
               .id = "giveRole",
               .summary = "Give a role to user:NAME, or to all who have role:NAME",
               .step = "giving a role",
               .query = {store_parameter()},
               .success = 204,
               .act = give});
    table.add({.method = Method::delete_,
               .path = "/roles/{name}/members/{member}",
               .id = "takeRole",
               .summary = "Take a role back",
               .step = "taking a role back",
               .query = {store_parameter()},
               .success = 204,
               .act = take_back});
}

}  // namespace rhumb::manager
