#pragma once
/// What the tests of the store share.

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "storage/store.h"

namespace rhumb::storage::testing {

/// A directory of its own that is gone with the object.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "rhumb-store-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) std::abort();
        path_ = pattern;
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

inline Seconds at(std::int64_t seconds) { return Seconds{std::chrono::seconds{seconds}}; }

/// The value, or a failed test.
template <class T>
T must(Result<T> result) {
    if (!result) {
        ADD_FAILURE() << result.error().message;
        std::abort();
    }
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

inline CertificateRecord certificate_called(std::string name) {
    CertificateRecord record;
    record.name = std::move(name);
    record.origin = Origin::local_authority;
    record.chain_pem = "-----BEGIN CERTIFICATE-----\n…";
    record.sealed_key = std::string{"\0\x01key\xFF", 6};
    record.not_before = at(1'000);
    record.not_after = at(2'000);
    record.names = {"localhost", "127.0.0.1"};
    record.created = at(1'500);
    return record;
}

}  // namespace rhumb::storage::testing
