#pragma once
/// Names as people write them, and as people read them: internationalized domain names in their own
/// letters.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/names.h"

namespace rhumb::pki {

/// Name::parse() of what a person wrote: a domain in any letters becomes its A-label
/// («карта.example», «Bücher.example» → xn--…; UTS 46, non-transitional, IDNA 2008), also behind
/// `*.`. `invalid` with the remedy when it is something near to a name: a URL, a name with port or
/// path, an e-mail address.
Result<Name> parse_wanted_name(std::string_view text);

/// parse_wanted_name() of each, sorted and without repetitions; `too_large` beyond names_max,
/// `invalid` when there are none. The error says which one is wrong.
Result<std::vector<Name>> parse_wanted_names(std::span<const std::string> texts);

/// The name in its own letters, where that reads back as the same name; else as text() has it. For
/// people, never for comparing.
std::string to_unicode(const Name& name);

}  // namespace rhumb::pki
