#include "tls/profile.h"

namespace rhumb::tls {

std::optional<Profile> to_profile(std::string_view name) {
    if (name == "modern") return Profile::modern;
    if (name == "intermediate") return Profile::intermediate;
    if (name == "old") return Profile::old;
    return std::nullopt;
}

std::string_view to_string(Profile profile) {
    switch (profile) {
        case Profile::modern: return "modern";
        case Profile::intermediate: return "intermediate";
        case Profile::old: return "old";
    }
    return "";
}

}  // namespace rhumb::tls
