#include "fetch/ask.h"

#include <algorithm>
#include <array>

#include <unistd.h>

#include <curl/curl.h>
#include <sys/socket.h>

#include "base/text.h"
#include "fetch/easy.h"
#include "fetch/reach.h"

namespace rhumb::fetch {

namespace {

constexpr std::size_t head_bytes_max = std::size_t{64} << 10U;
constexpr std::size_t head_fields_max = 200;

/// What one question knows; libcurl's callbacks are given it.
struct Asking {
    const Question& question;
    Answer answer{};
    std::size_t head_bytes = 0;
    bool is_head_too_large = false;
    bool is_body_too_large = false;
    std::string refused_address{};
    std::string last_address{};

    bool take_field(std::string_view line) {
        head_bytes += line.size();
        if (line.starts_with("HTTP/")) answer.headers.clear();  // after an interim answer (1xx)
        const auto colon = line.find(':');
        const bool is_field = colon != std::string_view::npos && !line.starts_with("HTTP/");
        if (is_field && answer.body.empty())  // later ones are trailers
            answer.headers.push_back({text::to_lower(text::trim(line.substr(0, colon))),
                                      std::string{text::trim(line.substr(colon + 1))}});
        is_head_too_large = head_bytes > head_bytes_max || answer.headers.size() > head_fields_max;
        return !is_head_too_large;
    }

    bool take_body(std::string_view bytes) {
        const auto room = question.body_max - answer.body.size();
        answer.body.append(bytes.substr(0, room));
        if (bytes.size() <= room) return true;
        (question.is_cut_at_max ? answer.is_cut : is_body_too_large) = true;
        return false;
    }

    static std::size_t header(char* bytes, std::size_t size, std::size_t count, void* self) {
        const auto length = size * count;
        return static_cast<Asking*>(self)->take_field({bytes, length}) ? length : 0;
    }
    static std::size_t body(char* bytes, std::size_t size, std::size_t count, void* self) {
        const auto length = size * count;
        return static_cast<Asking*>(self)->take_body({bytes, length}) ? length : 0;
    }
    /// Judged here, after the name was looked up: what is judged is what is used.
    static curl_socket_t open(void* self, curlsocktype, curl_sockaddr* address) {
        auto& asking = *static_cast<Asking*>(self);
        asking.last_address = to_text(address->addr);
        const auto& only = asking.question.only_addresses;
        if (!only.empty() && std::ranges::find(only, asking.last_address) == only.end()) {
            asking.refused_address = asking.last_address;
            return CURL_SOCKET_BAD;
        }
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }
};

/// "::192.0.2.7:8443", as CURLOPT_CONNECT_TO has it; "" for no detour.
std::string detour(const Question& question) {
    if (question.address.empty() && question.port == 0) return {};
    const bool is_v6 = question.address.find(':') != std::string::npos;
    return fmt::format("::{}{}{}:{}", is_v6 ? "[" : "", question.address, is_v6 ? "]" : "",
                       question.port == 0 ? "" : std::to_string(question.port));
}

void set_tls(Setup& setup, const Question& question) {
    if (!question.roots_file.empty()) {
        setup.set(CURLOPT_CAINFO, question.roots_file.c_str());
        setup.set(CURLOPT_CAPATH, nullptr);
    }
    if (!question.insecurely_skip_verification) return;
    setup.set(CURLOPT_SSL_VERIFYPEER, 0L);
    setup.set(CURLOPT_SSL_VERIFYHOST, 0L);
    // What old servers speak, too: nothing that is worth protecting is sent.
    setup.set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_0});
    setup.set(CURLOPT_SSL_CIPHER_LIST, "ALL:@SECLEVEL=0");
}

void set_request(Setup& setup, const Question& question) {
    setup.set(CURLOPT_URL, question.url.c_str());
    setup.set(CURLOPT_PROTOCOLS_STR, "http,https");
    setup.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    setup.set(CURLOPT_FOLLOWLOCATION, 0L);
    setup.set(CURLOPT_NOBODY, question.is_head ? 1L : 0L);
    setup.set(CURLOPT_TIMEOUT_MS, long{question.limit.count()});
    setup.set(CURLOPT_CONNECTTIMEOUT_MS,
              long{std::min(question.connect_limit, question.limit).count()});
    setup.set(CURLOPT_NOSIGNAL, 1L);
    setup.set(CURLOPT_PROXY, "");
    setup.set(CURLOPT_USERAGENT, "Rhumb");
}

