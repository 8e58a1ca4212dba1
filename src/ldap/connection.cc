#include "ldap/connection.h"

#include <algorithm>
#include <utility>

#include <lber.h>
#include <ldap.h>

#include "base/handle.h"
#include "base/text.h"
#include "ldap/message.h"
#include "ldap/sockbuf.h"
#include "ldap/transport.h"

namespace rhumb::ldap {

namespace {

constexpr std::size_t small_bytes_max = std::size_t{256} << 10U;  // what is no search
constexpr std::size_t search_bytes_max = std::size_t{64} << 20U;
/// Referrals, which nobody follows, in one answer.
constexpr std::size_t references_max = 1000;

}  // namespace

struct Connection::State {
    Server server;
    std::unique_ptr<Transport> transport;
    LDAP* handle = nullptr;
    bool is_broken = false;

    ~State() {
        if (handle == nullptr) return;
        transport->allow(std::chrono::steady_clock::now(), 0);
        ldap_unbind_ext(handle, nullptr, nullptr);  // frees it; a goodbye is sent if there is room
        transport->part();
    }

    tl::unexpected<Failure> failed(Fault fault, std::string_view what) {
        is_broken = true;
        return tl::unexpected(
            Failure{.fault = fault, .message = fmt::format("{}: {}", server.to_string(), what)});
    }

    /// After a call of libldap that did not go well.
    tl::unexpected<Failure> failed(int code) {
        is_broken = true;
        if (transport->failure()) return tl::unexpected(*transport->failure());
        if (code == LDAP_TIMEOUT) return failed(Fault::time, "no answer in time");
        if (code == LDAP_FILTER_ERROR)
            return failed(Fault::protocol, "the filter is none (RFC 4515)");
        return failed(Fault::protocol,
                      fmt::format("what came makes no sense: {}", ldap_err2string(code)));
    }

    tl::unexpected<Failure> refused(const Outcome& outcome) const {
        const auto said = outcome.said.empty() ? "" : fmt::format(" ({})", outcome.said);
        return tl::unexpected(Failure{.fault = Fault::refused,
                                      .code = outcome.code,
                                      .said = outcome.said,
                                      .message = fmt::format("{}: {}{}", server.to_string(),
                                                             ldap_err2string(outcome.code), said)});
    }

    /// The next message of the answer to `id`, `all` of them together or one.
    Answer<MessageHandle> next(int id, int all) {
        const auto left = transport->deadline() - std::chrono::steady_clock::now();
        if (left.count() <= 0) return failed(LDAP_TIMEOUT);
        auto limit = to_timeval(left);
        LDAPMessage* raw = nullptr;
        const int kind = ldap_result(handle, id, all, &limit, &raw);
        MessageHandle message{raw};
        if (kind == 0) return failed(LDAP_TIMEOUT);
        if (kind < 0 || !message) {
            int code = LDAP_SERVER_DOWN;
            ldap_get_option(handle, LDAP_OPT_RESULT_CODE, &code);
            return failed(code);
        }
        return message;
    }

    Answer<Outcome> outcome_of(LDAPMessage* message) {
        auto outcome = read_outcome(handle, message);
        if (!outcome) return failed(outcome.error());
        return *std::move(outcome);
    }

    Answer<void> start_tls() {
        int id = 0;
        const int begun = ldap_start_tls(handle, nullptr, nullptr, &id);
        if (begun != LDAP_SUCCESS) return failed(begun);
        TRY(const auto message, next(id, LDAP_MSG_ALL));
        TRY(const auto outcome, outcome_of(message.get()));
        if (outcome.code != LDAP_SUCCESS) {
            const auto said = outcome.said.empty() ? ldap_err2string(outcome.code) : outcome.said;
            return failed(Fault::tls, fmt::format("the directory refuses StartTLS ({})", said));
        }
        if (transport->has_pending())
            return failed(Fault::tls, "the directory says more than it may before TLS begins");
        return transport->secure(protection.roots_file);
    }

    Answer<void> take_page(int id, const Search& search, const std::function<void(Entry&&)>& take);

