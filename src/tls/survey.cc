#include "tls/survey.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <set>

#include "crypto/random.h"
#include "net/dial.h"
#include "tls/hello.h"

namespace rhumb::tls {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
using Numbers = std::vector<std::uint16_t>;

template <class Items, class Keep>
Numbers ids_of(const Items& items, const Keep& keep) {
    Numbers ids;
    for (const auto& item : items)
        if (keep(item)) ids.push_back(item.id);
    return ids;
}

constexpr auto every = [](const auto&) { return true; };

Numbers good_groups() {
    return ids_of(all_groups(), [](const Group& group) { return !group.is_weak; });
}
/// Of TLS 1.2 and before. Without RFC 7919's, so that a server shows the prime that it chose
/// itself.
Numbers curves() {
    return ids_of(all_groups(), [](const Group& group) {
        return !group.is_weak && !group.is_post_quantum && (group.id < 0x0100 || group.id > 0x01ff);
    });
}
/// Curves of usual ECDSA keys: P-256, P-384, P-521.
constexpr std::array<std::uint16_t, 3> nist_curves{0x0017, 0x0018, 0x0019};

Numbers weak_groups() {
    return ids_of(all_groups(), [](const Group& group) { return group.is_weak; });
}

const Suite* find_suite(std::uint16_t id) {
    const auto suites = all_suites();
    const auto place = std::ranges::find(suites, id, &Suite::id);
    return place == suites.end() ? nullptr : &*place;
}

/// What came of one greeting.
struct Exchange {
    Greeting::Kind kind = Greeting::Kind::silent;
    ServerAnswer answer{};
    std::string bytes{};  ///< all that came
    std::string reason{};
};

/// Reads until the answer is complete, the peer hangs up, or the time is over.
Exchange listen(const net::Dialed& connection) {
    Exchange exchange;
    std::array<char, 16384> buffer{};
    for (;;) {
        const auto got = connection.receive(buffer);
        const bool is_end = !got || got->empty();
        if (got) exchange.bytes += *got;
        auto answer = read_answer(exchange.bytes);
        if (!answer) {
            const bool is_tls = begins_like_tls(exchange.bytes) && !exchange.bytes.empty();
            exchange.kind = is_tls ? Greeting::Kind::alert : Greeting::Kind::other;
            exchange.reason = answer.error().message;
            return exchange;
        }
        exchange.answer = *std::move(answer);
        if (!exchange.answer.is_complete && !is_end) continue;
        if (exchange.answer.hello) {
            exchange.kind = Greeting::Kind::tls;
        } else if (exchange.answer.alert) {
            exchange.kind = Greeting::Kind::alert;
        } else {
            const bool is_late = !got && got.error().message.starts_with(net::silent_text);
            exchange.kind = is_late ? Greeting::Kind::silent : Greeting::Kind::hung_up;
        }
        return exchange;
    }
}

Exchange exchange_with(const SurveyOrder& order, const HelloOrder& hello, SteadyTime end) {
    Exchange failed;
    const auto random = crypto::random_bytes(64);
    if (!random) {
        failed.reason = random.error().message;
        return failed;
    }
    auto dialed = net::dial(order.address, order.connection);
    if (!dialed) {
        failed.kind = Greeting::Kind::refused;
        failed.reason = dialed.error().reason;
        return failed;
    }
    dialed->set_deadline(std::min(end, std::chrono::steady_clock::now() + order.answer));
    // A server that hangs up at once may have said why.
    (void)dialed->send_all(client_hello(hello, *random));
    return listen(*dialed);
}

/// Asks one thing after the other, and keeps count.
class Surveyor {
public:
    explicit Surveyor(const SurveyOrder& order)
        : order_{order}, end_{std::chrono::steady_clock::now() + order.total} {}

    Result<Survey> run() {
        ask_13();
        ask_before_13();
        ask_older();
        ask_suites();
        ask_weak();
        if (found_.versions.empty())
            return fail(ErrorKind::unavailable, "{}: no answer in TLS{}{}",
                        order_.address.to_string(), reason_.empty() ? "" : ": ", reason_);
        std::ranges::sort(found_.versions, std::ranges::greater{});
        return std::move(found_);
    }

private:
    /// Nothing when there is no ServerHello, or nothing more may be asked.
    std::optional<ServerAnswer> ask(HelloOrder hello) {
        if (!may_go_on()) return std::nullopt;
        hello.server_name = order_.server_name;
        ++found_.connections;
        auto exchange = exchange_with(order_, hello, end_);
        if (!exchange.reason.empty()) reason_ = exchange.reason;
        if (exchange.kind == Greeting::Kind::silent) ++silences_;
        if (exchange.kind == Greeting::Kind::refused)
            found_.unfinished = fmt::format("the server took no more connections after {}: {}",
                                            found_.connections, exchange.reason);
        if (exchange.kind == Greeting::Kind::alert && exchange.answer.alert)
            last_alert_ = exchange.answer.alert->description;
        if (exchange.kind != Greeting::Kind::tls) return std::nullopt;
        learn(exchange.answer);
        return std::move(exchange.answer);
    }

