#include <algorithm>

#include "config/provider_checks.h"
#include "config/readers.h"
#include "config/secret_place.h"

namespace rhumb::config {
namespace {

using std::chrono::minutes;

/// Arguments may be there twice, and may be empty.
void read_command(TableReader& reader, std::vector<std::string>& command) {
    const auto* const items = reader.take_list("command", "texts");
    if (items == nullptr) return;
    auto& report = reader.report();
    command.clear();
    for (const auto& item : *items) {
        if (item.kind != Node::Kind::text) {
            report.error(item.place, "command must have texts, in quotes, not {}",
                         item.kind_name());
            continue;
        }
        std::string text = item.text;
        const auto fault = command.empty() ? check_absolute_path(text) : check_line(text);
        if (!fault.empty()) report.error(item.place, "command {}", fault);
        command.push_back(std::move(text));
    }
    if (items->empty())
        report.error(reader.place_of("command"),
                     R"(command must name a program, as in ["/usr/local/bin/accounts"])");
}

}  // namespace

void read_kind(TableReader& reader, OpenIdProvider& settings) {
    reader.require("issuer", "issuer = \"https://login.example.org\"");
    reader.require("client_id", "client_id = \"rhumb\"");
    reader.read_unseen("issuer", settings.issuer, check_issuer);
    reader.read("client_id", settings.client_id, check_filled_line);
    reader.read_unseen("client_secret_from", settings.client_secret_from, check_secret_place);
    reader.read("label", settings.label, check_line);
    if (reader.read("scopes", settings.scopes, check_scope) &&
        std::ranges::find(settings.scopes, "openid") == settings.scopes.end())
        reader.report().error(reader.place_of("scopes"),
                              "scopes must have \"openid\" among them: else it is not OpenID");
    reader.read("name_claim", settings.name_claim, check_filled_line);
    reader.read("full_name_claim", settings.full_name_claim, check_filled_line);
    reader.read("email_claim", settings.email_claim, check_filled_line);
    reader.read("roles_claim", settings.roles_claim, check_line);
    reader.read("recheck_minutes", settings.recheck_minutes, minutes{1}, minutes{10'080});
    reader.read("roots_file", settings.roots_file, check_absolute_path);
}

void read_kind(TableReader& reader, HttpProvider& settings) {
    reader.require("url", "url = \"https://accounts.example.org/rhumb\"");
    reader.require("secret_from", "secret_from = \"store:accounts\" (rhumb secret set accounts)");
    reader.read_unseen("url", settings.url, check_service_url);
    reader.read_unseen("secret_from", settings.secret_from, check_secret_place);
    reader.read("roots_file", settings.roots_file, check_absolute_path);
}

void read_kind(TableReader& reader, ProgramProvider& settings) {
    reader.require("command", R"(command = ["/usr/local/bin/accounts"])");
    read_command(reader, settings.command);
}

}  // namespace rhumb::config
