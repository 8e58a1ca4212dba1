#pragma once
/// Offer: what the page /trust hands out now. Made anew when the roots change.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "share/bundle.h"

namespace rhumb::share {

/// One file that can be had, ready to be sent.
struct Download {
    std::shared_ptr<const std::string> bytes;
    std::string media_type;
    std::string disposition;  ///< Content-Disposition; "": none
    std::string etag;
};

/// Immutable; shared by all loops.
class Offer {
public:
    /// Nothing to hand out: there is no authority.
    Offer() = default;
    /// `invalid`: see make_bundle().
    static Result<Offer> make(const Installation& installation);

    /// The one that signs first, then the next one.
    const std::vector<pki::Certificate>& roots() const { return roots_; }
    const std::vector<Bundle>& bundles() const { return bundles_; }
    const Bundle& bundle(Platform platform) const;

    /// By the path below the page's: "root.cer", "windows/trust-rhumb.ps1", "windows.zip"; null
    /// when there is no such file. (next.cer … while the root is being replaced.)
    const Download* find(std::string_view path) const;

private:
    Result<void> add(std::string path, Download download);

    std::vector<pki::Certificate> roots_;
    std::vector<Bundle> bundles_;
    std::map<std::string, Download, std::less<>> downloads_;
};

}  // namespace rhumb::share
