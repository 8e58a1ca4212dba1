/// Any bytes as a path, an address and entries of allow: taken or refused, never a crash; what is
/// taken reads the same when it is written; and nobody gets in where it takes a person.

#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "config/allowed.h"
#include "config/network.h"
#include "http/target.h"
#include "policy/verdict.h"

namespace {

using namespace rhumb;

void expect(bool is_so) {
    if (!is_so) std::abort();
}

/// Entries that are good, and what was written of them reads the same.
config::AllowList entries_of(const std::vector<std::string_view>& lines) {
    config::AllowList list;
    for (const auto line : lines) {
        const auto entry = config::parse_allowed(line);
        if (!entry) continue;
        expect(config::parse_allowed(config::to_text(*entry)) == *entry);
        list.push_back(*entry);
    }
    return list;
}

policy::Rules rules_of(const config::AllowList& list, std::string_view path) {
    policy::Statement site{"/",
                           "site",
                           false,
                           false,
                           config::RequireHttps::no,
                           config::ClientCertificate::ignore,
                           config::AllowList{{config::Allowed::Kind::anyone, {}}}};
    policy::Statement tree{.path = "/a", .ignores_case = true, .allow = list};
    policy::Statement file{.path = std::string{path}, .is_file = true, .allow = list};
    return {std::move(site), {std::move(tree), std::move(file)}, {"index.html"}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto lines = text::split(bytes, '\n');
    const auto list = entries_of(lines);
    const auto network = config::parse_network(lines.back());
    if (network) expect(config::parse_network(network->to_text()) == *network);

    const auto path = http::clean_path(lines.front());
    if (!path) return 0;
    // The same path, however it is spelt.
    expect(http::clean_path(text::percent_encode(*path, "/")) == *path);
    const auto rules = rules_of(list, *path);
    const auto holding = rules.at(*path);
    const auto ip = lines.back();
    const auto admission = policy::admit(holding, {}, ip);
    if (holding.needs_person()) {
        expect(admission != policy::Admission::admitted);
        policy::Visit visit{.is_secure = false, .ip = std::string{ip}};
        expect(policy::judge(holding, visit) == policy::Verdict::https_required);
    }
    for (const auto* const statement : holding.allow_by)
        expect(policy::covers(statement->path, *path, true));
    return 0;
}
