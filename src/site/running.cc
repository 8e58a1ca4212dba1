#include "site/running.h"

#include <nlohmann/json.hpp>

#include "base/files.h"

namespace rhumb::site {

namespace {

constexpr std::size_t size_max = 16U << 20U;

std::filesystem::path file_in(const std::filesystem::path& data) { return data / "running.json"; }

nlohmann::ordered_json to_json(const config::Binding& binding) {
    return {{"https", binding.https},
            {"address", binding.address},
            {"port", binding.port},
            {"public_port", binding.public_port},
            {"certificates", binding.certificates}};
}

nlohmann::ordered_json to_json(const config::Site& site) {
    auto bindings = nlohmann::ordered_json::array();
    for (const auto& binding : site.bindings) bindings.push_back(to_json(binding));
    return {{"name", site.name},
            {"host_names", site.host_names},
            {"strict_sni", site.strict_sni},
            {"certificates", site.certificates},
            {"bindings", bindings}};
}

config::Binding to_binding(const nlohmann::json& json) {
    config::Binding binding;
    binding.https = json.at("https").get<bool>();
    binding.address = json.at("address").get<std::string>();
    binding.port = json.at("port").get<std::uint16_t>();
    binding.public_port = json.at("public_port").get<std::uint16_t>();
    binding.certificates = json.at("certificates").get<std::vector<std::string>>();
    return binding;
}

config::Site to_site(const nlohmann::json& json) {
    config::Site site;
    site.name = json.at("name").get<std::string>();
    site.host_names = json.at("host_names").get<std::vector<std::string>>();
    site.strict_sni = json.at("strict_sni").get<bool>();
    site.certificates = json.at("certificates").get<std::vector<std::string>>();
    site.bindings.clear();
    for (const auto& binding : json.at("bindings")) site.bindings.push_back(to_binding(binding));
    return site;
}

}  // namespace

Result<void> write_running(const std::filesystem::path& data, const Running& running) {
    auto sites = nlohmann::ordered_json::array();
    for (const auto& site : running.document.sites) sites.push_back(to_json(site));
    const nlohmann::ordered_json json{{"process", running.process},
                                      {"digest", running.digest},
                                      {"refused_digest", running.refused_digest},
                                      {"refusal", running.refusal},
                                      {"hosts", running.hosts},
                                      {"config_file", running.config_file.string()},
                                      {"public_url", running.document.server.public_url},
                                      {"sites", sites}};
    const auto text =
        json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    return write_file_unsynced(file_in(data), text, 0600);  // of no use to anybody after a crash
}

std::optional<Running> read_running(const std::filesystem::path& data) {
    const auto text = read_file(file_in(data), size_max);
    if (!text) return {};
    try {
        const auto json = nlohmann::json::parse(*text);
        Running running;
        running.process = json.at("process").get<pid_t>();
        running.digest = json.at("digest").get<std::string>();
        running.refused_digest = json.at("refused_digest").get<std::string>();
        running.refusal = json.at("refusal").get<std::string>();
        running.hosts = json.at("hosts").get<std::vector<std::string>>();
        running.config_file = json.at("config_file").get<std::string>();
        running.document.server.public_url = json.at("public_url").get<std::string>();
        for (const auto& site : json.at("sites")) running.document.sites.push_back(to_site(site));
        return running;
    } catch (const nlohmann::json::exception&) {
        return {};  // of another version of the program, perhaps
    }
}

}  // namespace rhumb::site
