#pragma once
/// Content codings (RFC 9110 section 8.4.1) and which of them a client takes (section 12.5.3).

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/headers.h"

namespace rhumb::http {

/// In the order in which Rhumb prefers them, the best first: brotli makes the smallest files, gzip
/// is known everywhere.
enum class Coding : std::uint8_t { brotli, zstd, gzip, identity };
inline constexpr std::array all_codings{Coding::brotli, Coding::zstd, Coding::gzip,
                                        Coding::identity};

/// "br", "zstd", "gzip", "identity".
std::string_view to_string(Coding coding);

/// A set of codings.
class Codings {
public:
    constexpr Codings() = default;
    constexpr void add(Coding coding) { bits_ |= bit(coding); }
    constexpr void remove(Coding coding) { bits_ &= ~bit(coding); }
    constexpr bool has(Coding coding) const { return (bits_ & bit(coding)) != 0; }
    constexpr bool empty() const { return bits_ == 0; }

private:
    static constexpr unsigned bit(Coding coding) { return 1U << static_cast<unsigned>(coding); }
    unsigned bits_ = 0;
};

/// What Accept-Encoding says of each coding, in thousandths: 0 is "not this one".
class AcceptedCodings {
public:
    explicit AcceptedCodings(const Headers& headers);

    int quality(Coding coding) const { return quality_[static_cast<std::size_t>(coding)]; }
    /// The one of `offered` that the client likes best; among equals the one that Rhumb prefers.
    /// `identity` where the client takes none of them: better a readable answer than 406.
    Coding best_of(Codings offered) const;

private:
    std::array<int, all_codings.size()> quality_{};
};

}  // namespace rhumb::http
