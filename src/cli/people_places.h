#pragma once
/// Where users and roles are, as commands show it.

#include <nlohmann/json_fwd.hpp>

#include "cli/context.h"
#include "cli/installation.h"
#include "config/document.h"
#include "providers/report.h"

namespace rhumb::cli {

struct PeoplePlaces {
    std::string users{};  ///< as they are configured: the name of a provider, or "embedded"
    std::string roles{};
    std::optional<providers::Report> report{};  ///< of the server that runs
    std::vector<std::string> local_administrators{};

    /// `is_running`: what a server has said is of now.
    static Result<PeoplePlaces> look(const Context& context, const Installation& installation,
                                     const config::Security& security, bool is_running);

    /// Lines for people: what each is about, and what is said.
    struct Line {
        std::string about;
        std::string text;
    };
    std::vector<Line> lines() const;
    nlohmann::ordered_json to_json() const;
};

}  // namespace rhumb::cli
