#include "fetch/ask.h"

#include <algorithm>

#include "fetch/asking.h"

namespace rhumb::fetch {

namespace {

/// "::192.0.2.7:8443", as CURLOPT_CONNECT_TO has it; "" for no detour.
std::string detour(const Question& question) {
    if (question.address.empty() && question.port == 0) return {};
    const bool is_v6 = question.address.find(':') != std::string::npos;
    return fmt::format("::{}{}{}:{}", is_v6 ? "[" : "", question.address, is_v6 ? "]" : "",
                       question.port == 0 ? "" : std::to_string(question.port));
}

void skip_verification(Setup& setup) {
    setup.set(CURLOPT_SSL_VERIFYPEER, 0L);
    setup.set(CURLOPT_SSL_VERIFYHOST, 0L);
    // What old servers speak, too: nothing that is worth protecting is sent.
    setup.set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_0});
    setup.set(CURLOPT_SSL_CIPHER_LIST, "ALL:@SECLEVEL=0");
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
    const Curl curl = make_curl();
    Asking asking{question};
    Setup setup{curl.get()};
    const auto fields = to_list(question.headers);
    CurlList detours;
    if (const auto line = detour(question); !line.empty())
        detours.reset(curl_slist_append(nullptr, line.c_str()));
    if (curl) {
        asking.set_up(setup);
        if (question.insecurely_skip_verification) skip_verification(setup);
        setup.set(CURLOPT_NOBODY, question.is_head ? 1L : 0L);
        setup.set(CURLOPT_HTTPHEADER, fields.get());
        setup.set(CURLOPT_CONNECT_TO, detours.get());
    }
    if (!curl || !setup.is_good())
        return tl::unexpected(Failure{.message = "libcurl cannot be set up"});
    return asking.perform(curl.get());
}

}  // namespace rhumb::fetch
