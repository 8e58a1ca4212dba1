#include "providers/current.h"

#include <algorithm>
#include <utility>

#include "providers/in_use.h"

namespace rhumb::providers {

namespace {

using identity::Actor;
using identity::Page;
using identity::RoleStore;
using identity::SignIn;
using identity::Standing;
using identity::User;
using identity::UserStore;

/// What the embedded stores are remembered for, though they say when they change.
constexpr std::chrono::seconds remember_embedded{60};

/// In the place of a provider that could not be made.
class NoUsers final : public UserStore {
public:
    NoUsers(std::string name, std::string why) : name_{std::move(name)}, why_{std::move(why)} {}

    std::string name() const override { return name_; }
    Result<std::optional<User>> find(std::string_view /*name*/) const override { return no(); }
    Result<SignIn> sign_in(std::string_view /*name*/, std::string_view /*password*/) override {
        return no();
    }
    Result<std::vector<User>> list(const Page& /*page*/) const override { return no(); }
    identity::UserEditor* editor() override { return nullptr; }

private:
    tl::unexpected<Error> no() const { return fail(ErrorKind::unavailable, "{}", why_); }

    std::string name_;
    std::string why_;
};

class NoRoles final : public RoleStore {
public:
    NoRoles(std::string name, std::string why) : name_{std::move(name)}, why_{std::move(why)} {}

    std::string name() const override { return name_; }
    Result<std::vector<identity::Role>> list() const override { return no(); }
    Result<Standing> standing(std::string_view /*user*/) const override { return no(); }
    identity::RoleEditor* editor() override { return nullptr; }

private:
    tl::unexpected<Error> no() const { return fail(ErrorKind::unavailable, "{}", why_); }

    std::string name_;
    std::string why_;
};

}  // namespace

/// What is used together. Immutable.
struct Current::InForce {
    std::vector<std::shared_ptr<InUse>> providers{};
    // What of these is in use, refers to the ones above or to the embedded stores.
    std::unique_ptr<UserStore> no_users{};
    std::unique_ptr<RoleStore> no_roles{};
    std::unique_ptr<UserStore> mixed_users{};
    std::unique_ptr<RoleStore> mixed_roles{};
    UserStore* outside_users = nullptr;  // null: users are in the embedded store
    UserStore* users = nullptr;
    RoleStore* roles = nullptr;
    identity::BrowserSignIn* browser_sign_in = nullptr;
    std::chrono::seconds remember = remember_embedded;
    std::string fault{};  // why a provider is missing

    std::shared_ptr<InUse> find(const config::Provider& wanted) const {
        const auto found = std::ranges::find_if(
            providers, [&wanted](const auto& one) { return one->config() == wanted; });
        return found == providers.end() ? nullptr : *found;
    }
};

class Current::Users final : public UserStore, public identity::UserEditor {
public:
    explicit Users(const Snapshot<InForce>& in_force) : in_force_{in_force} {}

    std::string name() const override { return in_force_.get()->users->name(); }
    Result<std::optional<User>> find(std::string_view name) const override {
        const auto now = in_force_.get();
        return now->users->find(name);
    }
    Result<SignIn> sign_in(std::string_view name, std::string_view password) override {
        const auto now = in_force_.get();
        return now->users->sign_in(name, password);
    }
    Result<std::vector<User>> list(const Page& page) const override {
        const auto now = in_force_.get();
        return now->users->list(page);
    }
    bool is_near(std::string_view name) const override {
        const auto now = in_force_.get();
        return now->users->is_near(name);
    }
    identity::UserEditor* editor() override {
        return in_force_.get()->users->editor() == nullptr ? nullptr : this;
    }

    Result<void> add(const User& user, std::optional<std::string_view> password,
                     const Actor& actor) override {
        return change([&](auto& editor) { return editor.add(user, password, actor); });
    }
    Result<void> update(std::string_view name, const User& user, const Actor& actor) override {
        return change([&](auto& editor) { return editor.update(name, user, actor); });
    }
    Result<void> set_password(std::string_view name, std::optional<std::string_view> password,
                              const Actor& actor) override {
        return change([&](auto& editor) { return editor.set_password(name, password, actor); });
    }
    Result<void> remove(std::string_view name, const Actor& actor) override {
        return change([&](auto& editor) { return editor.remove(name, actor); });
    }

private:
    template <class Change>
    Result<void> change(const Change& change) const {
        const auto now = in_force_.get();
        auto* const editor = now->users->editor();
        if (editor == nullptr)
            return fail(ErrorKind::denied, "users are kept in «{}», and changed there",
                        now->users->name());
        return change(*editor);
    }

