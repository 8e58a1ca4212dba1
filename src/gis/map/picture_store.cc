#include "gis/map/picture_store.h"

#include <array>
#include <utility>

#include <sys/random.h>

#include "base/text.h"

namespace rhumb::gis::map {
namespace {

Result<std::string> random_name() {
    std::array<char, 16> bytes{};
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        return fail(ErrorKind::internal, "naming a picture: the system gives no random bytes");
    }
    return text::to_hex({bytes.data(), bytes.size()});
}

}  // namespace

Result<std::string> PictureStore::put(StoredPicture picture, std::string_view extension, Time now) {
    const std::size_t size = picture.bytes->size();
    if (size > limits_.bytes_max) {
        return fail(ErrorKind::too_large,
                    "keeping a picture: its {} bytes are more than all pictures may have ({})",
                    size, limits_.bytes_max);
    }
    TRY(std::string name, random_name());
    name += '.';
    name += extension;
    const std::lock_guard lock{mutex_};
    forget(size, now);
    by_age_.push_back(name);
    pictures_.emplace(name, Entry{std::move(picture), now + limits_.lifetime});
    bytes_ += size;
    return name;
}

std::optional<StoredPicture> PictureStore::find(const std::string& name, Time now) {
    const std::lock_guard lock{mutex_};
    const auto found = pictures_.find(name);
    if (found == pictures_.end() || found->second.until <= now) return std::nullopt;
    return found->second.picture;
}

/// Lets go of what is too old, and then of the oldest until there is `room`. All live equally long,
/// so the oldest is always the first.
void PictureStore::forget(std::size_t room, Time now) {
    while (!by_age_.empty()) {
        const auto oldest = pictures_.find(by_age_.front());
        if (oldest->second.until > now && bytes_ + room <= limits_.bytes_max) return;
        bytes_ -= oldest->second.picture.bytes->size();
        pictures_.erase(oldest);
        by_age_.pop_front();
    }
}

}  // namespace rhumb::gis::map
