#pragma once
/// For tests: an installation in a directory of its own, to be backed up and restored.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "certs/backup.h"
#include "certs/example.h"
#include "certs/key_rotation.h"

namespace rhumb::certs {

class BackupExample : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "rhumb-backup-test-XXXXXX").string();
        directory_ = ::mkdtemp(pattern.data());
        std::filesystem::create_directory(directory_ / "out");
        fill(data());
    }
    void TearDown() override {
        store_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    std::filesystem::path data() const { return directory_ / "data"; }
    std::filesystem::path file() const { return directory_ / "out" / "one.backup"; }
    crypto::MasterKeyPlace place() const { return {data(), {}}; }
    storage::Store& store() { return *store_; }
    crypto::Seal seal() { return value_of(open_seal(store(), place())); }

    BackupOrder order(const crypto::Secret* password = nullptr) const {
        return {.file = file(),
                .replaces = false,
                .password = password,
                .cost = {10, 8, 1},
                .program = "1.2.3",
                .host = "chart-room",
                .now = example_now};
    }
    Result<Backup> make(const crypto::Secret* password = nullptr) {
        return make_backup(store(), place(), order(password), example_actor);
    }

    /// The newest line of the audit trail.
    std::string newest_event() {
        const auto events =
            value_of(store().read([](const storage::View& view) { return view.events(1); }));
        return events.front().what + " " + events.front().subject;
    }

    static std::vector<std::string> names_in(const std::filesystem::path& directory) {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator{directory})
            names.push_back(entry.path().filename().string());
        std::ranges::sort(names);
        return names;
    }

    /// An authority and a certificate in `data`, under a master key of its own.
    void fill(const std::filesystem::path& data) {
        auto store = value_of(storage::Store::open(data));
        const auto seal = value_of(open_seal(store, {data, {}}));
        ASSERT_TRUE(prepare(store, seal, example_machine(), example_now, example_actor));
        if (data == this->data()) store_ = std::make_unique<storage::Store>(std::move(store));
    }

    std::filesystem::path directory_;
    std::unique_ptr<storage::Store> store_;
    const crypto::Secret password_ = crypto::Secret::copy_of("sesame");
};

}  // namespace rhumb::certs