    const Snapshot<InForce>& in_force_;
};

class Current::Roles final : public RoleStore, public identity::RoleEditor {
public:
    explicit Roles(const Snapshot<InForce>& in_force) : in_force_{in_force} {}

    std::string name() const override { return in_force_.get()->roles->name(); }
    Result<std::vector<identity::Role>> list() const override {
        const auto now = in_force_.get();
        return now->roles->list();
    }
    Result<Standing> standing(std::string_view user) const override {
        const auto now = in_force_.get();
        return now->roles->standing(user);
    }
    bool is_near(std::string_view user) const override {
        const auto now = in_force_.get();
        return now->roles->is_near(user);
    }
    identity::RoleEditor* editor() override {
        return in_force_.get()->roles->editor() == nullptr ? nullptr : this;
    }

    Result<void> add(const identity::Role& role, const Actor& actor) override {
        return change<void>([&](auto& editor) { return editor.add(role, actor); });
    }
    Result<void> update(std::string_view name, const identity::Role& role,
                        const Actor& actor) override {
        return change<void>([&](auto& editor) { return editor.update(name, role, actor); });
    }
    Result<void> remove(std::string_view name, const Actor& actor) override {
        return change<void>([&](auto& editor) { return editor.remove(name, actor); });
    }
    Result<bool> give(std::string_view role, const identity::Member& to,
                      const Actor& actor) override {
        return change<bool>([&](auto& editor) { return editor.give(role, to, actor); });
    }
    Result<bool> take(std::string_view role, const identity::Member& from,
                      const Actor& actor) override {
        return change<bool>([&](auto& editor) { return editor.take(role, from, actor); });
    }

private:
    template <class T, class Change>
    Result<T> change(const Change& change) const {
        const auto now = in_force_.get();
        auto* const editor = now->roles->editor();
        if (editor == nullptr)
            return fail(ErrorKind::denied, "roles are kept in «{}», and changed there",
                        now->roles->name());
        return change(*editor);
    }

