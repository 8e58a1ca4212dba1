#include "pki/times.h"

#include <chrono>
#include <ctime>

#include "crypto/errors.h"

namespace rhumb::pki {

Result<Seconds> to_seconds(const ASN1_TIME* time, std::string_view what) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
        crypto::take_openssl_reasons();
        return fail(ErrorKind::invalid, "{} has a date that cannot be read", what);
    }
    using namespace std::chrono;
    const auto day = year{parts.tm_year + 1900} / (parts.tm_mon + 1) / parts.tm_mday;
    return sys_days{day} + hours{parts.tm_hour} + minutes{parts.tm_min} + seconds{parts.tm_sec};
}

bool set_time(ASN1_TIME* time, Seconds to) {
    return time != nullptr && ASN1_TIME_set(time, to.time_since_epoch().count()) != nullptr;
}

}  // namespace rhumb::pki
