#pragma once
/// The page where devices are given the root: `/trust`, in the clear as well, for who comes here
/// cannot use https yet. Nothing on it is secret.

#include <functional>
#include <memory>
#include <string>

#include "base/snapshot.h"
#include "http/handler.h"
#include "share/offer.h"
#include "share/page.h"

namespace rhumb::share {

using CurrentOffer = Snapshot<Offer>;

/// Answers at a location: the page itself, and below it
///
/// - every file of the bundles, `windows.zip` …, `root.cer`, `root.crt`, `root.pem` (Offer),
/// - `check`: an answer without content that scripts of any origin may see: who gets it over https
///   trusts the certificate,
/// - `page.css`, `page.js`, `worker.js`, `icon.svg`.
///
/// Immutable; shared by all loops.
class TrustPage final : public http::Handler {
public:
    /// What only those know who know the sites: called on every loop.
    using Look = std::function<Surroundings(const http::Request&)>;

    /// `path`: of the location, without a slash at the end.
    TrustPage(std::string path, std::shared_ptr<const CurrentOffer> offer, Look look)
        : path_{std::move(path)}, offer_{std::move(offer)}, look_{std::move(look)} {}

    net::Task<http::Response> handle(http::Request& request) const override;

private:
    Result<http::Response> page(const http::Request& request) const;

    std::string path_;
    std::shared_ptr<const CurrentOffer> offer_;
    Look look_;
};

}  // namespace rhumb::share