    const Snapshot<InForce>& in_force_;
};

namespace {

template <class InForce>
std::shared_ptr<InForce> embedded(const identity::LocalAdministrators& locals) {
    auto first = std::make_shared<InForce>();
    first->users = &locals.users();
    first->roles = &locals.roles();
    return first;
}

}  // namespace

Current::Current(const Surroundings& surroundings, const identity::LocalAdministrators& locals)
    : surroundings_{surroundings},
      locals_{locals},
      in_force_{embedded<InForce>(locals)},
      users_{std::make_unique<Users>(in_force_)},
      roles_{std::make_unique<Roles>(in_force_)} {}

Current::~Current() = default;

UserStore& Current::users() { return *users_; }
RoleStore& Current::roles() { return *roles_; }

std::shared_ptr<identity::BrowserSignIn> Current::browser_sign_in() const {
    const auto now = in_force_.get();
    return {now, now->browser_sign_in};
}

std::chrono::seconds Current::remember() const { return in_force_.get()->remember; }

Result<std::shared_ptr<InUse>> Current::get_provider(const config::Provider& wanted) const {
    const auto before = in_force_.get()->find(wanted);
    if (before) {
        TRY(const auto now_made_of, ingredients(wanted, surroundings_));
        if (now_made_of == before->made_of()) return before;
    }
    return InUse::make(wanted, surroundings_);
}

Result<Current::Pointer> Current::make(const config::Security& wanted, bool must_be_whole) const {
    auto made = embedded<InForce>(locals_);
    // Null without a provider of that name: then it is the own store, or a name of nothing, which
    // the checks of configurations let nobody write.
    const auto use = [&](const std::string& name) -> Result<std::shared_ptr<InUse>> {
        const auto* const config = wanted.find_provider(name);
        if (config == nullptr)
            return fail(ErrorKind::invalid, "there is no provider «{}» in the configuration", name);
        const auto same = made->find(*config);
        if (same) return same;
        TRY(auto provider, get_provider(*config));
        made->providers.push_back(provider);
        made->remember =
            std::min(made->providers.size() == 1 ? config->remember_seconds : made->remember,
                     config->remember_seconds);
        return provider;
    };
    const auto is_outside = [](const std::string& name) {
        return !name.empty() && name != config::embedded_provider;
    };

    if (is_outside(wanted.users)) {
        const auto provider = use(wanted.users);
        auto store = provider ? (*provider)->users() : tl::unexpected(provider.error());
        if (!store && must_be_whole) return tl::unexpected(std::move(store).error());
        if (!store) {
            made->fault = store.error().message;
            made->no_users = std::make_unique<NoUsers>(wanted.users, made->fault);
            store = made->no_users.get();
        } else {
            made->browser_sign_in = (*provider)->browser_sign_in();
        }
        made->outside_users = *store;
        made->mixed_users = identity::with_local_administrators(locals_, **store);
        made->users = made->mixed_users.get();
    }
    if (is_outside(wanted.roles)) {
        const auto provider = use(wanted.roles);
        auto store = provider ? (*provider)->roles() : tl::unexpected(provider.error());
        if (!store && must_be_whole) return tl::unexpected(std::move(store).error());
        if (!store) {
            made->fault = store.error().message;
            made->no_roles = std::make_unique<NoRoles>(wanted.roles, made->fault);
            store = made->no_roles.get();
        }
        made->mixed_roles = identity::with_local_administrators(locals_, **store);
        made->roles = made->mixed_roles.get();
    }
    return Pointer{std::move(made)};
}

Result<void> Current::take(const config::Security& wanted) {
    auto made = make(wanted, true);
    if (!made) return tl::unexpected(std::move(made).error());
    wanted_ = wanted;
    in_force_.replace(*std::move(made));
    ++in_use_;
    const std::lock_guard lock{fault_mutex_};
    fault_.clear();
    return {};
}

void Current::start_with(const config::Security& wanted) {
    auto made = make(wanted, false);
    if (!made) return;  // there is nothing it could fail by
    wanted_ = wanted;
    const std::lock_guard lock{fault_mutex_};
    fault_ = (*made)->fault;
    if (!fault_.empty())
        surroundings_.log.error("providers", "nobody but local administrators can sign in: {}",
                                fault_);
    in_force_.replace(*std::move(made));
    ++in_use_;
}

void Current::refresh() {
    const auto before = in_force_.get();
    const auto taken = make(wanted_, true);
    const std::lock_guard lock{fault_mutex_};
    const auto fault = taken ? std::string{} : taken.error().message;
    if (fault != fault_) {
        if (fault.empty())
            surroundings_.log.info("providers", "users and roles are again where they should be");
        else
            surroundings_.log.error("providers", "what was used goes on being used: {}", fault);
        fault_ = fault;
    }
    if (!taken) return;
    const bool is_same =
        before->fault.empty() && std::ranges::equal(before->providers, (*taken)->providers);
    if (is_same) return;
    surroundings_.log.info("providers",
                           "connections are made anew: a secret or roots have changed");
    in_force_.replace(*taken);
    ++in_use_;
}

Status Current::status() const {
    const auto now = in_force_.get();
    Status status{.users = now->users->name(), .roles = now->roles->name()};
    for (const auto& provider : now->providers) {
        auto& one = status.providers.emplace_back(provider->status());
        one.keeps_users = one.name == status.users;
        one.keeps_roles = one.name == status.roles;
    }
    const std::lock_guard lock{fault_mutex_};
    status.fault = fault_;
    return status;
}

Result<std::vector<std::string>> Current::hidden() const {
    const auto now = in_force_.get();
    if (now->outside_users == nullptr) return std::vector<std::string>{};
    return locals_.hiding(*now->outside_users);
}

void Current::look_after() const {
    const auto now = in_force_.get();
    for (const auto& provider : now->providers) provider->look_after();
}

}  // namespace rhumb::providers
