#pragma once
/// What was heard over HTTP from one server: pure data, which the judgements are given.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "doctor/gis_document.h"
#include "doctor/page_reader.h"
#include "fetch/ask.h"
#include "fetch/url.h"

namespace rhumb::doctor {

/// One question and what came of it.
struct Exchange {
    fetch::Url url{};
    tl::expected<fetch::Answer, fetch::Failure> outcome{};
    Seconds asked_at{};
    Seconds heard_at{};

    /// Null when there was none.
    const fetch::Answer* answer() const { return outcome ? &*outcome : nullptr; }
};

/// A question and the redirects after it, as far as they stay on the server in question.
struct Walk {
    enum class End {
        answered,   ///< the last step is no redirect
        failed,     ///< the last step has no answer
        nowhere,    ///< the last step is a redirect without a place that is one
        looped,     ///< it leads to a step that was made before: `next`
        too_long,   ///< more than steps_max steps
        elsewhere,  ///< it leads to another server, `next`, which was not asked
        stopped,    ///< it was not to be followed further: `next`
    };
    static constexpr std::size_t steps_max = 10;

    std::vector<Exchange> steps{};  ///< never empty once walked
    End end = End::failed;
    std::optional<fetch::Url> next{};  ///< where the last step leads, when that was not asked

    /// The answer at the end of the way; null when there was none.
    const fetch::Answer* final_answer() const {
        return end == End::answered ? steps.back().answer() : nullptr;
    }
    /// The page at its end, if it is one that was answered with success.
    std::optional<Page> page() const;
    /// Reads it now, once for all judgements: a page made on purpose takes seconds to read.
    void keep_page();

    std::shared_ptr<const Page> kept{};  ///< by keep_page(); null: page() reads
};

/// All of it.
struct Web {
    fetch::Url target{};
    Walk main{};                  ///< from the target on
    std::optional<Walk> clear{};  ///< beside an https target: the same path in the clear
    /// Beside it, when `clear` leads to https: a path and a query, to see whether they survive.
    std::optional<Exchange> deep{};
    /// Beside an http target: whether there is https at all.
    std::optional<Exchange> secure{};
    /// `clear` belongs to the target: both have the ports of their schemes, or the port was named.
    bool is_clear_related = false;
    std::uint16_t clear_port = 80;
    std::vector<GisDocument> documents{};  ///< of map services (gis_look.h)
    /// The place of tokens, asked in the clear (gis_look.h).
    std::optional<Exchange> clear_tokens{};

    /// The way that begins in the clear; null when there was none.
    const Walk* clear_walk() const {
        if (!target.is_https) return &main;
        return clear ? &*clear : nullptr;
    }
};

/// The title, the forms and all else of an HTML answer; nothing when it is no HTML.
std::optional<Page> page_of(const fetch::Answer& answer);

/// "text/html" of "Text/HTML; charset=utf-8".
std::string media_type_of(const fetch::Answer& answer);

}  // namespace rhumb::doctor
