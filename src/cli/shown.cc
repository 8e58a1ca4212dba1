#include "cli/shown.h"

#include <algorithm>

#include "site/served.h"

namespace rhumb::cli {

Result<Shown> Shown::read(const Context& context, Installation& installation) {
    const certs::Inventory inventory{*installation.store, installation.seal};
    certs::Credentials credentials;
    TRY_DONE(credentials.reload(inventory, context.clock.now()));
    TRY(const auto home, installation.home(context));
    TRY(auto configuration, home.current());
    return Shown{std::move(configuration.document), credentials.current()};
}

std::vector<std::string> Shown::uses_of(std::string_view certificate) const {
    return site::uses_of(certificate, document_, *certificates_);
}

std::vector<std::string> Shown::bindings_of(std::string_view certificate) const {
    std::vector<std::string> bindings;
    for (const auto& served : site::all_served(document_, *certificates_)) {
        if (std::ranges::find(served.certificates, certificate) == served.certificates.end())
            continue;
        auto text = served.binding.to_text();
        if (std::ranges::find(bindings, text) == bindings.end())
            bindings.push_back(std::move(text));
    }
    return bindings;
}

}  // namespace rhumb::cli