    Protection protection{};
    // Of the search under way:
    std::size_t entries = 0;
    std::size_t references = 0;
    Outcome last{};
};

Connection::Connection(std::unique_ptr<State> state) : state_{std::move(state)} {}
Connection::~Connection() = default;

Answer<std::unique_ptr<Connection>> Connection::open(const Server& server,
                                                     const Protection& protection,
                                                     Deadline deadline) {
    TRY(auto transport, Transport::connect(server, deadline));
    auto state = std::make_unique<State>();
    state->server = server;
    state->transport = std::move(transport);
    state->protection = protection;
    state->transport->allow(deadline, small_bytes_max);
    if (server.is_ldaps) TRY_DONE(state->transport->secure(protection.roots_file));
    state->handle = make_handle(*state->transport, server);
    if (state->handle == nullptr) return state->failed(Fault::protocol, "no memory");
    if (!server.is_ldaps && protection.start_tls) TRY_DONE(state->start_tls());
    if (!state->transport->is_secure() && !protection.insecurely_without_tls)
        return state->failed(Fault::tls,
                             "passwords would go over the wire in the clear; use ldaps:// or "
                             "start_tls");
    return std::unique_ptr<Connection>{new Connection{std::move(state)}};
}

Answer<BindEnd> Connection::bind(const std::string& name, std::string_view password,
                                 Deadline deadline) {
    auto& state = *state_;
    if (name.empty() != password.empty())
        return tl::unexpected(Failure{
            .fault = Fault::protocol,
            .message = fmt::format("{}: a name and a password belong together; an empty password "
                                   "is never sent",
                                   state.server.to_string())});
    state.transport->allow(deadline, small_bytes_max);
    berval credential{password.size(), const_cast<char*>(password.data())};
    LDAPControl policy{const_cast<char*>(LDAP_CONTROL_PASSWORDPOLICYREQUEST), {0, nullptr}, 0};
    LDAPControl* controls[] = {&policy, nullptr};
    int id = 0;
    const int begun = ldap_sasl_bind(state.handle, name.c_str(), LDAP_SASL_SIMPLE, &credential,
                                     controls, nullptr, &id);
    if (begun != LDAP_SUCCESS) return state.failed(begun);
    TRY(const auto message, state.next(id, LDAP_MSG_ALL));
    TRY(const auto outcome, state.outcome_of(message.get()));
    switch (outcome.code) {
        case LDAP_BUSY:
        case LDAP_UNAVAILABLE:
        case LDAP_OPERATIONS_ERROR:
        case LDAP_PROTOCOL_ERROR:
        case LDAP_REFERRAL: return state.refused(outcome);
        default: break;
    }
    return BindEnd{.code = outcome.code,
                   .said = outcome.said,
                   .is_locked = outcome.is_locked,
                   .is_expired = outcome.is_expired,
                   .must_change = outcome.must_change};
}

/// Until the end of a page, which is in `last` then.
Answer<void> Connection::State::take_page(int id, const Search& search,
                                          const std::function<void(Entry&&)>& take) {
    for (;;) {
        TRY(const auto message, next(id, LDAP_MSG_ONE));
        switch (ldap_msgtype(message.get())) {
            case LDAP_RES_SEARCH_ENTRY: {
                if (++entries > search.entries_max)
                    return failed(Fault::too_large, "it sends more entries than it was asked for");
                auto entry = read_entry(handle, message.get());
                if (!entry) return failed(entry.error());
                take(*std::move(entry));
                break;
            }
            case LDAP_RES_SEARCH_REFERENCE:
                if (++references > references_max)
                    return failed(Fault::too_large, "it sends referrals without an end");
                break;
            case LDAP_RES_SEARCH_RESULT: {
                TRY(last, outcome_of(message.get()));
                return {};
            }
            case LDAP_RES_INTERMEDIATE: break;
            default: return failed(Fault::protocol, "what came is no answer to a search");
        }
    }
}

Answer<SearchEnd> Connection::search(const Search& search, Deadline deadline,
                                     const std::function<void(Entry&&)>& take) {
    auto& state = *state_;
    state.transport->allow(deadline, search_bytes_max);
    state.entries = 0;
    state.references = 0;
    const Attributes attributes{search.attributes};
    std::string cookie;
    for (;;) {
        const auto wanted = search.entries_max - state.entries;
        const auto page_size = std::min<std::size_t>(search.page_size, wanted);
        PageControl page{state.handle, static_cast<std::uint32_t>(page_size), cookie};
        const auto left = std::max(state.transport->deadline() - std::chrono::steady_clock::now(),
                                   std::chrono::steady_clock::duration{1});
        auto limit = to_timeval(left);
        int id = 0;
        const int begun = ldap_search_ext(
            state.handle, search.base.c_str(),
            search.scope == Search::Scope::entry ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE,
            search.filter.c_str(), attributes.get(), 0, page.controls(), nullptr, &limit,
            static_cast<int>(wanted), &id);
        if (begun != LDAP_SUCCESS) return state.failed(begun);
        TRY_DONE(state.take_page(id, search, take));
        switch (state.last.code) {
            case LDAP_SUCCESS: break;
            case LDAP_SIZELIMIT_EXCEEDED:
            case LDAP_ADMINLIMIT_EXCEEDED: return SearchEnd{.is_cut = true};
            case LDAP_NO_SUCH_OBJECT: return SearchEnd{.is_missing = true};
            case LDAP_TIMELIMIT_EXCEEDED:
                return tl::unexpected(
                    Failure{.fault = Fault::time,
                            .message = fmt::format("{}: the directory found no end in time",
                                                   state.server.to_string())});
            default: return state.refused(state.last);
        }
        cookie = state.last.cookie;
        if (cookie.empty() || search.page_size == 0) return SearchEnd{};
        if (state.entries >= search.entries_max) return SearchEnd{.is_cut = true};
    }
}

Answer<std::string> Connection::who_am_i(Deadline deadline) {
    auto& state = *state_;
    state.transport->allow(deadline, small_bytes_max);
    int id = 0;
    const int begun = ldap_whoami(state.handle, nullptr, nullptr, &id);
    if (begun != LDAP_SUCCESS) return state.failed(begun);
    TRY(const auto message, state.next(id, LDAP_MSG_ALL));
    TRY(const auto outcome, state.outcome_of(message.get()));
    if (outcome.code != LDAP_SUCCESS) return state.refused(outcome);
    berval* raw = nullptr;
    const int read = ldap_parse_whoami(state.handle, message.get(), &raw);
    const Handle<berval, ber_bvfree> name{raw};
    if (read != LDAP_SUCCESS) return state.failed(read);
    return name ? std::string{name->bv_val, name->bv_len} : std::string{};
}

bool Connection::is_usable() const { return !state_->is_broken && state_->transport->is_quiet(); }
bool Connection::is_secure() const { return state_->transport->is_secure(); }
const std::string& Connection::address() const { return state_->transport->address(); }
const Server& Connection::server() const { return state_->server; }

}  // namespace rhumb::ldap
