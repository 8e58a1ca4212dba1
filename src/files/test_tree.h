#pragma once
/// For the tests of this module: a directory of files that goes away, and requests whose whole
/// answer is at hand.

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "files/static_files.h"
#include "files/variant.h"
#include "http/target.h"
#include "net/testing.h"

namespace rhumb::files {

/// A temporary directory.
class TestTree {
public:
    TestTree() {
        auto pattern = (std::filesystem::temp_directory_path() / "rhumb-files-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) std::abort();
        path_ = pattern;
    }
    ~TestTree() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TestTree(const TestTree&) = delete;
    TestTree& operator=(const TestTree&) = delete;

    const std::filesystem::path& path() const { return path_; }

    /// Writes a file, with the directories above it; modified at `seconds` since 1970.
    void write(const std::string& name, std::string_view content,
               std::int64_t seconds = 1'000'000'000) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream{path_ / name, std::ios::binary} << content;
        touch(name, seconds);
    }
    void touch(const std::string& name, std::int64_t seconds) const {
        const timespec times[2] = {{seconds, 0}, {seconds, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, (path_ / name).c_str(), times, 0), 0);
    }
    void make_directory(const std::string& name) const {
        std::filesystem::create_directories(path_ / name);
    }
    void link(const std::string& name, const std::string& target) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::filesystem::create_symlink(target, path_ / name);
    }
    void remove(const std::string& name) const { std::filesystem::remove(path_ / name); }

private:
    std::filesystem::path path_;
};

/// All of an answer. A handler's error has its status, and its message as the body.
struct Answer {
    int status = 0;
    int substatus = 0;
    http::Headers headers;
    std::string body;
    bool is_from_disk = false;  ///< the body is a part of an open file
    bool is_error = false;

    std::string header(std::string_view name) const {
        return std::string{headers.find(name).value_or("")};
    }
};

using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// Reads all of a body.
inline std::string to_text(http::Body& body) {
    if (auto* own = std::get_if<std::string>(&body)) return *own;
    if (auto* shared = std::get_if<std::shared_ptr<const std::string>>(&body)) return **shared;
    if (auto* slice = std::get_if<http::FileSlice>(&body)) {
        Variant variant;
        variant.file = slice->file;
        return read_bytes(variant, slice->offset, slice->length)
            .value_or("(the file is shorter than the slice)");
    }
    std::string text;
    if (auto* source = std::get_if<std::unique_ptr<http::BodySource>>(&body)) {
        for (;;) {
            const auto piece = net::run_to_end((*source)->next());
            if (!piece) return piece.error().message;
            if (piece->empty()) break;
            text += *piece;
        }
    }
    return text;
}

/// What `handler` answers to a request for `target`, as it came over the wire.
inline Answer ask(const http::Handler& handler, std::string_view target, Fields fields = {},
                  http::Method method = http::Method::get) {
    http::Channel channel;
    http::Request request;
    request.channel = &channel;
    request.method = method;
    for (const auto& [name, value] : fields) request.headers.add(name, value);
    Answer answer;
    if (const auto applied = http::apply_target(request, target, "localhost"); !applied) {
        answer.status = http::to_status(applied.error().kind);
        answer.is_error = true;
        return answer;
    }
    auto response = net::run_to_end(handler.handle(request));
    if (!response) {
        answer.status = http::to_status(response.error().kind);
        answer.body = response.error().message;
        answer.is_error = true;
        return answer;
    }
    answer.status = response->status;
    answer.substatus = response->substatus;
    answer.headers = response->headers;
    answer.is_from_disk = std::holds_alternative<http::FileSlice>(response->body);
    answer.body = to_text(response->body);
    return answer;
}

/// A tree, a handler over it, and a clock that stands still.
class FilesTest : public testing::Test {
protected:
    TestTree tree;
    Options options;
    std::chrono::steady_clock::time_point now{std::chrono::hours{1}};
    std::unique_ptr<StaticFiles> files;

    /// Makes the handler of `options`, with the tree as root.
    void serve() {
        if (options.root.empty()) options.root = tree.path();
        options.now = [this] { return now; };
        auto opened = StaticFiles::open(options);
        ASSERT_TRUE(opened) << opened.error().message;
        files = *std::move(opened);
    }
    Answer get(std::string_view target, Fields fields = {}) const {
        return ask(*files, target, fields);
    }
    /// The disk is asked again by the next request.
    void let_a_second_pass() { now += std::chrono::seconds{1}; }
};

}  // namespace rhumb::files
