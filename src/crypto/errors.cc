#include "crypto/errors.h"

#include <openssl/err.h>

namespace rhumb::crypto {

std::string take_openssl_reasons() {
    std::string reasons;
    const char* data = nullptr;
    int flags = 0;
    while (const auto code = ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags)) {
        if (!reasons.empty()) reasons += "; ";
        const char* const reason = ERR_reason_error_string(code);
        reasons += reason != nullptr ? std::string{reason} : fmt::format("error {:#x}", code);
        if ((flags & ERR_TXT_STRING) != 0 && data != nullptr && *data != '\0')
            reasons += fmt::format(" ({})", data);
    }
    return reasons.empty() ? "no reason given" : reasons;
}

tl::unexpected<Error> openssl_failed(ErrorKind kind, std::string_view step) {
    return fail(kind, "{}: {}", step, take_openssl_reasons());
}

}  // namespace rhumb::crypto