void set_callbacks(Setup& setup, Asking& asking) {
    setup.set(CURLOPT_HEADERFUNCTION, &Asking::header);
    setup.set(CURLOPT_HEADERDATA, &asking);
    setup.set(CURLOPT_WRITEFUNCTION, &Asking::body);
    setup.set(CURLOPT_WRITEDATA, &asking);
    setup.set(CURLOPT_OPENSOCKETFUNCTION, &Asking::open);
    setup.set(CURLOPT_OPENSOCKETDATA, &asking);
}

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

Failure failure(const Asking& asking, CURL* curl, CURLcode code, std::string_view reason) {
    Failure failed{.is_connected = is_connected(curl, asking.question.url),
                   .address = asking.last_address};
    if (!asking.refused_address.empty()) {
        failed.fault = Fault::elsewhere;
        failed.message = fmt::format("it leads to {}, another machine", asking.refused_address);
    } else if (asking.is_head_too_large || asking.is_body_too_large) {
        failed.fault = Fault::too_large;
        failed.message = asking.is_head_too_large
                             ? fmt::format("the head is larger than {} bytes or {} fields",
                                           head_bytes_max, head_fields_max)
                             : fmt::format("it is larger than {} bytes", asking.question.body_max);
    } else {
        failed.fault = fault_of(code, reason);
        failed.message = reason.empty() ? curl_easy_strerror(code) : std::string{reason};
    }
    return failed;
}

tl::expected<Answer, Failure> perform(CURL* curl, Asking& asking, const char* reason) {
    const auto code = curl_easy_perform(curl);
    if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && asking.answer.is_cut))
        return tl::unexpected(failure(asking, curl, code, reason));
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    asking.answer.status = static_cast<int>(status);
    asking.answer.version = version_of(curl);
    const char* address = nullptr;
    long port = 0;
    curl_easy_getinfo(curl, CURLINFO_PRIMARY_IP, &address);
    curl_easy_getinfo(curl, CURLINFO_PRIMARY_PORT, &port);
    asking.answer.address = address == nullptr ? "" : address;
    asking.answer.port = static_cast<std::uint16_t>(port);
    return std::move(asking.answer);
}

bool is_field(const Header& header) {
    const auto is_plain = [](std::string_view text) {
        return std::ranges::none_of(text,
                                    [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    };
    return !header.name.empty() && is_plain(header.name) && is_plain(header.value);
}

}  // namespace

const std::string* Answer::find(std::string_view name) const {
    const auto place = std::ranges::find(headers, name, &Header::name);
    return place == headers.end() ? nullptr : &place->value;
}

std::vector<std::string> Answer::all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& header : headers)
        if (header.name == name) values.push_back(header.value);
    return values;
}

tl::expected<Answer, Failure> ask(const Question& question) {
    if (!is_web_url(question.url) || !std::ranges::all_of(question.headers, is_field))
        return tl::unexpected(
            Failure{.message = "it is no http or https URL of ordinary characters"});
    if (question.limit.count() <= 0)
        return tl::unexpected(Failure{.fault = Fault::time, .message = "there was no time left"});
    Asking asking{question};
    const Curl curl = make_curl();
    std::array<char, CURL_ERROR_SIZE> reason{};
    Setup setup{curl.get()};
    CurlList fields;
    const auto append = [](CurlList& list, const std::string& line) {
        list.reset(curl_slist_append(list.release(), line.c_str()));
    };
    for (const auto& header : question.headers)
        append(fields, fmt::format("{}: {}", header.name, header.value));
    CurlList detours;
    if (const auto line = detour(question); !line.empty()) append(detours, line);
    if (curl) {
        set_request(setup, question);
        set_tls(setup, question);
        set_callbacks(setup, asking);
        setup.set(CURLOPT_ERRORBUFFER, reason.data());
        setup.set(CURLOPT_HTTPHEADER, fields.get());
        setup.set(CURLOPT_CONNECT_TO, detours.get());
    }
    if (!curl || !setup.is_good())
        return tl::unexpected(Failure{.message = "libcurl cannot be set up"});
    return perform(curl.get(), asking, reason.data());
}

}  // namespace rhumb::fetch
