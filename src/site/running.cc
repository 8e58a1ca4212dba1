#include "site/running.h"

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "config/parse.h"
#include "config/write.h"

namespace rhumb::site {

namespace {

std::filesystem::path file_in(const std::filesystem::path& data) { return data / "running.json"; }

}  // namespace

Result<void> write_running(const std::filesystem::path& data, const Running& running) {
    const nlohmann::ordered_json json{{"process", running.process},
                                      {"digest", running.digest},
                                      {"refused_digest", running.refused_digest},
                                      {"refusal", running.refusal},
                                      {"configuration", config::to_toml(running.document)}};
    const auto text =
        json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    return write_file_atomically(file_in(data), text, 0600);
}

std::optional<Running> read_running(const std::filesystem::path& data) {
    const auto text = read_file(file_in(data), 4 * config::text_bytes_max);
    if (!text) return {};
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object()) return {};
    const auto field = [&](const char* name) {
        const auto found = json.find(name);
        return found != json.end() && found->is_string() ? found->get<std::string>()
                                                         : std::string{};
    };
    const auto process = json.find("process");
    if (process == json.end() || !process->is_number_integer()) return {};
    auto document = config::parse_or_fail(field("configuration"), "running.json");
    if (!document) return {};
    return Running{process->get<pid_t>(), field("digest"), field("refused_digest"),
                   field("refusal"), *std::move(document)};
}

}  // namespace rhumb::site
