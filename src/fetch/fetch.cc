#include "fetch/fetch.h"

#include <array>
#include <cstring>
#include <string_view>

#include <unistd.h>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/text.h"
#include "fetch/easy.h"
#include "fetch/reach.h"

namespace rhumb::fetch {

namespace {

/// What one transfer knows; libcurl's callbacks are given it.
struct Transfer {
    const Options& options;
    std::string body{};
    bool is_too_large = false;
    std::string refused_address{};

    static std::size_t take(char* bytes, std::size_t size, std::size_t count, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        const auto length = size * count;
        if (length > transfer.options.size_max - transfer.body.size()) {
            transfer.is_too_large = true;
            return 0;
        }
        transfer.body.append(bytes, length);
        return length;
    }

    /// The address is judged here, after the name was looked up: what is judged is what is used.
    static curl_socket_t open(void* self, curlsocktype, curl_sockaddr* address) {
        auto& transfer = *static_cast<Transfer*>(self);
        if (!is_within_reach(address->addr, transfer.options.reach)) {
            transfer.refused_address = to_text(address->addr);
            return CURL_SOCKET_BAD;
        }
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }
};

bool set_up(CURL* curl, const std::string& url, Transfer& transfer, char* reason) {
    const auto& options = transfer.options;
    Setup setup{curl};
    setup.set(CURLOPT_URL, url.c_str());
    setup.set(CURLOPT_PROTOCOLS_STR, "http,https");
    // What was asked for over https is not then taken from the clear.
    setup.set(CURLOPT_REDIR_PROTOCOLS_STR,
              text::istarts_with(url, "https:") ? "https" : "http,https");
    setup.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    setup.set(CURLOPT_FOLLOWLOCATION, 1L);
    setup.set(CURLOPT_MAXREDIRS, options.redirects_max);
    setup.set(CURLOPT_TIMEOUT_MS, long{options.limit.count()});
    setup.set(CURLOPT_NOSIGNAL, 1L);
    setup.set(CURLOPT_PROXY, "");
    setup.set(CURLOPT_USERAGENT, "Rhumb");
    setup.set(CURLOPT_ERRORBUFFER, reason);
    setup.set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(options.size_max));
    setup.set(CURLOPT_WRITEFUNCTION, &Transfer::take);
    setup.set(CURLOPT_WRITEDATA, &transfer);
    setup.set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::open);
    setup.set(CURLOPT_OPENSOCKETDATA, &transfer);
    if (!options.roots_file.empty()) {
        setup.set(CURLOPT_CAINFO, options.roots_file.c_str());
        setup.set(CURLOPT_CAPATH, nullptr);
    }
    return setup.is_good();
}

ErrorKind kind_of(CURLcode code) {
    switch (code) {
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT:
        case CURLE_TOO_MANY_REDIRECTS:
        case CURLE_LOGIN_DENIED: return ErrorKind::invalid;
        case CURLE_FILESIZE_EXCEEDED: return ErrorKind::too_large;
        default: return ErrorKind::unavailable;
    }
}

Result<std::string> refusal(const Transfer& transfer, CURLcode code, const char* reason) {
    if (transfer.is_too_large || code == CURLE_FILESIZE_EXCEEDED)
        return fail(ErrorKind::too_large, "it is larger than {} bytes", transfer.options.size_max);
    if (!transfer.refused_address.empty())
        return fail(ErrorKind::invalid, "it leads to {}, which is not looked at: an address inside",
                    transfer.refused_address);
    return fail(kind_of(code), "{}", *reason != '\0' ? reason : curl_easy_strerror(code));
}

Result<std::string> transfer(const std::string& url, const Options& options) {
    const Curl curl = make_curl();
    Transfer transfer{options};
    std::array<char, CURL_ERROR_SIZE> reason{};
    if (!curl || !set_up(curl.get(), url, transfer, reason.data()))
        return fail(ErrorKind::internal, "libcurl cannot be set up");
    const auto code = curl_easy_perform(curl.get());
    if (code != CURLE_OK) return refusal(transfer, code, reason.data());
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status == 404 || status == 410)
        return fail(ErrorKind::not_found, "there is nothing (status {})", status);
    if (status != 200) return fail(ErrorKind::unavailable, "the answer has status {}", status);
    return std::move(transfer.body);
}

}  // namespace

Result<std::string> get(const std::string& url, const Options& options) {
    if (!is_web_url(url))
        return fail(ErrorKind::invalid, "it is no http or https URL of ordinary characters: {}",
                    text::percent_encode(std::string_view{url}.substr(0, 200), ":/?&=%"));
    auto got = transfer(url, options);
    if (!got) return tl::unexpected(std::move(got).error().within(fmt::format("fetching {}", url)));
    return got;
}

}  // namespace rhumb::fetch
