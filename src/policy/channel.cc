#include "policy/channel.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace rhumb::policy {

using config::RequireHttps;

bool covers(std::string_view above, std::string_view path, bool ignores_case) {
    while (above.ends_with('/')) above.remove_suffix(1);
    if (path.size() < above.size()) return false;
    const auto begin = path.substr(0, above.size());
    const bool is_same = ignores_case ? text::iequals(begin, above) : begin == above;
    return is_same && (path.size() == above.size() || path[above.size()] == '/');
}

namespace {

constexpr std::array<std::string_view, 3> coded_endings{".br", ".zst",
                                                        ".gz"};  // as the files module serves them

int strictness(RequireHttps value) {
    switch (value) {
        case RequireHttps::no: return 0;
        case RequireHttps::redirect: return 1;
        case RequireHttps::refuse: return 2;
    }
    return 2;
}

RequireHttps stricter(RequireHttps a, RequireHttps b) {
    return strictness(a) >= strictness(b) ? a : b;
}

using Perhaps = std::optional<RequireHttps>;
Perhaps stricter(Perhaps a, Perhaps b) { return a && b ? stricter(*a, *b) : (a ? a : b); }

template <class Table>
Perhaps look_up(const Table& table, const std::string& path) {
    const auto found = table.find(path);
    return found == table.end() ? std::nullopt : Perhaps{found->second};
}

std::string without_slash(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    return std::string{path};
}

}  // namespace

ChannelRules::ChannelRules(RequireHttps of_site, const std::vector<Statement>& statements,
                           std::vector<std::string> index_names)
    : of_site_{of_site}, index_names_{std::move(index_names)} {
    for (const auto& statement : statements) {
        auto path = without_slash(statement.path);
        // What is named like an index may be one, whether it is there already or not.
        const bool is_index =
            std::ranges::find(index_names_, path.substr(path.rfind('/') + 1)) != index_names_.end();
        auto& tables = statement.ignores_case ? folded_ : exact_;
        auto& table = statement.is_file || is_index ? tables.files : tables.trees;
        const auto [place, is_new] =
            table.emplace(statement.ignores_case ? text::to_lower(path) : path, statement.rule);
        if (!is_new) place->second = stricter(place->second, statement.rule);
    }
}

std::optional<RequireHttps> ChannelRules::find_tree(const std::string& path,
                                                    const std::string& folded) const {
    return stricter(look_up(exact_.trees, path), look_up(folded_.trees, folded));
}

std::optional<RequireHttps> ChannelRules::find_file(const std::string& path) const {
    return stricter(look_up(exact_.files, path), look_up(folded_.files, text::to_lower(path)));
}

RequireHttps ChannelRules::at(std::string_view path) const {
    if (path.starts_with("/.well-known/")) return RequireHttps::no;
    auto nearest = find_file(std::string{path});
    auto place = without_slash(path);
    for (auto folded = text::to_lower(place); !nearest;) {
        nearest = find_tree(place, folded);
        if (place.empty()) break;
        place.erase(place.rfind('/'));
        folded.resize(place.size());
    }
    auto holds = nearest.value_or(of_site_);

    // The same content by another address.
    if (path.ends_with('/')) {
        for (const auto& name : index_names_)
            if (const auto index = find_file(std::string{path} + name))
                holds = stricter(holds, *index);
    }
    for (const auto ending : coded_endings) {
        if (!path.ends_with(ending)) continue;
        const auto plain = find_file(std::string{path.substr(0, path.size() - ending.size())});
        if (plain) holds = stricter(holds, *plain);
    }
    return holds;
}

namespace {

/// A target as it was sent may hold bytes that an address may not.
std::string to_ascii(std::string_view target) {
    std::string ascii;
    for (const char c : target) {
        const bool is_kept = c > 0x20 && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\';
        if (is_kept) {
            ascii += c;
        } else {
            ascii += text::percent_encode({&c, 1});
        }
    }
    return ascii;
}

}  // namespace

std::string to_https_url(const http::Request& request, std::uint16_t https_port) {
    const auto target = request.raw_path.starts_with('/') ? to_ascii(request.target())
                                                          : std::string{"/"};  // OPTIONS *
    if (request.public_origin.starts_with("https://")) return request.public_origin + target;
    if (https_port == 0) return {};
    const bool has_host = !request.host.empty() || request.channel == nullptr;
    return http::make_origin(true, has_host ? request.host : request.channel->local.ip,
                             https_port) +
           target;
}

}  // namespace rhumb::policy
