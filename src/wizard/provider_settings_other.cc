#include "wizard/setting_values.h"

namespace rhumb::wizard {

namespace {

using config::HttpProvider;
using config::OpenIdProvider;
using config::ProgramProvider;
using Kind = Field::Kind;

constexpr const char* about_roots =
    "PEM. Empty: those of this machine; `rhumb trust install` puts one there.";
constexpr const char* about_place =
    "\"store:NAME\" or \"file:/path\"; set by itself when a secret is typed.";

void add_claims(std::vector<Setting>& settings) {
    settings.push_back(setting(&OpenIdProvider::scopes,
                               {.id = "scopes",
                                .label = "Scopes to ask for",
                                .kind = Kind::list,
                                .help = "What Rhumb wants to know of a person; openid is needed.",
                                .is_rare = true}));
    const struct {
        std::string OpenIdProvider::*member;
        const char* id;
        const char* label;
        const char* help;
    } claims[] = {
        {&OpenIdProvider::name_claim, "name_claim", "Claim with a user's name",
         "preferred_username, email, upn …"},
        {&OpenIdProvider::full_name_claim, "full_name_claim", "Claim with the full name", "name"},
        {&OpenIdProvider::email_claim, "email_claim", "Claim with the address of mail", "email"},
    };
    for (const auto& claim : claims)
        settings.push_back(
            setting(claim.member,
                    {.id = claim.id, .label = claim.label, .help = claim.help, .is_rare = true}));
}

}  // namespace

void add_openid_settings(std::vector<Setting>& settings) {
    settings.push_back(setting(
        &OpenIdProvider::issuer,
        {.id = "issuer",
         .label = "Address of the provider (issuer)",
         .help = "What its documentation calls issuer: https://login.example.org/realms/gis.",
         .is_required = true}));
    settings.push_back(setting(
        &OpenIdProvider::client_id,
        {.id = "client_id",
         .label = "Client ID",
         .help = "What the provider calls Rhumb; it gives it when you register Rhumb there.",
         .is_required = true}));
    settings.push_back(
        setting(&OpenIdProvider::client_secret_from,
                {.id = "client_secret",
                 .label = "Client secret",
                 .kind = Kind::secret,
                 .help = "Comes with the client ID. Empty: Rhumb is a public client there. Kept "
                         "sealed in Rhumb's store, never in the configuration."}));
    settings.push_back(
        setting(&OpenIdProvider::client_secret_from, {.id = "client_secret_from",
                                                      .label = "Where that secret is",
                                                      .help = about_place,
                                                      .is_rare = true}));
    settings.push_back(
        setting(&OpenIdProvider::label,
                {.id = "label",
                 .label = "What stands on the button",
                 .help = "Completes «Sign in with …». Empty: what Rhumb calls the place."}));
    settings.push_back(setting(&OpenIdProvider::roles_claim,
                               {.id = "roles_claim",
                                .label = "Claim with the roles",
                                .help = "Where the provider lists somebody's roles: groups, roles; "
                                        "dots lead into objects: realm_access.roles (Keycloak)."}));
    add_claims(settings);
    settings.push_back(setting(&OpenIdProvider::recheck_minutes,
                               {.id = "recheck_minutes",
                                .label = "Minutes until the provider is asked anew",
                                .kind = Kind::number,
                                .help = "Who is locked out there is out here after that time.",
                                .is_rare = true}));
    settings.push_back(
        setting(&OpenIdProvider::roots_file, {.id = "roots_file",
                                              .label = "File with the root certificates to trust",
                                              .help = about_roots,
                                              .is_rare = true}));
}

void add_http_settings(std::vector<Setting>& settings) {
    settings.push_back(
        setting(&HttpProvider::url, {.id = "url",
                                     .label = "Address of the service",
                                     .help = "https://…, or http://127.0.0.1:… on this machine.",
                                     .is_required = true}));
    settings.push_back(
        setting(&HttpProvider::secret_from,
                {.id = "secret",
                 .label = "Secret that signs the requests",
                 .kind = Kind::secret,
                 .help = "The service has the same one and so knows that Rhumb asks. "
                         "`echo whsec_$(openssl rand -base64 32)` makes one. Kept sealed in "
                         "Rhumb's store, never in the configuration.",
                 .is_required = true}));
    settings.push_back(setting(&HttpProvider::secret_from, {.id = "secret_from",
                                                            .label = "Where that secret is",
                                                            .help = about_place,
                                                            .is_rare = true}));
    settings.push_back(
        setting(&HttpProvider::roots_file, {.id = "roots_file",
                                            .label = "File with the root certificates to trust",
                                            .help = about_roots,
                                            .is_rare = true}));
}

void add_program_settings(std::vector<Setting>& settings) {
    settings.push_back(setting(&ProgramProvider::command,
                               {.id = "command",
                                .label = "Program, with its arguments",
                                .kind = Kind::words,
                                .help = "An absolute path first. No shell reads it; quotes keep "
                                        "words with blanks together.",
                                .is_required = true}));
}

}  // namespace rhumb::wizard