    bool may_go_on() {
        if (!found_.unfinished.empty()) return false;
        if (std::chrono::steady_clock::now() >= end_) {
            found_.unfinished =
                fmt::format("the time for it ({} s) was over",
                            std::chrono::ceil<std::chrono::seconds>(order_.total).count());
        } else if (found_.connections >= order_.connections_max) {
            found_.unfinished =
                fmt::format("{} connections were made, and no more are", found_.connections);
        } else if (silences_ >= 2) {
            found_.unfinished = "the server left greetings without any answer";
        }
        return found_.unfinished.empty();
    }

    /// What any answer tells.
    void learn(const ServerAnswer& answer) {
        const auto& hello = *answer.hello;
        const auto version = static_cast<Version>(hello.version);
        if (!found_.takes(version)) found_.versions.push_back(version);
        found_.asks_certificate |= answer.asks_certificate;
        if (version == Version::tls_1_3) return;
        found_.compresses |= hello.compresses;
        found_.renegotiates_safely &= hello.renegotiates_safely || version == Version::ssl_3;
        if (answer.share && answer.share->prime_bits > 0)
            found_.prime_bits = found_.prime_bits == 0
                                    ? answer.share->prime_bits
                                    : std::min(found_.prime_bits, answer.share->prime_bits);
        if (found_.certificates.empty()) read_certificates(answer);
    }

    void read_certificates(const ServerAnswer& answer) {
        for (const auto& der : answer.certificates) {
            auto certificate = pki::Certificate::from_der(der);
            if (!certificate) return;
            found_.certificates.push_back(*std::move(certificate));
        }
    }

    /// TLS 1.3: suites and groups, taking away what was chosen until nothing is. Without a key
    /// share, the server has to name a group.
    void ask_13() {
        const auto groups = good_groups();
        auto suites = ids_of(all_suites_13(), every);
        HelloOrder hello{.version = Version::tls_1_3, .suites = suites, .groups = groups};
        auto first = ask(hello);
        if (!first && last_alert_ != alert_protocol_version) {
            // Some servers refuse an empty list of shares, against the RFC.
            hello.has_key_share = true;
            first = ask(hello);
        }
        if (!first || first->hello->version != 0x0304) return;
        hello.groups = groups;
        auto answer = first;
        while (answer && answer->hello->version == 0x0304 && take(suites, answer->hello->suite)) {
            found_.suites_13.push_back(answer->hello->suite);
            hello.suites = suites;
            if (suites.empty()) break;
            answer = ask(hello);
        }
        ask_groups_13(*first, hello);
    }

    void ask_groups_13(const ServerAnswer& first, HelloOrder hello) {
        hello.suites = ids_of(all_suites_13(), every);
        auto groups = good_groups();
        std::optional answer = first;
        while (answer && answer->hello->version == 0x0304 && take(groups, answer->hello->group)) {
            found_.groups.push_back(answer->hello->group);
            hello.groups = groups;
            // A share of a group that is not offered would be a fault.
            hello.has_key_share = hello.has_key_share && std::ranges::count(groups, 0x001d) > 0;
            answer = ask(hello);
        }
    }

    static bool take(Numbers& numbers, std::uint16_t number) {
        return std::erase(numbers, number) > 0;
    }

    /// Everything of TLS 1.2 and before at once.
    void ask_before_13() {
        highest_ = ask_version(Version::tls_1_2, ids_of(all_suites(), every), true);
    }

    std::optional<Version> ask_version(Version version, const Numbers& suites, bool compression) {
        const auto answer = ask({.version = version,
                                 .suites = suites,
                                 .groups = curves(),
                                 .offers_compression = compression});
        if (!answer) return std::nullopt;
        note_suite(answer->hello->suite);
        return static_cast<Version>(answer->hello->version);
    }

