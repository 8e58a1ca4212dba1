#pragma once
/// What one question to a server knows while libcurl works on it, and what came of it. Inside this
/// module only.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "fetch/ask.h"
#include "fetch/easy.h"

namespace rhumb::fetch {

/// libcurl's callbacks are given it; lives until the transfer has ended.
struct Asking {
    const Question& question;
    bool is_loopback_only = false;  ///< no other machine is connected to
    Answer answer{};
    std::size_t head_bytes = 0;
    bool is_head_too_large = false;
    bool is_body_too_large = false;
    std::string refused_address{};
    std::string last_address{};
    std::array<char, CURL_ERROR_SIZE> reason{};  ///< as libcurl tells it

    /// Sets what every question has: where to, in which bounds, who reads the answer.
    void set_up(Setup& setup);
    /// Blocks until the answer is there.
    tl::expected<Answer, Failure> perform(CURL* curl);

private:
    bool take_field(std::string_view line);
    bool take_body(std::string_view bytes);
    Failure failure(CURL* curl, CURLcode code) const;

    static std::size_t header(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t body(char* bytes, std::size_t size, std::size_t count, void* self);
    static curl_socket_t open(void* self, curlsocktype purpose, curl_sockaddr* address);
};

/// "name: value" of each. The texts are checked before: is_field().
CurlList to_list(const std::vector<Header>& headers);

/// A name, and no line break in it or in its value.
bool is_field(const Header& header);

}  // namespace rhumb::fetch
