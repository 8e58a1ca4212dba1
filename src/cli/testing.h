#pragma once
/// For tests: a context and a folder that goes away.

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include <sys/stat.h>

#include "cli/context.h"

namespace rhumb::cli {

/// A new folder, removed with all that is in it.
class Folder {
public:
    Folder()
        : path_{std::filesystem::temp_directory_path() /
                fmt::format("rhumb-{:08x}", std::random_device{}())} {
        std::filesystem::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }
    std::string write(const std::string& name, std::string_view bytes) const {
        std::ofstream{path_ / name, std::ios::binary} << bytes;
        return file(name);
    }
    std::string read(const std::string& name) const {
        std::ifstream stream{path_ / name, std::ios::binary};
        return {std::istreambuf_iterator<char>{stream}, {}};
    }

private:
    std::filesystem::path path_;
};

/// What is put before a command in a test.
struct ExampleContext {
    SystemClock clock;
    Environment environment;
    Context context{.clock = clock,
                    .environment = environment,
                    .data = {},
                    .wants_json = false,
                    .says_yes = false,
                    .run = {}};
};

/// The permission bits of a file.
inline mode_t mode_of(const std::string& file) {
    struct stat facts {};
    return ::stat(file.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
}

}  // namespace rhumb::cli
