#include "providers/report.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/instant.h"

namespace rhumb::providers {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t size_max = 1U << 20U;

struct StateWord {
    Health::State state;
    std::string_view word;
};
constexpr std::array<StateWord, 4> words{{{Health::State::untried, "untried"},
                                          {Health::State::good, "answers"},
                                          {Health::State::failing, "fails"},
                                          {Health::State::resting, "rests"}}};

std::filesystem::path file_in(const std::filesystem::path& data) { return data / "providers.json"; }

Json moment(const std::optional<Seconds>& time) { return time ? Json(to_iso(*time)) : Json(); }

std::optional<Seconds> to_moment(const Json& json) {
    if (json.is_null()) return {};
    const auto time = parse_instant(json.get<std::string>());
    if (!time) return {};
    return *time;
}

Json to_json(const Health& health) {
    return {{"state", to_word(health.state)},
            {"since", to_iso(health.since)},
            {"last_error", health.last_error},
            {"last_failure", moment(health.last_failure)},
            {"last_success", moment(health.last_success)},
            {"calls", health.calls},
            {"failures", health.failures},
            {"refused", health.refused},
            {"under_way", health.under_way},
            {"waiting", health.waiting},
            {"time_in_calls_ms", health.time_in_calls.count()},
            {"longest_call_ms", health.longest_call.count()},
            {"rest_left_s", health.rest_left.count()}};
}

Health to_health(const Json& json) {
    Health health;
    const auto word = json.at("state").get<std::string>();
    const auto found = std::ranges::find(words, word, &StateWord::word);
    if (found != words.end()) health.state = found->state;
    health.since = to_moment(json.at("since")).value_or(Seconds{});
    health.last_error = json.at("last_error").get<std::string>();
    health.last_failure = to_moment(json.at("last_failure"));
    health.last_success = to_moment(json.at("last_success"));
    health.calls = json.at("calls").get<std::uint64_t>();
    health.failures = json.at("failures").get<std::uint64_t>();
    health.refused = json.at("refused").get<std::uint64_t>();
    health.under_way = json.at("under_way").get<std::size_t>();
    health.waiting = json.at("waiting").get<std::size_t>();
    health.time_in_calls =
        std::chrono::milliseconds{json.at("time_in_calls_ms").get<std::int64_t>()};
    health.longest_call = std::chrono::milliseconds{json.at("longest_call_ms").get<std::int64_t>()};
    health.rest_left = std::chrono::seconds{json.at("rest_left_s").get<std::int64_t>()};
    return health;
}

ProviderStatus to_provider(const Json& json) {
    ProviderStatus provider{.name = json.at("name").get<std::string>(),
                            .kind = json.at("kind").get<std::string>(),
                            .label = json.at("label").get<std::string>(),
                            .keeps_users = json.at("keeps_users").get<bool>(),
                            .keeps_roles = json.at("keeps_roles").get<bool>(),
                            .health = to_health(json.at("health"))};
    if (const auto& browser = json.at("browser_sign_in"); !browser.is_null())
        provider.browser_sign_in = to_health(browser);
    return provider;
}

bool is_same(const Health& a, const Health& b) {
    return a.state == b.state && a.since == b.since && a.last_error == b.last_error;
}

bool is_same_provider(const ProviderStatus& a, const ProviderStatus& b) {
    return a.name == b.name && a.kind == b.kind && a.keeps_users == b.keeps_users &&
           a.keeps_roles == b.keeps_roles && is_same(a.health, b.health) &&
           a.browser_sign_in.has_value() == b.browser_sign_in.has_value() &&
           (!a.browser_sign_in || is_same(*a.browser_sign_in, *b.browser_sign_in));
}

}  // namespace

std::string_view to_word(Health::State state) {
    return std::ranges::find(words, state, &StateWord::state)->word;
}

bool says_the_same(const Report& a, const Report& b) {
    return a.status.users == b.status.users && a.status.roles == b.status.roles &&
           a.status.fault == b.status.fault && a.hidden == b.hidden &&
           std::ranges::equal(a.status.providers, b.status.providers, is_same_provider);
}

bool counts_the_same(const Report& a, const Report& b) {
    const auto asked = [](const Report& report) {
        std::uint64_t all = 0;
        for (const auto& provider : report.status.providers) {
            all += provider.health.calls + provider.health.refused;
            if (provider.browser_sign_in)
                all += provider.browser_sign_in->calls + provider.browser_sign_in->refused;
        }
        return all;
    };
    return asked(a) == asked(b);
}

Json to_json(const ProviderStatus& provider) {
    return {{"name", provider.name},
            {"kind", provider.kind},
            {"label", provider.label},
            {"keeps_users", provider.keeps_users},
            {"keeps_roles", provider.keeps_roles},
            {"health", to_json(provider.health)},
            {"browser_sign_in",
             provider.browser_sign_in ? to_json(*provider.browser_sign_in) : Json(nullptr)}};
}

Json to_json(const Report& report) {
    auto all = Json::array();
    for (const auto& provider : report.status.providers) all.push_back(to_json(provider));
    return {{"time", to_iso(report.time)},  {"users", report.status.users},
            {"roles", report.status.roles}, {"fault", report.status.fault},
            {"hidden", report.hidden},      {"providers", all}};
}

Result<void> write_report(const std::filesystem::path& data, const Report& report) {
    const auto text = to_json(report).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    return write_file_unsynced(file_in(data), text, 0600);  // of no use to anybody after a crash
}

std::optional<Report> read_report(const std::filesystem::path& data) {
    const auto text = read_file(file_in(data), size_max);
    if (!text) return {};
    try {
        const auto json = Json::parse(*text);
        Report report{.time = to_moment(json.at("time")).value_or(Seconds{})};
        report.status.users = json.at("users").get<std::string>();
        report.status.roles = json.at("roles").get<std::string>();
        report.status.fault = json.at("fault").get<std::string>();
        report.hidden = json.at("hidden").get<std::vector<std::string>>();
        for (const auto& provider : json.at("providers"))
            report.status.providers.push_back(to_provider(provider));
        return report;
    } catch (const nlohmann::json::exception&) {
        return {};  // of another version of the program, perhaps
    }
}

}  // namespace rhumb::providers
