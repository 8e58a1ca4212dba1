#pragma once
/// Which certificates are shown where, by the configuration and the store as they are now.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "certs/credentials.h"
#include "cli/installation.h"
#include "config/document.h"

namespace rhumb::cli {

class Shown {
public:
    static Result<Shown> read(const Context& context, Installation& installation);

    /// Where a certificate is in use, in full: "site «Default Web Site», https://*:443, for
    /// gis.example.org".
    std::vector<std::string> uses_of(std::string_view certificate) const;

    /// The bindings that show it, each once: "https://*:443".
    std::vector<std::string> bindings_of(std::string_view certificate) const;

private:
    Shown(config::Document document, std::shared_ptr<const certs::CredentialSet> certificates)
        : document_{std::move(document)}, certificates_{std::move(certificates)} {}

    config::Document document_;
    std::shared_ptr<const certs::CredentialSet> certificates_;
};

}  // namespace rhumb::cli
