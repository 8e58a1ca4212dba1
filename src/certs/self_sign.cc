#include "certs/self_sign.h"

#include "certs/completion.h"
#include "certs/inventory.h"
#include "certs/recording.h"
#include "pki/issue.h"

namespace rhumb::certs {

namespace {

constexpr std::string_view step = "signing";

Result<void> check_order(const SelfSignOrder& order) {
    if (order.names.empty())
        return fail(ErrorKind::invalid,
                    "a self-signed certificate needs at least one host name or address (--name)");
    if (order.lifetime < std::chrono::days{1})
        return fail(ErrorKind::invalid, "a self-signed certificate lives at least one day");
    if (order.lifetime <= pki::server_lifetime_max || order.may_outlive_clients) return {};
    return fail(ErrorKind::invalid,
                "a certificate that lives {} days is refused by Apple's clients, and by others "
                "that follow them: 825 days are their limit, also for authorities of one's own. "
                "Take 825 days or less, or say that only old clients will use it (--over-825-days)",
                order.lifetime.count());
}

}  // namespace

Result<Staged> stage_self_signed(storage::Store& store, const SelfSignOrder& order) {
    TRY_DONE(check_order(order));
    const auto name = name_for(order.name, order.subject, order.names);
    TRY(const auto replaces, find_replaceable(store, name, order.may_replace));
    TRY(auto key, pki::Key::generate(order.key_type));
    pki::IssueOptions options;
    options.usage = pki::Usage::server;
    options.common_name = order.subject.common_name;
    options.names = order.names;
    options.now = order.now;
    options.lifetime = order.lifetime;
    options.subject = order.subject;
    options.is_for_old_clients = order.may_outlive_clients;
    TRY(const auto certificate, pki::issue_self_signed(options, key));
    TRY(auto chain, pki::Chain::make({certificate}));
    auto findings = pki::lint(chain, {.now = order.now,
                                      .audience = pki::Audience::private_authority,
                                      .names = order.names,
                                      .roots = {}});
    TRY_DONE(check_findings(step, certificate, findings, order.may_outlive_clients));
    return Staged{.what = "certificate.self-signed",
                  .certificate = {.name = name,
                                  .origin = storage::Origin::self_signed,
                                  .chain = std::move(chain),
                                  .key = std::move(key),
                                  .friendly_name = order.friendly_name},
                  .replaces = replaces,
                  .request = {},
                  .findings = std::move(findings),
                  .notes = {}};
}

Result<Change> self_sign(storage::Store& store, const crypto::Seal& seal,
                         const SelfSignOrder& order, const Actor& actor) {
    TRY(const auto staged, stage_self_signed(store, order));
    return certs::store(store, seal, staged, actor, order.now);
}

}  // namespace rhumb::certs
