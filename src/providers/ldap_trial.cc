#include "providers/ldap_trial.h"

#include <utility>

#include "base/text.h"
#include "ldap/name.h"
#include "providers/ldap_account.h"

namespace rhumb::providers {

namespace {

using ldap::Connection;
using ldap::Fault;
using Step = ConnectionTest::Step;

constexpr std::size_t shown_max = 3;

/// The steps, and where to add the next.
class Trial {
public:
    explicit Trial(const LdapDirectory& directory) : directory_{directory} {}

    ConnectionTest run() {
        const auto& servers = directory_.pool().servers();
        for (std::size_t i = 0; i < servers.size(); ++i) {
            auto connection = connect(servers[i]);
            if (!connection || !become_service(*connection)) break;
            if (i == 0 && !(find_users(*connection) && find_groups(*connection))) break;
        }
        return std::move(test_);
    }

private:
    bool good(std::string what, std::string said) {
        test_.steps.push_back({.what = std::move(what), .is_good = true, .said = std::move(said)});
        return true;
    }
    bool bad(std::string what, const ldap::Failure& failure) {
        test_.steps.push_back({.what = std::move(what),
                               .said = failure.message,
                               .remedy = remedy_of(failure, directory_.settings())});
        return false;
    }

    std::unique_ptr<Connection> connect(const ldap::Server& server) {
        const auto url = server.to_string();
        auto connection = directory_.pool().open(server, directory_.deadline());
        const auto connecting = fmt::format("connection to {}", url);
        const auto certificate = fmt::format("certificate of {}", server.host);
        if (connection) {
            good(connecting, fmt::format("somebody answers at {}", (*connection)->address()));
            if ((*connection)->is_secure())
                good(certificate, "it is trusted here, and for that name");
            else
                good("protection", "none: passwords go over the wire in the clear");
            return *std::move(connection);
        }
        const auto fault = connection.error().fault;
        const bool is_of_tls =
            fault == Fault::untrusted || fault == Fault::tls || fault == Fault::roots;
        if (is_of_tls) good(connecting, "somebody answers");
        bad(is_of_tls ? certificate : connecting, connection.error());
        return nullptr;
    }

    bool become_service(Connection& connection) {
        const auto& settings = directory_.settings();
        const auto what = settings.bind_dn.empty() ? std::string{"searching without an account"}
                                                   : fmt::format("account «{}»", settings.bind_dn);
        const auto done = directory_.pool().become_service(connection, directory_.deadline());
        if (!done) return bad(what, done.error());
        return good(what, settings.bind_dn.empty() ? "the directory does not mind"
                                                   : "its password is right");
    }

    /// The first few that match; the name attribute of each.
    bool find_some(Connection& connection, const std::string& what, const ldap::Search& search,
                   const std::string& attribute, const std::string& key) {
        std::vector<std::string> names;
        std::size_t nameless = 0;
        const auto end = connection.search(search, directory_.deadline(), [&](ldap::Entry&& entry) {
            auto name = ldap::made_harmless(entry.first(attribute));
            if (name.empty())
                ++nameless;
            else
                names.push_back(std::move(name));
        });
        if (!end) return bad(what, end.error());
        if (end->is_missing)
            return bad(what, {.fault = Fault::refused,
                              .code = 32,
                              .message = fmt::format("there is nothing called «{}» ({}_base)",
                                                     search.base, key)});
        if (names.empty() && nameless > 0)
            return bad(what,
                       {.message = fmt::format("those below «{}» have no attribute {} that may "
                                               "be read; name another, or let this account "
                                               "read it",
                                               search.base, attribute)});
        if (names.empty())
            return bad(what, {.message = fmt::format(
                                  "below «{}» nothing matches {}, or this account may not see it; "
                                  "compare {}_base and {}_filter with the directory",
                                  search.base, search.filter, key, key)});
        return good(what,
                    fmt::format("found: {}{}", text::join(names, ", "), end->is_cut ? " …" : ""));
    }

    bool find_users(Connection& connection) {
        const auto& settings = directory_.settings();
        return find_some(connection, "users",
                         {.base = settings.user_base,
                          .filter = ldap::filled_in(settings.user_filter, "*"),
                          .attributes = {settings.name_attribute},
                          .entries_max = shown_max,
                          .page_size = shown_max},
                         settings.name_attribute, "user");
    }

    bool find_groups(Connection& connection) {
        const auto& settings = directory_.settings();
        if (settings.group_base.empty()) return true;
        return find_some(connection, "groups",
                         {.base = settings.group_base,
                          .filter = settings.group_filter,
                          .attributes = {settings.group_name_attribute},
                          .entries_max = shown_max,
                          .page_size = shown_max},
                         settings.group_name_attribute, "group");
    }

    const LdapDirectory& directory_;
    ConnectionTest test_{};
};

}  // namespace

ConnectionTest try_ldap(const LdapDirectory& directory) { return Trial{directory}.run(); }

}  // namespace rhumb::providers
