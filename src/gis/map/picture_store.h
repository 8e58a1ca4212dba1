#pragma once
/// PictureStore: pictures that clients fetch a moment after they were told where (export with
/// f=json). In memory, bounded, under names that cannot be guessed: who knows the name may have the
/// picture. Thread-safe.

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

namespace rhumb::gis::map {

struct StoredPicture {
    std::shared_ptr<const std::string> bytes;  ///< never null
    std::string media_type;
};

class PictureStore {
public:
    using Time = std::chrono::steady_clock::time_point;

    struct Limits {
        std::chrono::seconds lifetime{600};  ///< a picture is gone after it
        std::size_t bytes_max =
            64U << 20U;  ///< of all pictures; the oldest make room sooner than their time
    };

    PictureStore() : PictureStore(Limits{}) {}
    explicit PictureStore(Limits limits) : limits_{limits} {}

    /// Keeps a picture and tells its file name: 32 random hexadecimal digits, a dot and
    /// `extension`.
    Result<std::string> put(StoredPicture picture, std::string_view extension, Time now);

    /// Nothing when there is no such picture, or no longer.
    std::optional<StoredPicture> find(const std::string& name, Time now);

private:
    struct Entry {
        StoredPicture picture;
        Time until;
    };
    void forget(std::size_t room, Time now);

    Limits limits_;
    std::mutex mutex_;
    std::unordered_map<std::string, Entry> pictures_;
    std::deque<std::string> by_age_;  // names, the oldest first
    std::size_t bytes_ = 0;
};

}  // namespace rhumb::gis::map
