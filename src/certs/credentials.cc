#include "certs/credentials.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace rhumb::certs {

namespace {

/// An empty value where there is none.
auto find_in(const auto& table, const auto& key) {
    const auto found = table.find(key);
    return found != table.end() ? found->second : decltype(found->second){};
}

/// "example.org" for "www.example.org"; "" where there is nothing after the first label.
std::string_view after_first_label(std::string_view host) {
    const auto dot = host.find('.');
    return dot == std::string_view::npos ? std::string_view{} : host.substr(dot + 1);
}

}  // namespace

CredentialGroup CredentialSet::find_by_host(std::string_view host) const {
    if (auto exact = find_in(by_host_, host); !exact.empty()) return exact;
    const auto domain = after_first_label(host);
    return domain.empty() ? CredentialGroup{} : find_in(by_wildcard_, domain);
}

Fit CredentialSet::fit(const CredentialPointer& credential, std::string_view host) const {
    const auto facts = facts_.find(credential);
    if (facts == facts_.end() || host.empty()) return Fit::none;
    const auto domain = after_first_label(host);
    auto best = Fit::none;
    for (const auto& one : facts->second.hosts) {
        if (one == host) return Fit::exact;
        const bool is_wildcard = one.starts_with("*.") && std::string_view{one}.substr(2) == domain;
        if (is_wildcard) best = Fit::wildcard;
    }
    return best;
}

std::string_view CredentialSet::name_of(const CredentialPointer& credential) const {
    const auto facts = facts_.find(credential);
    return facts == facts_.end() ? std::string_view{} : facts->second.name;
}

bool CredentialSet::has_the_same(const CredentialSet& other) const {
    return by_name_ == other.by_name_;
}

std::vector<std::string> CredentialSet::hosts() const {
    std::vector<std::string> hosts;
    for (const auto& [host, group] : by_host_) hosts.push_back(host);
    for (const auto& [domain, group] : by_wildcard_) hosts.push_back("*." + domain);
    std::ranges::sort(hosts);
    return hosts;
}

CredentialPointer CredentialSet::find_by_name(std::string_view certificate) const {
    return find_in(by_name_, text::to_lower(certificate));
}

namespace {

/// What decides first between two certificates for one host: those that differ in it are never
/// shown side by side.
struct Standing {
    bool is_invalid;  ///< expired, not yet valid or unreadable
    bool is_ours;     ///< nobody trusts it who was not told to
    auto operator<=>(const Standing&) const = default;
};

Standing standing_of(const Entry& entry, Seconds now) {
    const bool is_invalid = !entry.chain || !entry.chain->leaf().is_valid_at(now);
    const bool is_ours = entry.record.origin == storage::Origin::local_authority ||
                         entry.record.origin == storage::Origin::self_signed;
    return {is_invalid, is_ours};
}

/// Best first: valid now, from outside, longest to go; the name decides between equals, so that
/// every node chooses alike.
auto rank_of(const Entry& entry, Seconds now) {
    return std::tuple{standing_of(entry, now), -entry.record.not_after.time_since_epoch().count(),
                      entry.record.name};
}

}  // namespace

/// Builds one set; the entries are put in from the best to the worst, so that the first one keeps a
/// name.
class CredentialSetBuilder {
public:
    CredentialSetBuilder(const CredentialSet& previous, Seconds now)
        : previous_{previous}, now_{now} {}

    /// The same object as before when the record is the same.
    Result<void> put(const Entry& entry, const Inventory& inventory) {
        auto credential = find_in(previous_.by_id_, entry.record.id);
        if (!credential) {
            TRY(auto key, inventory.open_key(entry));
            TRY(credential, tls::Credential::make(*entry.chain, std::move(key)));
        }
        const auto standing = standing_of(entry, now_);
        CredentialSet::Facts facts{entry.record.name, {}};
        for (const auto& name : entry.chain->leaf().names()) {
            auto& group = name.is_wildcard() ? set_->by_wildcard_[name.text().substr(2)]
                                             : set_->by_host_[name.text()];
            if (group.empty() || standings_.at(group.front()) == standing)
                tls::add_to_group(group, credential);
            facts.hosts.push_back(name.text());
        }
        if (!best_) best_ = credential;
        standings_.emplace(credential, standing);
        set_->facts_.emplace(credential, std::move(facts));
        set_->by_name_.emplace(text::to_lower(entry.record.name), credential);
        set_->by_id_.emplace(entry.record.id, std::move(credential));
        return {};
    }

    std::shared_ptr<const CredentialSet> finish(std::string_view default_name) {
        const auto named = set_->find_by_name(default_name);
        if (const auto chosen = named ? named : best_) set_->default_ = with_companion(chosen);
        return std::move(set_);
    }

private:
    /// With what stands beside it for its first host.
    CredentialGroup with_companion(const CredentialPointer& chosen) const {
        const auto& hosts = set_->facts_.at(chosen).hosts;
        auto group = hosts.empty() ? CredentialGroup{} : set_->find_by_host(hosts.front());
        return !group.empty() && group.front() == chosen ? group : CredentialGroup{chosen};
    }

    const CredentialSet& previous_;
    Seconds now_;
    CredentialPointer best_;
    std::unordered_map<CredentialPointer, Standing> standings_;
    std::shared_ptr<CredentialSet> set_ = std::make_shared<CredentialSet>();
};

Credentials::Credentials() : set_{std::make_shared<const CredentialSet>()} {}

CredentialGroup Credentials::find(std::string_view server_name) const {
    const auto set = set_.get();
    auto found = set->find_by_host(server_name);
    return found.empty() ? set->default_group() : found;
}

Result<std::vector<std::string>> Credentials::reload(const Inventory& inventory, Seconds now) {
    TRY(auto entries, inventory.list());
    std::ranges::sort(
        entries, [&](const Entry& a, const Entry& b) { return rank_of(a, now) < rank_of(b, now); });
    std::vector<std::string> faults;
    const auto previous = set_.get();
    CredentialSetBuilder builder{*previous, now};
    for (const auto& entry : entries) {
        const auto put = entry.chain ? builder.put(entry, inventory)
                                     : Result<void>{tl::unexpected(entry.chain.error())};
        if (!put)
            faults.push_back(fmt::format("the certificate «{}» cannot be used: {}",
                                         entry.record.name, put.error().message));
    }
    set_.replace(builder.finish("auto"));
    return faults;
}

}  // namespace rhumb::certs
