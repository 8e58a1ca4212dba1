#include "files/variant.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include "files/locate.h"
#include "http/date.h"

namespace rhumb::files {

namespace {

/// Size and time of modification to the nanosecond.
std::string etag_of(const Stamp& stamp) {
    return fmt::format("\"{:x}-{:x}\"", stamp.size, static_cast<std::uint64_t>(stamp.modified_ns));
}

/// Two codings of a file are two things to a client's cache.
std::string with_coding(std::string_view etag, http::Coding coding) {
    if (coding == http::Coding::identity) return std::string{etag};
    return fmt::format("{}-{}\"", etag.substr(0, etag.size() - 1), http::to_string(coding));
}

/// The second of the last modification. A time in the future (RFC 9110 section 8.8.2.1 forbids to
/// send one) was set by hand; the inode's own time was not.
std::chrono::sys_seconds last_modified_of(const Stamp& stamp) {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::sys_time<std::chrono::nanoseconds>{
        std::chrono::nanoseconds{std::min(stamp.modified_ns, stamp.changed_ns)}});
}

void add_headers(Variant& variant, const Entry& entry, const VariantRules& rules) {
    auto& headers = variant.headers;
    auto& brief = variant.not_modified_headers;
    headers.add("content-type", entry.type.name);
    headers.add("x-content-type-options", "nosniff");
    if (variant.coding != http::Coding::identity) {
        headers.add("content-encoding", http::to_string(variant.coding));
    } else {
        headers.add("accept-ranges", "bytes");
    }
    const auto add_both = [&](std::string_view name, std::string_view value) {
        headers.add(name, value);
        brief.add(name, value);
    };
    add_both("etag", variant.etag);
    add_both("last-modified", http::to_http_date(variant.last_modified));
    if (entry.varies()) add_both("vary", "accept-encoding");
    if (!rules.cache_control.empty()) add_both("cache-control", rules.cache_control);
}

/// All of an open file; `conflict` when it changed while it was read.
Result<std::string> read_whole(const Opened& opened) {
    Variant variant;
    variant.file = opened.file;
    TRY(auto content, read_bytes(variant, 0, opened.stamp.size));
    struct stat status {};
    if (::fstat(opened.file->fd(), &status) != 0 || Stamp::of(status) != opened.stamp)
        return fail(ErrorKind::conflict, "the file changed while it was read");
    return content;
}

}  // namespace

Result<std::shared_ptr<const Variant>> load_variant(const Beneath& root, const Entry& entry,
                                                    http::Coding coding,
                                                    const VariantRules& rules) {
    TRY(auto opened, root.open_file(entry.name + std::string{ending_of(coding)}));
    auto variant = std::make_shared<Variant>();
    variant->coding = coding;
    if (opened.stamp.size <= rules.file_bytes_max) {
        // A file that is being written is sent as it is found, and not kept.
        if (auto content = read_whole(opened))
            variant->content = std::make_shared<const std::string>(*std::move(content));
    }
    if (variant->content == nullptr) variant->file = opened.file;
    variant->size = opened.stamp.size;
    variant->etag = with_coding(etag_of(opened.stamp), coding);
    variant->last_modified =
        last_modified_of(coding == http::Coding::identity ? opened.stamp : entry.stamp);
    add_headers(*variant, entry, rules);
    return variant;
}

std::shared_ptr<const Variant> made_variant(const Entry& entry, const Variant& plain,
                                            http::Coding coding, std::string content,
                                            const VariantRules& rules) {
    auto variant = std::make_shared<Variant>();
    variant->coding = coding;
    variant->size = content.size();
    variant->content = std::make_shared<const std::string>(std::move(content));
    variant->etag = with_coding(plain.etag, coding);
    variant->last_modified = plain.last_modified;
    add_headers(*variant, entry, rules);
    return variant;
}

Result<std::string> read_bytes(const Variant& variant, std::uint64_t offset, std::uint64_t length) {
    if (variant.content != nullptr) return variant.content->substr(offset, length);
    std::string bytes(length, '\0');
    for (std::size_t done = 0; done < length;) {
        const auto count = ::pread(variant.file->fd(), bytes.data() + done, length - done,
                                   static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0)
            return fail(ErrorKind::internal, "reading a file: {}",
                        std::generic_category().message(errno));
        if (count == 0)
            return fail(ErrorKind::internal, "reading a file: it has become shorter meanwhile");
        done += static_cast<std::size_t>(count);
    }
    return bytes;
}

}  // namespace rhumb::files
