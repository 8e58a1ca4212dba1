#include "http/content_coding.h"

#include <optional>

#include "base/text.h"

namespace rhumb::http {

std::string_view to_string(Coding coding) {
    switch (coding) {
        case Coding::brotli: return "br";
        case Coding::zstd: return "zstd";
        case Coding::gzip: return "gzip";
        case Coding::identity: return "identity";
    }
    return "identity";
}

namespace {

constexpr int unsaid = -1;
constexpr int full = 1000;

std::optional<Coding> to_coding(std::string_view name) {
    if (text::iequals(name, "x-gzip")) return Coding::gzip;
    for (const auto coding : all_codings)
        if (text::iequals(name, to_string(coding))) return coding;
    return std::nullopt;
}

/// "0.5" as 500; at most three digits after the point. 0 for what is no quality, so that it is not
/// taken for a wish.
int parse_quality(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
    int quality = (text[0] - '0') * full;
    if (text.size() > 1 && text[1] != '.') return 0;
    int weight = 100;
    for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (c < '0' || c > '9') return 0;
        quality += (c - '0') * weight;
        weight /= 10;
    }
    return std::min(quality, full);
}

/// The quality in the parameters that follow a name: "; q=0.5".
int quality_in(std::string_view parameters) {
    while (!parameters.empty()) {
        const auto parameter = text::trim(parameters.substr(0, parameters.find(';')));
        if (text::istarts_with(parameter, "q=")) return parse_quality(parameter.substr(2));
        parameters.remove_prefix(std::min(parameters.size(), parameters.find(';')));
        if (!parameters.empty()) parameters.remove_prefix(1);
    }
    return full;
}

using Qualities = std::array<int, all_codings.size()>;

/// Reads one field into `named`, by coding, and its "*" into `others`.
void read_field(std::string_view field, Qualities& named, int& others) {
    for (auto rest = field; !rest.empty();) {
        const auto item = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), item.size() + 1));
        const auto semicolon = item.find(';');
        const auto name = text::trim(item.substr(0, semicolon));
        const int quality =
            semicolon == std::string_view::npos ? full : quality_in(item.substr(semicolon + 1));
        if (name == "*") others = quality;
        if (const auto coding = to_coding(name)) named[static_cast<std::size_t>(*coding)] = quality;
    }
}

}  // namespace

AcceptedCodings::AcceptedCodings(const Headers& headers) {
    quality_.fill(unsaid);
    int others = unsaid;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const auto field = headers.at(i);
        if (text::iequals(field.name, "accept-encoding")) read_field(field.value, quality_, others);
    }
    for (const auto coding : all_codings) {
        auto& quality = quality_[static_cast<std::size_t>(coding)];
        if (quality != unsaid) continue;
        // What is not named counts as "*" does; without "*" the content as it is remains welcome,
        // but never preferred.
        if (others != unsaid)
            quality = others;
        else
            quality = coding == Coding::identity ? 1 : 0;
    }
}

Coding AcceptedCodings::best_of(Codings offered) const {
    auto best = Coding::identity;
    int best_quality = 0;
    for (const auto coding : all_codings) {
        if (!offered.has(coding) || quality(coding) <= best_quality) continue;
        best = coding;
        best_quality = quality(coding);
    }
    return best;
}

}  // namespace rhumb::http
