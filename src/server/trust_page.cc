#include "server/trust_page.h"

#include <algorithm>
#include <array>

#include "certs/authority_rotation.h"
#include "site/served.h"
#include "site/urls.h"

namespace rhumb::server {

void OfferedRoots::look(const config::Document& served, const std::vector<std::string>& hosts) {
    auto url = served.server.public_url;
    if (url.empty() && !served.sites.empty())
        url = site::origin_for_people(served.sites.front(), true, hosts);
    if (!url.empty()) url += '/';
    if (const auto renewed = renew(url); !renewed)
        log_.error("share", "the files for other machines were not made anew: {}",
                   renewed.error().message);
}

Result<void> OfferedRoots::renew(const std::string& url) {
    TRY(const auto roots, certs::roots_to_trust(store_));
    if (roots == current_->get()->roots() && url == url_) return {};
    share::Offer offer;
    if (!roots.empty()) {
        TRY(offer, share::Offer::make({roots, url}));
    }
    current_->replace(std::make_shared<const share::Offer>(std::move(offer)));
    url_ = url;
    return {};
}

namespace {

bool is_loopback(std::string_view host) {
    return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") ||
           host == "::1";
}

bool is_address(std::string_view host) {
    return host.find(':') != std::string_view::npos ||
           host.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// True for what no address of the Internet is: loopback, private, link-local.
bool is_private(std::string_view ip) {
    static constexpr std::array blocks{"10.0.0.0/8",    "127.0.0.0/8",    "169.254.0.0/16",
                                       "172.16.0.0/12", "192.168.0.0/16", "::1/128",
                                       "fc00::/7",      "fe80::/10"};
    const auto name = pki::Name::parse(ip);
    return name && std::ranges::any_of(blocks, [&name](std::string_view block) {
               const auto range = pki::AddressRange::parse(block);
               return range && range->contains(*name);
           });
}

/// One visit: what the site does for this client.
class Surveyor {
public:
    Surveyor(const http::Request& request, const config::Site& site, const TrustPageParts& parts)
        : request_{request},
          host_{request.host.empty() ? request.channel->local.ip : request.host},
          site_{site},
          hosts_{parts.hosts},
          offer_{parts.offer->get()},
          certificates_{parts.credentials->current()},
          https_{site::find_binding(site, true, request.channel->local.ip)},
          http_{site::find_binding(site, false, request.channel->local.ip)} {}

    share::Surroundings survey() const {
        return {.shown = shown(),
                .https_origin = origin(true, host_),
                .http_origin = origin(false, host_),
                .other_https_origin = other_https_origin(),
                .origin_for_others = origin_for_others()};
    }

private:
    /// Of the site under that host, as this client can use it; "" when there is none.
    std::string origin(bool https, std::string_view host) const {
        if (host == request_.host && https == request_.channel->is_secure) return request_.origin();
        const auto& known = request_.public_origin;
        if (!known.empty() && host == host_) {
            if (known.starts_with("https://") == https) return known;
            if (!https) return {};  // somebody stands in front: who knows whether he takes http
        }
        const auto* const binding = https ? https_ : http_;
        return binding == nullptr ? std::string{}
                                  : http::make_origin(https, host, site::public_port(*binding));
    }

    /// What a handshake for `host` is answered with; addresses are not named in it.
    tls::CredentialGroup chosen(std::string_view host) const {
        if (https_ == nullptr) return {};
        return site::choose(site_, *https_, is_address(host) ? std::string_view{} : host,
                            *certificates_)
            .credentials;
    }

    share::Shown shown() const {
        const auto group = chosen(host_);
        if (group.empty()) return share::Shown::nobodys;
        const auto& chain = group.front()->chain().certificates();
        const bool is_own = std::ranges::any_of(chain, [this](const pki::Certificate& one) {
            return std::ranges::any_of(offer_->roots(), [&one](const pki::Certificate& root) {
                return one == root || one.is_issued_by(root);
            });
        });
        if (is_own) return share::Shown::own;
        return chain.front().is_self_signed() ? share::Shown::self_signed : share::Shown::others;
    }

    /// The address that the client came to, or another host of ours, that the certificate shown
    /// there is for.
    std::string other_https_origin() const {
        if (!request_.public_origin.empty()) return {};
        std::vector<std::string> candidates;
        // Not where a router stands between: our address is nothing there, and browsers ask their
        // users before a public page may look at a private one.
        if (is_private(request_.channel->local.ip) == is_private(request_.channel->remote.ip))
            candidates.push_back(request_.channel->local.ip);
        if (is_loopback(request_.channel->local.ip)) candidates.emplace_back("localhost");
        candidates.insert(candidates.end(), site_.host_names.begin(), site_.host_names.end());
        candidates.insert(candidates.end(), hosts_.begin(), hosts_.end());
        for (const auto& host : candidates) {
            if (host == host_ || host.starts_with("*.")) continue;
            const auto group = chosen(host);
            if (!group.empty() && group.front()->chain().leaf().matches_host(host))
                return origin(true, host);
        }
        return {};
    }

    std::string origin_for_others() const {
        auto host = host_;
        if (is_loopback(host) && request_.public_origin.empty()) host = host_for_others();
        if (host.empty()) return {};
        const auto in_the_clear = origin(false, host);
        return in_the_clear.empty() ? origin(true, host) : in_the_clear;
    }

    /// A name that somebody chose, else an address (a phone knows no names of its network), else a
    /// name that the certificates are for.
    std::string host_for_others() const {
        for (const auto* const some : {&site_.host_names, &hosts_})
            for (const auto& host : *some)
                if (!host.starts_with("*.") && !is_loopback(host)) return host;
        std::string found;
        for (const auto& host : certificates_->hosts()) {
            if (is_loopback(host) || host.starts_with("*.")) continue;
            if (is_address(host) && host.find(':') == std::string::npos) return host;
            if (found.empty() && !is_address(host)) found = host;
        }
        return found;
    }

    const http::Request& request_;
    const std::string host_;  // as the client calls us; HTTP/1.0 may leave it out
    const config::Site& site_;
    const std::vector<std::string>& hosts_;
    std::shared_ptr<const share::Offer> offer_;
    std::shared_ptr<const certs::CredentialSet> certificates_;
    const config::Binding* https_;
    const config::Binding* http_;
};

}  // namespace

share::Surroundings look_around(const http::Request& request, const config::Site& site,
                                const TrustPageParts& parts) {
    return Surveyor{request, site, parts}.survey();
}

site::HandlerPointer make_trust_page(const TrustPageParts& parts, const config::Site& site,
                                     std::string path) {
    return std::make_shared<share::TrustPage>(
        std::move(path), parts.offer,
        [parts, site](const http::Request& request) { return look_around(request, site, parts); });
}

}  // namespace rhumb::server