    void note_suite(std::uint16_t id) {
        if (std::ranges::find(found_.suites, id) == found_.suites.end())
            found_.suites.push_back(id);
    }

    /// A server answers with the highest version that it takes, not above the one offered.
    void ask_older() {
        lowest_ = highest_;
        auto below = highest_.value_or(Version::tls_1_2);
        while (below > Version::ssl_3) {
            below = static_cast<Version>(static_cast<std::uint16_t>(below) - 1);
            const auto answered = ask_version(below, ids_of(all_suites(), every), false);
            // SSL 3.0 alone does not know the rest of the greeting: it is asked for in any case.
            if (!answered) {
                if (below == Version::ssl_3) return;
                below = Version::tls_1_0;
                continue;
            }
            if (!highest_) highest_ = answered;
            lowest_ = answered;
            below = std::min(below, *answered);
        }
    }

    /// One suite of each class that is not recommended, and all that are.
    void ask_suites() {
        if (!highest_) return;
        ask_classes(*highest_);
        if (*lowest_ != *highest_) ask_classes(*lowest_);
        auto suites = ids_of(all_suites(), is_recommended);
        for (const auto id : found_.suites) take(suites, id);
        while (*highest_ == Version::tls_1_2 && !suites.empty()) {
            const auto answer = ask({.version = *highest_, .suites = suites, .groups = curves()});
            if (!answer || !take(suites, answer->hello->suite)) return;
            note_suite(answer->hello->suite);
        }
    }

    static bool is_recommended(const Suite& suite) {
        return suite.suite_class() == SuiteClass::recommended;
    }

    void ask_classes(Version version) {
        std::set<SuiteClass> known{SuiteClass::recommended};
        for (const auto id : found_.suites)
            if (const auto* const suite = find_suite(id)) known.insert(suite->suite_class());
        for (;;) {
            const auto suites = ids_of(all_suites(), [&](const Suite& suite) {
                return !known.contains(suite.suite_class());
            });
            if (suites.empty()) return;
            const auto answer = ask({.version = version, .suites = suites, .groups = curves()});
            const auto* const chosen = answer ? find_suite(answer->hello->suite) : nullptr;
            if (chosen == nullptr || !known.insert(chosen->suite_class()).second) return;
            note_suite(chosen->id);
        }
    }

    /// Curves that are too small.
    void ask_weak() {
        if (!highest_ || *highest_ == Version::ssl_3) return;
        const auto suites = ids_of(
            all_suites(), [](const Suite& suite) { return suite.name.starts_with("TLS_ECDHE_"); });
        auto weak = weak_groups();
        auto answer = ask({.version = *highest_, .suites = suites, .groups = weak});
        // A server whose only key is on a good curve answers nobody who does not know that curve.
        if (!answer) {
            auto groups = weak;
            groups.insert(groups.end(), nist_curves.begin(), nist_curves.end());
            answer = ask({.version = *highest_, .suites = suites, .groups = std::move(groups)});
        }
        if (answer && answer->share && take(weak, answer->share->group))
            found_.weak_groups.push_back(answer->share->group);
    }

    const SurveyOrder& order_;
    SteadyTime end_;
    Survey found_{};
    std::optional<Version> highest_;  // of TLS 1.2 and before
    std::optional<Version> lowest_;
    std::string reason_;
    int silences_ = 0;
    std::uint8_t last_alert_ = 0;
};

}  // namespace

bool Survey::takes(Version version) const {
    return std::ranges::find(versions, version) != versions.end();
}

Greeting greet(const SurveyOrder& order) {
    auto suites = ids_of(all_suites_13(), every);
    std::ranges::copy(ids_of(all_suites(), every), std::back_inserter(suites));
    auto exchange = exchange_with(order,
                                  {.version = Version::tls_1_3,
                                   .offers_lower = true,
                                   .suites = suites,
                                   .groups = good_groups(),
                                   .server_name = order.server_name,
                                   .has_key_share = true,
                                   .wants_staple = true},
                                  std::chrono::steady_clock::now() + order.total);
    Greeting greeting{.kind = exchange.kind,
                      .answer = std::move(exchange.answer),
                      .first_bytes = {},
                      .reason = std::move(exchange.reason)};
    if (greeting.kind == Greeting::Kind::other) greeting.first_bytes = exchange.bytes.substr(0, 64);
    return greeting;
}

Result<Survey> survey(const SurveyOrder& order) { return Surveyor{order}.run(); }

}  // namespace rhumb::tls
