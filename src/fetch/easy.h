#pragma once
/// What all uses of libcurl's easy interface share. Inside this module only.

#include <string_view>

#include <curl/curl.h>

#include "base/handle.h"

namespace rhumb::fetch {

using Curl = Handle<CURL, curl_easy_cleanup>;
using CurlList = Handle<curl_slist, curl_slist_free_all>;

/// A new transfer; null when libcurl cannot be set up. The first call initialises the library.
Curl make_curl();

/// True for an http or https URL of printable ASCII and of sane length: what libcurl is given.
bool is_web_url(std::string_view url);

/// Sets options one by one; remembers whether any was refused.
class Setup {
public:
    explicit Setup(CURL* curl) : curl_{curl} {}
    template <class Value>
    void set(CURLoption option, Value value) {
        is_good_ = curl_easy_setopt(curl_, option, value) == CURLE_OK && is_good_;
    }
    bool is_good() const { return is_good_; }

private:
    CURL* curl_;
    bool is_good_ = true;
};

}  // namespace rhumb::fetch
