/// Java: each runtime, and the store that it reads, unless its options name another one.

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "pki/bag.h"
#include "trust/java_homes.h"
#include "trust/java_store.h"
#include "trust/programs/asking.h"
#include "trust/programs/java_options.h"
#include "trust/programs/looks.h"

namespace rhumb::trust::programs {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t store_size_max = pki::bag_size_max;

Fingerprints digests_of(const std::vector<pki::Certificate>& roots) {
    Fingerprints all;
    for (const auto& root : roots) all.insert(root.fingerprint_sha256());
    return all;
}

/// What stands in a store that the options name; nothing when it cannot be read without Java (JKS).
std::optional<Fingerprints> read_store(const JavaOptions& options) {
    const auto bytes = read_file(options.trust_store, store_size_max);
    if (!bytes) return Fingerprints{};
    const auto password = crypto::Secret::copy_of(options.trust_store_password);
    const auto bag = pki::read_bag(*bytes, &password);
    if (!bag) return std::nullopt;
    return digests_of(bag->certificates);
}

/// Those of the store of a runtime; `known` holds what was asked before.
std::optional<Fingerprints> ask_store(const Surroundings& surroundings, const JavaHome& home) {
    auto places = surroundings.places;
    places.java_homes = {home.home};
    places.java_keystores.clear();
    Found found;
    find_java_stores(places, found);
    if (found.stores.empty()) return std::nullopt;
    const auto roots = found.stores.front()->roots();
    if (!roots) return std::nullopt;
    return digests_of(*roots);
}

}  // namespace

std::vector<Program> look_at_java(const Surroundings& surroundings, RootFiles& /*files*/) {
    const auto options = read_java_options(surroundings);
    std::vector<Program> programs;
    std::map<fs::path, std::optional<Fingerprints>> known;
    for (const auto& home : find_java_homes(surroundings.places).homes) {
        Program program{.name = "Java",
                        .version = home.version,
                        .path = home.home,
                        .reads = home.store.string(),
                        .remedy = "rhumb trust install --store java"};
        if (!options.trust_store.empty()) {
            program.reads = fmt::format("{} ({})", options.trust_store.string(), options.variable);
            program.roots = read_store(options);
            program.remedy = variable_remedy;
        } else if (!home.store.empty()) {
            const auto [at, is_new] = known.try_emplace(home.store);
            if (is_new) at->second = ask_store(surroundings, home);
            program.roots = at->second;
            program.is_asked = program.roots.has_value();
            if (is_of_system(home.store)) program.remedy = system_remedy;
        } else {
            program.reads = "no store: it has no cacerts";
            program.roots.emplace();
        }
        programs.push_back(std::move(program));
    }
    return programs;
}

}  // namespace rhumb::trust::programs
