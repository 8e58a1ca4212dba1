#include "providers/custom_provider.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/text.h"
#include "crypto/random.h"
#include "crypto/secret.h"

namespace rhumb::providers {

namespace {

using identity::Page;
using identity::Role;
using identity::SignIn;
using identity::Standing;
using identity::User;

/// Questions with their answers, for users and roles alike.
class Asker {
public:
    Asker(std::string name, std::unique_ptr<Transport> transport)
        : name_{std::move(name)}, transport_{std::move(transport)} {}

    /// `make(id)` gives the Question or the Result of one, `read(answer, question)` what it means.
    template <class Make, class Read>
    auto ask(const Make& make, const Read& read) const
        -> decltype(read(std::string_view{}, custom::Question{})) {
        TRY(const auto random, crypto::random_bytes(18));
        Result<custom::Question> made = make("msg_" + text::to_base64url(random));
        if (!made) return tl::unexpected(std::move(made).error());
        custom::Question question = *std::move(made);
        const auto answer = transport_->ask(question);
        crypto::wipe(question.text.data(), question.text.size());  // there may be a password in it
        if (!answer) {
            const auto& no = answer.error();
            return fail(ErrorKind::unavailable, "the provider «{}»: {}: {}{}{}", name_, no.step,
                        no.said, no.remedy.empty() ? "" : "; ", no.remedy);
        }
        auto meant = read(*answer, question);
        if (!meant)
            return tl::unexpected(
                std::move(meant).error().within(fmt::format("the provider «{}»", name_)));
        return meant;
    }

    Transport& transport() const { return *transport_; }
    const std::string& name() const { return name_; }

private:
    const std::string name_;
    const std::unique_ptr<Transport> transport_;
};

class CustomUsers final : public identity::UserStore {
public:
    explicit CustomUsers(const Asker& asker) : asker_{asker} {}

    std::string name() const override { return asker_.name(); }

    Result<std::optional<User>> find(std::string_view name) const override {
        if (!identity::check_user_name(name)) return std::optional<User>{};
        return asker_.ask([&](std::string id) { return custom::find(std::move(id), name); },
                          [&](std::string_view answer, const custom::Question& question) {
                              return custom::read_found(answer, question, name);
                          });
    }

    Result<SignIn> sign_in(std::string_view name, std::string_view password) override {
        if (!identity::check_user_name(name) || !text::is_utf8(password) ||
            password.size() > custom::password_bytes_max)
            return SignIn{};
        return asker_.ask(
            [&](std::string id) { return custom::sign_in(std::move(id), name, password); },
            [&](std::string_view answer, const custom::Question& question) {
                return custom::read_sign_in(answer, question, name);
            });
    }

    Result<std::vector<User>> list(const Page& page) const override {
        return asker_.ask([&](std::string id) { return custom::list_users(std::move(id), page); },
                          [&](std::string_view answer, const custom::Question& question) {
                              return custom::read_users(answer, question, page);
                          });
    }

    identity::UserEditor* editor() override { return nullptr; }

private:
    const Asker& asker_;
};

class CustomRoles final : public identity::RoleStore {
public:
    CustomRoles(const Asker& asker, const config::Provider& provider)
        : asker_{asker}, provider_{provider} {}

    std::string name() const override { return asker_.name(); }

    Result<std::vector<Role>> list() const override {
        TRY(auto roles, asker_.ask([](std::string id) { return custom::list_roles(std::move(id)); },
                                   [](std::string_view answer, const custom::Question& question) {
                                       return custom::read_roles(answer, question);
                                   }));
        for (auto& role : roles) role.privilege = privilege_of({role.name}, provider_);
        return roles;
    }

    Result<Standing> standing(std::string_view user) const override {
        if (!identity::check_user_name(user)) return Standing{};
        TRY(auto roles,
            asker_.ask([&](std::string id) { return custom::roles_of(std::move(id), user); },
                       [](std::string_view answer, const custom::Question& question) {
                           return custom::read_roles_of(answer, question);
                       }));
        const auto privilege = privilege_of(roles, provider_);
        return Standing{.roles = std::move(roles), .privilege = privilege};
    }

