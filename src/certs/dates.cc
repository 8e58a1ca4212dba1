#include "certs/dates.h"

#include <fmt/chrono.h>

namespace rhumb::certs {

std::string to_date(Seconds time) {
    return fmt::format("{:%Y-%m-%d}", fmt::gmtime(time.time_since_epoch().count()));
}

}  // namespace rhumb::certs
