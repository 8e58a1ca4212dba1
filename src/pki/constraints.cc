#include "pki/constraints.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::pki {

namespace {

/// The `prefix` first bits of a mask of `size` bytes.
std::string mask_of(std::size_t size, int prefix) {
    std::string mask(size, '\0');
    for (int bit = 0; bit < prefix; ++bit) {
        auto& byte = mask[static_cast<std::size_t>(bit / 8)];
        byte = static_cast<char>(static_cast<unsigned char>(byte) |
                                 (0x80U >> static_cast<unsigned>(bit % 8)));
    }
    return mask;
}

std::string masked(std::string address, std::string_view mask) {
    for (std::size_t i = 0; i < address.size(); ++i)
        address[i] = static_cast<char>(address[i] & mask[i]);
    return address;
}

}  // namespace

Result<AddressRange> AddressRange::parse(std::string_view text) {
    const auto slash = text.find('/');
    TRY(const auto name, Name::parse(text.substr(0, slash)));
    if (!name.is_ip()) return fail(ErrorKind::invalid, "«{}» is no range of addresses", text);
    auto address = name.address();
    auto prefix = static_cast<std::int64_t>(address.size() * 8);
    if (slash != std::string_view::npos) {
        const auto given = text::to_integer(text.substr(slash + 1));
        if (!given || *given < 0 || *given > prefix)
            return fail(ErrorKind::invalid, "«{}» is no range of addresses: a prefix is 0 to {}",
                        text, prefix);
        prefix = *given;
    }
    const int bits = static_cast<int>(prefix);
    if (masked(address, mask_of(address.size(), bits)) != address)
        return fail(ErrorKind::invalid,
                    "«{}» is no range of addresses: bits after the prefix are set", text);
    return AddressRange{std::move(address), bits};
}

Result<AddressRange> AddressRange::from_bytes(std::string_view bytes) {
    if (bytes.size() != 8 && bytes.size() != 32)
        return fail(ErrorKind::invalid, "a range of addresses has 8 or 32 bytes, not {}",
                    bytes.size());
    const auto mask = bytes.substr(bytes.size() / 2);
    int prefix = 0;
    for (const char byte : mask)
        for (unsigned bit = 0x80; bit != 0 && (static_cast<unsigned char>(byte) & bit) != 0;
             bit >>= 1U)
            ++prefix;
    if (mask_of(mask.size(), prefix) != mask)
        return fail(ErrorKind::invalid, "the mask of a range of addresses has holes");
    return AddressRange{masked(std::string{bytes.substr(0, mask.size())}, mask), prefix};
}

bool AddressRange::contains(const Name& address) const {
    const auto bytes = address.address();
    return bytes.size() == address_.size() &&
           masked(bytes, mask_of(bytes.size(), prefix_)) == address_;
}

std::string AddressRange::text() const {
    // An address of this size always has a text.
    return fmt::format("{}/{}", Name::from_address(address_)->text(), prefix_);
}

std::string AddressRange::to_bytes() const { return address_ + mask_of(address_.size(), prefix_); }

namespace {

bool is_within(std::string_view name, std::string_view domain) {
    return domain.empty() || name == domain ||
           (name.size() > domain.size() && name.ends_with(domain) &&
            name[name.size() - domain.size() - 1] == '.');
}

}  // namespace

bool NameConstraints::permit(const Name& name) const {
    if (name.is_ip())
        return std::ranges::any_of(ranges,
                                   [&](const AddressRange& range) { return range.contains(name); });
    std::string_view text = name.text();
    if (name.is_wildcard()) text.remove_prefix(2);
    return std::ranges::any_of(domains,
                               [&](const std::string& domain) { return is_within(text, domain); });
}

}  // namespace rhumb::pki
