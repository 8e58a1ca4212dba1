#include "fetch/asking.h"

#include <algorithm>

#include <unistd.h>

#include <sys/socket.h>

#include "base/text.h"
#include "fetch/reach.h"

namespace rhumb::fetch {

namespace {

constexpr std::size_t head_bytes_max = std::size_t{64} << 10U;
constexpr std::size_t head_fields_max = 200;

std::string version_of(CURL* curl) {
    long version = 0;
    curl_easy_getinfo(curl, CURLINFO_HTTP_VERSION, &version);
    switch (version) {
        case CURL_HTTP_VERSION_1_0: return "1.0";
        case CURL_HTTP_VERSION_1_1: return "1.1";
        case CURL_HTTP_VERSION_2_0: return "2";
        default: return "";
    }
}

/// Connected, and for https the handshake done.
bool is_connected(CURL* curl, std::string_view url) {
    curl_off_t moment = 0;
    curl_easy_getinfo(
        curl,
        text::istarts_with(url, "https:") ? CURLINFO_APPCONNECT_TIME_T : CURLINFO_CONNECT_TIME_T,
        &moment);
    return moment > 0;
}

Fault fault_of(CURLcode code, std::string_view reason) {
    switch (code) {
        case CURLE_UNSUPPORTED_PROTOCOL:
            // "Received HTTP/0.9 when not allowed" has this code, too.
            return reason.find("HTTP/0.9") == std::string_view::npos ? Fault::invalid
                                                                     : Fault::protocol;
        case CURLE_URL_MALFORMAT:
        case CURLE_LOGIN_DENIED: return Fault::invalid;
        case CURLE_COULDNT_RESOLVE_HOST: return Fault::resolve;
        case CURLE_COULDNT_CONNECT: return Fault::connect;
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_ISSUER_ERROR: return Fault::untrusted;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CERTPROBLEM: return Fault::tls;
        case CURLE_OPERATION_TIMEDOUT: return Fault::time;
        // With TLS 1.3 a client hears only after its handshake that its certificate was wanted.
        case CURLE_RECV_ERROR:
            return reason.find("alert") != std::string_view::npos ? Fault::tls : Fault::protocol;
        default: return Fault::protocol;
    }
}

}  // namespace

bool Asking::take_field(std::string_view line) {
    head_bytes += line.size();
    if (line.starts_with("HTTP/")) answer.headers.clear();  // after an interim answer (1xx)
    const auto colon = line.find(':');
    const bool is_one = colon != std::string_view::npos && !line.starts_with("HTTP/");
    if (is_one && answer.body.empty())  // later ones are trailers
        answer.headers.push_back({text::to_lower(text::trim(line.substr(0, colon))),
                                  std::string{text::trim(line.substr(colon + 1))}});
    is_head_too_large = head_bytes > head_bytes_max || answer.headers.size() > head_fields_max;
    return !is_head_too_large;
}

bool Asking::take_body(std::string_view bytes) {
    const auto room = question.body_max - answer.body.size();
    answer.body.append(bytes.substr(0, room));
    if (bytes.size() <= room) return true;
    (question.is_cut_at_max ? answer.is_cut : is_body_too_large) = true;
    return false;
}

std::size_t Asking::header(char* bytes, std::size_t size, std::size_t count, void* self) {
    const auto length = size * count;
    return static_cast<Asking*>(self)->take_field({bytes, length}) ? length : 0;
}

std::size_t Asking::body(char* bytes, std::size_t size, std::size_t count, void* self) {
    const auto length = size * count;
    return static_cast<Asking*>(self)->take_body({bytes, length}) ? length : 0;
}

/// Judged here, after the name was looked up: what is judged is what is used.
curl_socket_t Asking::open(void* self, curlsocktype, curl_sockaddr* address) {
    auto& asking = *static_cast<Asking*>(self);
    asking.last_address = to_text(address->addr);
    const auto& only = asking.question.only_addresses;
    const bool is_allowed =
        (only.empty() || std::ranges::find(only, asking.last_address) != only.end()) &&
        (!asking.is_loopback_only || is_loopback(address->addr));
    if (!is_allowed) {
        asking.refused_address = asking.last_address;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void Asking::set_up(Setup& setup) {
    setup.set(CURLOPT_URL, question.url.c_str());
    setup.set(CURLOPT_PROTOCOLS_STR, "http,https");
    setup.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    setup.set(CURLOPT_FOLLOWLOCATION, 0L);
    setup.set(CURLOPT_TIMEOUT_MS, long{question.limit.count()});
    setup.set(CURLOPT_CONNECTTIMEOUT_MS,
              long{std::min(question.connect_limit, question.limit).count()});
    setup.set(CURLOPT_NOSIGNAL, 1L);
    setup.set(CURLOPT_PROXY, "");
    setup.set(CURLOPT_USERAGENT, "Rhumb");
    if (!question.roots_file.empty()) {
        setup.set(CURLOPT_CAINFO, question.roots_file.c_str());
        setup.set(CURLOPT_CAPATH, nullptr);
    }
    setup.set(CURLOPT_HEADERFUNCTION, &Asking::header);
    setup.set(CURLOPT_HEADERDATA, this);
    setup.set(CURLOPT_WRITEFUNCTION, &Asking::body);
    setup.set(CURLOPT_WRITEDATA, this);
    setup.set(CURLOPT_OPENSOCKETFUNCTION, &Asking::open);
    setup.set(CURLOPT_OPENSOCKETDATA, this);
    setup.set(CURLOPT_ERRORBUFFER, reason.data());
}

Failure Asking::failure(CURL* curl, CURLcode code) const {
    Failure failed{.is_connected = is_connected(curl, question.url), .address = last_address};
    if (!refused_address.empty()) {
        failed.fault = Fault::elsewhere;
        failed.message = fmt::format("it leads to {}, another machine", refused_address);
    } else if (is_head_too_large || is_body_too_large) {
        failed.fault = Fault::too_large;
        failed.message = is_head_too_large
                             ? fmt::format("the head is larger than {} bytes or {} fields",
                                           head_bytes_max, head_fields_max)
                             : fmt::format("it is larger than {} bytes", question.body_max);
    } else {
        const std::string_view said = reason.data();
        failed.fault = fault_of(code, said);
        failed.message = said.empty() ? curl_easy_strerror(code) : std::string{said};
    }
    return failed;
}

tl::expected<Answer, Failure> Asking::perform(CURL* curl) {
    const auto code = curl_easy_perform(curl);
    if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && answer.is_cut))
        return tl::unexpected(failure(curl, code));
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    answer.version = version_of(curl);
    const char* address = nullptr;
    long port = 0;
    curl_easy_getinfo(curl, CURLINFO_PRIMARY_IP, &address);
    curl_easy_getinfo(curl, CURLINFO_PRIMARY_PORT, &port);
    answer.address = address == nullptr ? "" : address;
    answer.port = static_cast<std::uint16_t>(port);
    return std::move(answer);
}

CurlList to_list(const std::vector<Header>& headers) {
    CurlList list;
    for (const auto& header : headers)
        list.reset(curl_slist_append(list.release(),
                                     fmt::format("{}: {}", header.name, header.value).c_str()));
    return list;
}

bool is_field(const Header& header) {
    const auto is_plain = [](std::string_view text) {
        return std::ranges::none_of(text,
                                    [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    };
    return !header.name.empty() && is_plain(header.name) && is_plain(header.value);
}

}  // namespace rhumb::fetch
