#include "share/zip.h"

#include <cstdint>

#include <zlib.h>

namespace rhumb::share {

namespace {

constexpr std::uint32_t local_signature = 0x04034B50;
constexpr std::uint32_t central_signature = 0x02014B50;
constexpr std::uint32_t end_signature = 0x06054B50;
constexpr std::uint16_t version_needed = 20;             // 2.0: folders
constexpr std::uint16_t made_by_unix = (3U << 8U) | 20;  // so that permissions count
constexpr std::uint16_t first_day = (1U << 5U) | 1;      // 1980-01-01, as early as dates go here

/// Little-endian numbers at the end of a text.
class Writer {
public:
    Writer& u16(std::uint16_t value) { return number(value, 2); }
    Writer& u32(std::uint32_t value) { return number(value, 4); }
    Writer& text(std::string_view value) {
        bytes_ += value;
        return *this;
    }
    std::uint32_t size() const { return static_cast<std::uint32_t>(bytes_.size()); }
    std::string take() { return std::move(bytes_); }

private:
    Writer& number(std::uint32_t value, int count) {
        for (int i = 0; i < count; ++i)
            bytes_ += static_cast<char>((value >> (8U * static_cast<unsigned>(i))) & 0xFFU);
        return *this;
    }
    std::string bytes_;
};

std::uint32_t crc_of(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

/// What the local and the central header have in common, from the version on.
void write_facts(Writer& out, const File& file, const std::string& path) {
    const auto size = static_cast<std::uint32_t>(file.bytes.size());
    out.u16(version_needed).u16(0).u16(0);  // no flags, stored
    out.u16(0).u16(first_day);
    out.u32(crc_of(file.bytes)).u32(size).u32(size);
    out.u16(static_cast<std::uint16_t>(path.size())).u16(0);  // no extra field
}

}  // namespace

std::string to_zip(std::span<const File> files, std::string_view folder) {
    Writer all;
    Writer central;
    for (const auto& file : files) {
        const auto path = fmt::format("{}/{}", folder, file.name);
        const auto begin = all.size();
        all.u32(local_signature);
        write_facts(all, file, path);
        all.text(path).text(file.bytes);

        const std::uint32_t mode = file.is_program ? 0100755U : 0100644U;
        central.u32(central_signature).u16(made_by_unix);
        write_facts(central, file, path);
        central.u16(0).u16(0).u16(0);  // no comment, first disk, binary
        central.u32(mode << 16U).u32(begin).text(path);
    }
    const auto begin = all.size();
    const auto length = central.size();
    const auto count = static_cast<std::uint16_t>(files.size());
    all.text(central.take());
    all.u32(end_signature).u16(0).u16(0).u16(count).u16(count).u32(length).u32(begin).u16(0);
    return all.take();
}

}  // namespace rhumb::share
