#include "certs/credentials.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace rhumb::certs {

namespace {

CredentialPointer find_in(const auto& table, const auto& key) {
    const auto found = table.find(key);
    return found != table.end() ? found->second : nullptr;
}

}  // namespace

CredentialPointer CredentialSet::find_by_host(std::string_view host) const {
    if (auto exact = find_in(by_host_, host)) return exact;
    const auto dot = host.find('.');
    return dot == std::string_view::npos ? nullptr : find_in(by_wildcard_, host.substr(dot + 1));
}

CredentialPointer CredentialSet::find_by_name(std::string_view certificate) const {
    return find_in(by_name_, text::to_lower(certificate));
}

/// Builds one set; the entries are put in from the best to the worst, so that the first one keeps a
/// name.
class CredentialSetBuilder {
public:
    explicit CredentialSetBuilder(const CredentialSet& previous) : previous_{previous} {}

    /// The same object as before when the record is the same.
    Result<void> put(const Entry& entry, const Inventory& inventory) {
        auto credential = find_in(previous_.by_id_, entry.record.id);
        if (!credential) {
            TRY(auto key, inventory.open_key(entry));
            TRY(credential, tls::Credential::make(*entry.chain, std::move(key)));
        }
        for (const auto& name : entry.chain->leaf().names()) {
            if (name.is_wildcard())
                set_->by_wildcard_.try_emplace(name.text().substr(2), credential);
            else
                set_->by_host_.try_emplace(name.text(), credential);
        }
        if (!set_->default_) set_->default_ = credential;
        set_->by_name_.emplace(text::to_lower(entry.record.name), credential);
        set_->by_id_.emplace(entry.record.id, std::move(credential));
        return {};
    }

    std::shared_ptr<const CredentialSet> finish(std::string_view default_name) {
        if (auto named = set_->find_by_name(default_name)) set_->default_ = std::move(named);
        return std::move(set_);
    }

private:
    const CredentialSet& previous_;
    std::shared_ptr<CredentialSet> set_ = std::make_shared<CredentialSet>();
};

namespace {

/// Best first: valid now, from outside, longest to go; the name decides between equals, so that
/// every node chooses alike.
auto rank_of(const Entry& entry, Seconds now) {
    const bool is_invalid = !entry.chain || !entry.chain->leaf().is_valid_at(now);
    const bool is_ours = entry.record.origin == storage::Origin::local_authority ||
                         entry.record.origin == storage::Origin::self_signed;
    return std::tuple{is_invalid, is_ours, -entry.record.not_after.time_since_epoch().count(),
                      entry.record.name};
}

}  // namespace

Credentials::Credentials() : set_{std::make_shared<const CredentialSet>()} {}

CredentialPointer Credentials::find(std::string_view server_name) const {
    const auto set = set_.get();
    auto found = set->find_by_host(server_name);
    return found ? found : set->default_credential();
}

Result<std::vector<std::string>> Credentials::reload(const Inventory& inventory, Seconds now) {
    TRY(auto entries, inventory.list());
    std::ranges::sort(
        entries, [&](const Entry& a, const Entry& b) { return rank_of(a, now) < rank_of(b, now); });
    std::vector<std::string> faults;
    const auto previous = set_.get();
    CredentialSetBuilder builder{*previous};
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
