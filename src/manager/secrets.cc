/// Secrets that the configuration names: values go in and never come out.

#include "providers/secrets.h"

#include "config/secret_place.h"
#include "manager/facts.h"
#include "manager/resources.h"

namespace rhumb::manager {

namespace {

std::vector<std::string> used_by(const Call& call, std::string_view name) {
    return config::providers_with_secret(*call.parts.access.settings->get(), name);
}

Json to_json(const Call& call, const storage::SecretRecord& secret) {
    return {{"name", secret.name},
            {"created", to_iso(secret.created)},
            {"changed", to_iso(secret.changed)},
            {"used_by", used_by(call, secret.name)}};
}

Result<Answer> list_secrets(const Call& call) {
    TRY(const auto secrets, call.parts.access.store.read(
                                [](const storage::View& view) { return storage::secrets(view); }));
    return page_of(
        secrets, call, [](const auto& secret) { return secret.name; },
        [&](const auto& secret) { return to_json(call, secret); });
}

Result<Answer> show(const Call& call) {
    TRY(const auto secret, call.parts.access.store.read([&](const storage::View& view) {
        return storage::find_secret(view, call.at("name"));
    }));
    if (!secret) return fail(ErrorKind::not_found, "there is no secret «{}»", call.at("name"));
    return Answer{.body = to_json(call, *secret)};
}

Result<Answer> set(const Call& call) {
    auto value = call.body.at("value").get<std::string>();
    const auto is_new = providers::set_secret(call.parts.access.store, call.parts.access.seal,
                                              call.at("name"), value, call.actor, call.now);
    crypto::wipe(value.data(), value.size());
    if (!is_new) return tl::unexpected(is_new.error());
    return show(call);
}

Result<Answer> remove(const Call& call) {
    const auto users = used_by(call, call.at("name"));
    if (!users.empty() && call.asked("needed") != "yes")
        return fail(ErrorKind::conflict,
                    "the secret «{}» is needed by {}: nobody there could be asked any more. Change "
                    "the configuration first, or say needed=yes",
                    call.at("name"), text::join(users, ", "));
    TRY_DONE(
        providers::remove_secret(call.parts.access.store, call.at("name"), call.actor, call.now));
    return Answer{};
}

}  // namespace

void add_secrets(Table& table) {
    using http::Method;
    table.define(
        "Secret",
        facts("A password or key for another server, sealed in the store. Its value is not told.",
              {{"name", text("As the configuration has it behind `store:`.", 100)},
               {"created", moment("")},
               {"changed", moment("")},
               {"used_by", list("Providers that need it.", text(""))}}));
    table.define_list("Secrets", "Secret");
    table.define(
        "SecretValue",
        object("", {{"value", text("One line or more.", providers::secret_bytes_max), true}}));
    table.add({.method = Method::get,
               .path = "/secrets",
               .id = "listSecrets",
               .summary = "List secrets by name, without their values",
               .step = "listing secrets",
               .answer = "Secrets",
               .is_listed = true,
               .act = list_secrets});
    table.add({.method = Method::get,
               .path = "/secrets/{name}",
               .id = "getSecret",
               .summary = "A secret, without its value",
               .step = "looking at a secret",
               .answer = "Secret",
               .act = show});
    table.add({.method = Method::put,
               .path = "/secrets/{name}",
               .id = "setSecret",
               .summary = "Keep a secret, or put another value in its place",
               .step = "keeping a secret",
               .body = "SecretValue",
               .answer = "Secret",
               .act = set});
    table.add({.method = Method::delete_,
               .path = "/secrets/{name}",
               .id = "removeSecret",
               .summary = "Forget a secret",
               .step = "forgetting a secret",
               .query = {{"needed", word("Also one that a provider needs.", {"yes", "no"})}},
               .success = 204,
               .act = remove});
}

}  // namespace rhumb::manager
