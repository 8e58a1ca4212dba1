#pragma once
/// What browsers have been told about coming by https alone, and until when they remember it. Kept
/// in the store: what was said once is to be taken back by name, long after it left the
/// configuration.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/document.h"
#include "storage/store.h"

namespace rhumb::site {

/// How long a browser keeps to a step (RFC 6797 section 6.1.1): 0 for `off`.
std::chrono::seconds max_age(config::Hsts step);

/// A value; what a site was told of is known by the site's name.
class HstsMemory {
public:
    struct Entry {
        config::Hsts step = config::Hsts::off;  ///< the latest
        Seconds since{};                        ///< when it began
        Seconds until{};                        ///< some browser may remember it so long

        bool operator==(const Entry&) const = default;
    };

    static Result<HstsMemory> read(const storage::View& view);
    Result<void> write(storage::Transaction& transaction) const;

    /// One line for each site. What cannot be read is passed over.
    static HstsMemory from_text(std::string_view text);
    std::string to_text() const;

    /// Notes that `document` is served now; drops what nobody remembers any more. True when there
    /// is something worth writing down: ends move on with every answer, but are noted in strides.
    bool note(const config::Document& document, Seconds now);

    /// The sites that are to take it back, with max-age=0 (RFC 6797 section 6.1.1): off, but some
    /// browser may still remember.
    std::set<std::string, std::less<>> forgetting(const config::Document& document,
                                                  Seconds now) const;

    /// Steps of `document` that are taken before the one below them has stood for as long as
    /// browsers keep to it: a sentence each. Advice: nothing is refused.
    std::vector<std::string> advice(const config::Document& document, Seconds now) const;

    const std::map<std::string, Entry, std::less<>>& entries() const { return entries_; }

private:
    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace rhumb::site
