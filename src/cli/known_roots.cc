#include "cli/known_roots.h"

#include "certs/known_roots.h"

namespace rhumb::cli {

std::vector<pki::Certificate> known_roots(const Installation& installation) {
    return certs::known_roots(*installation.store);
}

}  // namespace rhumb::cli
