#include "fetch/call.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/text.h"
#include "fetch/asking.h"
#include "fetch/url.h"

namespace rhumb::fetch {

namespace {

using Moment = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

/// A connection is not kept longer, so that a changed name or certificate is noticed.
constexpr long lifetime_seconds_max = 300;

Failure failed(Fault fault, std::string message) {
    return Failure{.fault = fault, .message = std::move(message)};
}

/// "idp.example.org", "idp.example.org:8443": who is called.
std::string called(const Url& url) {
    const auto origin = url.origin();
    return origin.substr(origin.find("//") + 2);
}

bool is_this_machine(const Url& url) {
    return url.host == "localhost" || url.host == "::1" || url.host.starts_with("127.");
}

bool is_method(std::string_view method) {
    return !method.empty() && method.size() <= 16 &&
           std::ranges::all_of(method, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// What may be called, or why it may not.
tl::expected<Url, Failure> check(const Call& call) {
    const auto url = parse_url(call.url);
    if (!is_web_url(call.url) || !url)
        return tl::unexpected(
            failed(Fault::invalid, "it is no http or https URL of ordinary characters"));
    if (!url->is_https && !is_this_machine(*url))
        return tl::unexpected(
            failed(Fault::invalid,
                   fmt::format("{} is called over http, which is for this machine alone: use https",
                               called(*url))));
    if (!is_method(call.method) || !std::ranges::all_of(call.headers, is_field))
        return tl::unexpected(
            failed(Fault::invalid, "the method or a header has signs that may not be in it"));
    return *url;
}

std::string worded_certificate(const std::string& host, std::string_view reason) {
    const auto has = [reason](std::string_view words) {
        return reason.find(words) != std::string_view::npos;
    };
    if (has("expired")) return fmt::format("the certificate of {} has expired", host);
    if (has("not yet valid")) return fmt::format("the certificate of {} is not valid yet", host);
    if (has("subject name") || has("does not match"))
        return fmt::format("the certificate of {} is for other names", host);
    if (has("self-signed") || has("self signed") || has("issuer"))
        return fmt::format("the certificate of {} is signed by nobody who is trusted here ({})",
                           host, reason);
    return fmt::format("the certificate of {} is not good: {}", host, reason);
}

/// The same failure in words for who has to mend it.
Failure worded(Failure failure, const Url& url, const Caller::Options& options) {
    const auto host = called(url);
    auto& message = failure.message;
    switch (failure.fault) {
        case Fault::resolve: message = fmt::format("the name {} is not found", url.host); break;
        case Fault::elsewhere:
            message =
                fmt::format("{} leads to {}, another machine, and is called over http: use https",
                            host, failure.address);
            break;
        case Fault::connect:
            message = fmt::format("nobody answers at {}: {}", host, message);
            break;
        case Fault::tls:
            message = fmt::format("the TLS handshake with {} failed: {}", host, message);
            break;
        case Fault::untrusted: message = worded_certificate(host, message); break;
        case Fault::time:
            message = fmt::format("{} did not answer within {} ms{}", host, options.limit.count(),
                                  failure.is_connected ? "" : ", not even the connection stood");
            break;
        case Fault::too_large:
            message = fmt::format("the answer of {} is too large: {}", host, message);
            break;
        case Fault::protocol:
            message = fmt::format("{} answered with no whole HTTP answer: {}", host, message);
            break;
        case Fault::invalid: message = fmt::format("{} cannot be called: {}", host, message); break;
    }
    return failure;
}

void set_method(Setup& setup, const Call& call, const std::string& method) {
    if (call.method == "GET") {
        setup.set(CURLOPT_HTTPGET, 1L);
    } else if (call.method == "HEAD") {
        setup.set(CURLOPT_NOBODY, 1L);
    } else {
        setup.set(CURLOPT_POST, 1L);
        setup.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
        setup.set(CURLOPT_POSTFIELDS, call.body.c_str());
        setup.set(CURLOPT_CUSTOMREQUEST, method.c_str());
    }
}

/// The headers, and none that libcurl would add to a body by itself.
CurlList fields_of(const Call& call) {
    auto list = to_list(call.headers);
    const auto is_type = [](const Header& one) { return text::iequals(one.name, "content-type"); };
    list.reset(curl_slist_append(list.release(), "Expect:"));
    if (std::ranges::none_of(call.headers, is_type))
        list.reset(curl_slist_append(list.release(), "Content-Type:"));
    return list;
}

void set_connection(Setup& setup, const Url& url) {
    setup.set(CURLOPT_PROTOCOLS_STR, url.is_https ? "https" : "http");
    setup.set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    setup.set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    setup.set(CURLOPT_MAXCONNECTS, 1L);
    setup.set(CURLOPT_MAXLIFETIME_CONN, lifetime_seconds_max);
    // A hung name server must not hold the thread beyond the limit.
    setup.set(CURLOPT_QUICK_EXIT, 1L);
}

}  // namespace

/// The handles of libcurl, each with the connection that it keeps.
struct Caller::State {
    explicit State(Options given) : options{std::move(given)} {}

    const Options options;
    std::mutex mutex;
    std::condition_variable is_free;
    std::vector<Curl> idle;  // the last one used is taken first
    std::size_t in_use = 0;

    /// Nothing when all were in use until `end`.
    std::optional<Curl> take(Moment end) {
        std::unique_lock lock{mutex};
        const auto has_room = [this] {
            return in_use < std::max(options.connections_max, std::size_t{1});
        };
        if (!is_free.wait_until(lock, end, has_room)) return {};
        ++in_use;
        if (idle.empty()) return make_curl();
        Curl curl = std::move(idle.back());
        idle.pop_back();
        return curl;
    }

    /// `curl`: null when its connection is not to be used again.
    void give_back(Curl curl) {
        const std::lock_guard lock{mutex};
        --in_use;
        if (curl) idle.push_back(std::move(curl));
        is_free.notify_one();
    }

    tl::expected<Answer, Failure> perform(CURL* curl, const Call& call, const Url& url,
                                          milliseconds limit) const {
        const Question question{.url = call.url,
                                .body_max = options.body_max,
                                .connect_limit = limit,
                                .limit = limit,
                                .roots_file = options.roots_file};
        Asking asking{question, !url.is_https};
        const auto fields = fields_of(call);
        const std::string method{call.method};
        curl_easy_reset(curl);
        Setup setup{curl};
        asking.set_up(setup);
        set_connection(setup, url);
        set_method(setup, call, method);
        setup.set(CURLOPT_HTTPHEADER, fields.get());
        if (!setup.is_good())
            return tl::unexpected(failed(Fault::invalid, "libcurl cannot be set up"));
        auto answer = asking.perform(curl);
        curl_easy_reset(curl);  // nothing of the call stays in the handle but its connection
        return answer;
    }
};

Caller::Caller(Options options) : state_{std::make_unique<State>(std::move(options))} {}
Caller::~Caller() = default;

tl::expected<Answer, Failure> Caller::call(const Call& call) {
    const auto& options = state_->options;
    const auto end = std::chrono::steady_clock::now() + options.limit;
    const auto url = check(call);
    if (!url) return tl::unexpected(url.error());
    auto curl = state_->take(end);
    const auto left =
        std::chrono::duration_cast<milliseconds>(end - std::chrono::steady_clock::now());
    if (!curl)
        return tl::unexpected(
            failed(Fault::time,
                   fmt::format("{} was not asked: all {} connections were in use for {} ms",
                               called(*url), options.connections_max, options.limit.count())));
    if (!*curl || left.count() <= 0) {
        const bool is_made = static_cast<bool>(*curl);
        state_->give_back(std::move(*curl));
        return tl::unexpected(
            is_made
                ? failed(Fault::time, fmt::format("there was no time left to ask {}", called(*url)))
                : failed(Fault::invalid, "libcurl cannot be set up"));
    }
    auto answer = state_->perform(curl->get(), call, *url, left);
    if (!answer) curl->reset();
    state_->give_back(std::move(*curl));
    if (!answer) return tl::unexpected(worded(std::move(answer).error(), *url, options));
    return answer;
}

}  // namespace rhumb::fetch