    identity::RoleEditor* editor() override { return nullptr; }

private:
    const Asker& asker_;
    const config::Provider& provider_;
};

/// Tries what the provider says it can, each question once.
class Trial {
public:
    Trial(std::string name, std::unique_ptr<Transport> transport)
        : asker_{std::move(name), std::move(transport)} {}

    ConnectionTest run() {
        if (say_hello() && try_users()) try_roles();
        return std::move(test_);
    }

private:
    bool say_hello() {
        auto question = custom::hello("hello-" + asker_.name());
        if (const auto random = crypto::random_bytes(18))
            question = custom::hello("msg_" + text::to_base64url(*random));
        const auto answer = asker_.transport().ask(question);
        if (!answer) {
            const auto& no = answer.error();
            test_.steps.push_back({no.step, false, no.said, no.remedy});
            return false;
        }
        test_.steps = asker_.transport().good_steps();
        auto hello = custom::read_hello(*answer, question);
        if (!hello) return add("contract", hello.error());
        hello_ = *std::move(hello);
        return add("contract",
                   fmt::format("version {}{}{}", custom::contract_version,
                               hello_.software.empty() ? "" : ", by ", hello_.software));
    }

    bool try_users() {
        if (!hello_.has("find")) return add("users", "it keeps none: roles alone");
        CustomUsers users{asker_};
        if (!hello_.has("list_users")) {
            const auto found = users.find("rhumb-connection-test");
            return found ? add("users", "it is asked by name: it lists none")
                         : add("users", found.error());
        }
        const auto page = users.list({.count_max = 10});
        if (!page) return add("users", page.error());
        std::vector<std::string> names;
        for (const auto& user : *page) names.push_back(user.name);
        first_user_ = names.empty() ? "" : names.front();
        if (names.size() > 3) names.resize(3);
        return add("users", page->empty() ? "it has none yet"
                                          : fmt::format("{} on the first page: {}{}", page->size(),
                                                        text::join(names, ", "),
                                                        page->size() > 3 ? " …" : ""));
    }

    bool try_roles() {
        if (!hello_.has("roles_of")) return add("roles", "it keeps none: users alone");
        const config::Provider no_lists{};
        const CustomRoles roles{asker_, no_lists};
        const auto user = first_user_.empty() ? "rhumb-connection-test" : first_user_;
        const auto standing = roles.standing(user);
        if (!standing) return add("roles", standing.error());
        return add("roles",
                   first_user_.empty()
                       ? std::string{"it is asked by the name of a user"}
                       : fmt::format(
                             "{} has {}", user,
                             standing->roles.empty() ? "none" : text::join(standing->roles, ", ")));
    }

    bool add(std::string_view what, std::string said) {
        test_.steps.push_back({std::string{what}, true, std::move(said), ""});
        return true;
    }
    bool add(std::string_view what, const Error& error) {
        test_.steps.push_back({std::string{what}, false, error.message,
                               "mend the provider: docs/providers.md has the contract"});
        return false;
    }

    const Asker asker_;
    ConnectionTest test_{};
    custom::Hello hello_{};
    std::string first_user_{};
};

class CustomProvider final : public Provider {
public:
    CustomProvider(config::Provider provider, std::unique_ptr<Transport> transport)
        : provider_{std::move(provider)},
          asker_{provider_.name, std::move(transport)},
          users_{asker_},
          roles_{asker_, provider_} {}

    identity::UserStore* users() override { return &users_; }
    identity::RoleStore* roles() override { return &roles_; }

    ConnectionTest test_connection() override {
        return Trial{provider_.name, asker_.transport().anew()}.run();
    }

private:
    const config::Provider provider_;
    const Asker asker_;
    CustomUsers users_;
    CustomRoles roles_;
};

}  // namespace

std::unique_ptr<Provider> make_custom_provider(const config::Provider& provider,
                                               std::unique_ptr<Transport> transport,
                                               const Surroundings&) {
    return std::make_unique<CustomProvider>(provider, std::move(transport));
}

}  // namespace rhumb::providers
