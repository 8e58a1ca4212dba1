#include "site/certificate_work.h"

namespace rhumb::site {

namespace {

Undo put_back(const Workshop& shop, storage::Id revision) {
    return [&shop, revision](std::string_view why) -> Result<void> {
        TRY_DONE(shop.home.rollback(revision,
                                    shop.change(fmt::format("back to {}: {}", revision, why))));
        return {};
    };
}

/// Binds what was made, where the work says so; the undo takes both back.
Result<Undo> bind_made(const Workshop& shop, const certs::Inventory& inventory, const Where& where,
                       Worked& worked, const Undo& undo) {
    const auto bound = [&]() -> Result<storage::Id> {
        TRY(const auto before, shop.home.current());
        TRY(const auto known, known_names(inventory));
        const BindOrder order{.where = {.site = where.site, .port = where.port},
                              .certificates = {worked.change.name}};
        TRY(worked.bound, site::bind(shop.home, order, known,
                                     shop.change(fmt::format("bind {}", worked.change.name))));
        return before.revision;
    }();
    if (!bound) {
        TRY_DONE(undo(bound.error().message));
        return tl::unexpected(Error{bound.error()}.within("binding it; nothing was changed"));
    }
    if (worked.bound->revision == 0) return undo;
    const auto unbind = put_back(shop, *bound);
    return Undo{[undo, unbind](std::string_view why) -> Result<void> {
        TRY_DONE(unbind(why));
        return undo(why);
    }};
}

}  // namespace

Result<std::vector<std::string>> known_names(const certs::Inventory& inventory) {
    TRY(const auto entries, inventory.list());
    std::vector<std::string> names;
    for (const auto& entry : entries) names.push_back(entry.record.name);
    return names;
}

Result<void> work(const Workshop& shop, const std::function<Result<certs::Change>()>& make,
                  const Where& where, Worked& worked) {
    const certs::Inventory inventory{shop.store, shop.seal};
    const Make make_and_bind = [&]() -> Result<Undo> {
        auto made = make();
        if (!made) {
            worked.was_refused =
                made.error().kind == ErrorKind::invalid || made.error().kind == ErrorKind::conflict;
            return tl::unexpected(std::move(made).error());
        }
        worked.change = *std::move(made);
        const Undo undo = [&](std::string_view why) -> Result<void> {
            if (worked.is_empty()) return {};
            return certs::undo(shop.store, worked.change, why, shop.actor, shop.clock.now());
        };
        if (!where.is_told()) return undo;
        return bind_made(shop, inventory, where, worked, undo);
    };
    TRY(worked.deployed, deploy({.inventory = inventory,
                                 .home = shop.home,
                                 .clock = shop.clock,
                                 .running = shop.running},
                                make_and_bind));
    TRY(worked.mirrors, certs::update_mirrors(shop.store, shop.seal, shop.actor, shop.clock.now()));
    return {};
}

Result<Deployed> work_on_bindings(const Workshop& shop,
                                  const std::function<Result<Rebound>()>& make) {
    const certs::Inventory inventory{shop.store, shop.seal};
    const Make make_and_undo = [&]() -> Result<Undo> {
        TRY(const auto before, shop.home.current());
        TRY(const auto bound, make());
        if (bound.revision == 0) return Undo{[](std::string_view) { return Result<void>{}; }};
        return put_back(shop, before.revision);
    };
    return deploy(
        {.inventory = inventory, .home = shop.home, .clock = shop.clock, .running = shop.running},
        make_and_undo);
}

}  // namespace rhumb::site
