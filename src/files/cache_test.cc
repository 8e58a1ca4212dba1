#include "files/cache.h"

#include <thread>

#include <sys/resource.h>

#include "files/test_tree.h"

namespace rhumb::files {
namespace {

TEST_F(FilesTest, AnswersWithoutTheDiskForASecond) {
    tree.write("a.txt", "old");
    serve();
    EXPECT_EQ(get("/a.txt").body, "old");

    tree.remove("a.txt");
    now += std::chrono::milliseconds{999};
    EXPECT_EQ(get("/a.txt").body, "old");

    now += std::chrono::milliseconds{1};
    EXPECT_EQ(get("/a.txt").status, 404);
}

TEST_F(FilesTest, ShowsAChangeWithinASecond) {
    tree.write("a.txt", "old");
    tree.write("index.html", "old");
    serve();
    const auto before = get("/a.txt").header("etag");
    EXPECT_EQ(get("/").body, "old");

    tree.write("a.txt", "new", 1'000'000'001);
    tree.write("index.html", "newer");
    let_a_second_pass();

    EXPECT_EQ(get("/a.txt").body, "new");
    EXPECT_NE(get("/a.txt").header("etag"), before);
    EXPECT_EQ(get("/").body, "newer");
}

TEST_F(FilesTest, SeesAnotherFileOfTheSameSizeAndTime) {
    tree.write("a.txt", "one");
    tree.write("b.txt", "two");
    serve();
    EXPECT_EQ(get("/a.txt").body, "one");
    std::filesystem::rename(tree.path() / "b.txt", tree.path() / "a.txt");
    let_a_second_pass();
    EXPECT_EQ(get("/a.txt").body, "two");
}

TEST_F(FilesTest, NoticesCodedFilesThatComeAndGo) {
    tree.write("a.txt", "plain");
    serve();
    EXPECT_EQ(ask(*files, "/a.txt", {{"accept-encoding", "gzip"}}).body, "plain");

    tree.write("a.txt.gz", "coded", 1'000'000'002);
    let_a_second_pass();
    EXPECT_EQ(ask(*files, "/a.txt", {{"accept-encoding", "gzip"}}).body, "coded");

    tree.write("a.txt", "newer", 1'000'000'003);
    let_a_second_pass();
    EXPECT_EQ(ask(*files, "/a.txt", {{"accept-encoding", "gzip"}}).body, "newer")
        << "the coded one is of the old";

    tree.write("a.txt.gz", "coded anew", 1'000'000'003);
    let_a_second_pass();
    EXPECT_EQ(ask(*files, "/a.txt", {{"accept-encoding", "gzip"}}).body, "coded anew");

    tree.remove("a.txt.gz");
    let_a_second_pass();
    EXPECT_EQ(ask(*files, "/a.txt", {{"accept-encoding", "gzip"}}).body, "newer");
}

TEST_F(FilesTest, NoticesWhenALargeFileIsReplaced) {
    tree.write("large.png", std::string(100'000, 'a'));
    serve();
    EXPECT_EQ(get("/large.png").body.front(), 'a');
    tree.remove("large.png");
    tree.write("large.png", std::string(100'000, 'b'));
    let_a_second_pass();
    EXPECT_EQ(get("/large.png").body.front(), 'b');
    EXPECT_EQ(files->usage().descriptors, 1U) << "the old one is closed";
}

TEST_F(FilesTest, NoticesADirectoryInPlaceOfAFile) {
    tree.write("a", "file");
    serve();
    EXPECT_EQ(get("/a").body, "file");
    tree.remove("a");
    tree.write("a/index.html", "directory");
    let_a_second_pass();
    EXPECT_EQ(get("/a").status, 308);
    EXPECT_EQ(get("/a/").body, "directory");
}

TEST_F(FilesTest, FollowsARootThatIsTurnedToAnotherDirectory) {
    tree.write("v1/index.html", "one");
    tree.write("v2/index.html", "two");
    tree.link("current", "v1");
    options.root = tree.path() / "current";
    serve();
    EXPECT_EQ(get("/").body, "one");

    tree.link("next", "v2");
    std::filesystem::rename(tree.path() / "next", tree.path() / "current");
    let_a_second_pass();
    EXPECT_EQ(get("/").body, "two");

    tree.remove("current");
    let_a_second_pass();
    EXPECT_EQ(get("/").body, "two") << "the directory is still there";
}

TEST_F(FilesTest, StopsServingALinkThatIsTurnedOutside) {
    TestTree outside;
    outside.write("secret.txt", "secret");
    tree.write("b.txt", "b");
    tree.link("a.txt", "b.txt");
    serve();
    EXPECT_EQ(get("/a.txt").body, "b");
    tree.remove("a.txt");
    tree.link("a.txt", outside.path() / "secret.txt");
    let_a_second_pass();
    EXPECT_EQ(get("/a.txt").status, 404);
}

TEST_F(FilesTest, KeepNoMoreThanTheirLimits) {
    options.cache.bytes_max = 200'000;
    options.cache.descriptors_max = 8;
    for (int i = 0; i < 100; ++i) {
        tree.write("small" + std::to_string(i) + ".png", std::string(10'000, 'a'));
        tree.write("large" + std::to_string(i) + ".png", std::string(100'000, 'b'));
    }
    serve();
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(get("/small" + std::to_string(i) + ".png").body.size(), 10'000U);
        EXPECT_EQ(get("/large" + std::to_string(i) + ".png").body.size(), 100'000U);
    }
    const auto usage = files->usage();
    EXPECT_LE(usage.bytes, 200'000U);
    EXPECT_GT(usage.bytes, 50'000U);
    EXPECT_LE(usage.descriptors, 8U);
    EXPECT_GT(usage.descriptors, 0U);
}

TEST_F(FilesTest, CloseWhatNobodyAsksFor) {
    tree.write("large.png", std::string(100'000, 'a'));
    for (int i = 0; i < 20; ++i) tree.write(std::to_string(i) + ".png", std::string(100'000, 'b'));
    serve();
    (void)get("/large.png");
    now += std::chrono::minutes{2};
    for (int i = 0; i < 20; ++i) (void)get("/" + std::to_string(i) + ".png");
    EXPECT_EQ(files->usage().descriptors, 20U);
}

/// While it lives, the process may open no more files.
class NoDescriptors {
public:
    NoDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        ::close(next);
        const rlimit none{static_cast<rlim_t>(next), before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;

private:
    rlimit before_{};
};

/// Asks on a loop that was made while there were descriptors.
TEST_F(FilesTest, SurviveTheLackOfDescriptors) {
    tree.write("a.txt", "a");
    tree.write("b.txt", "b");
    serve();
    EXPECT_EQ(get("/a.txt").body, "a");
    let_a_second_pass();

    http::Channel channel;
    http::Request known;
    known.channel = &channel;
    known.path = "/a.txt";
    http::Request unknown = known;
    unknown.path = "/b.txt";
    asio::io_context loop{1};
    Result<http::Response> known_answer;
    Result<http::Response> unknown_answer;
    const auto keep = [](Result<http::Response>& into) {
        return [&into](const std::exception_ptr&, Result<http::Response> answer) {
            into = std::move(answer);
        };
    };
    {
        const NoDescriptors none;
        asio::co_spawn(loop, files->handle(known), keep(known_answer));
        asio::co_spawn(loop, files->handle(unknown), keep(unknown_answer));
        loop.run();
    }

    ASSERT_TRUE(known_answer) << known_answer.error().message;
    ASSERT_FALSE(unknown_answer);
    EXPECT_EQ(unknown_answer.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(get("/b.txt").body, "b");
}

TEST_F(FilesTest, AnswerManyLoopsAtOnce) {
    constexpr int rounds = 300;
    options.cache.fresh_for = std::chrono::milliseconds{0};
    options.cache.bytes_max = 100'000;
    const std::string prose(5'000, 'p');
    for (int i = 0; i < 10; ++i) tree.write(std::to_string(i) + ".txt", prose);
    tree.write("large.txt", std::string(100'000, 'l'));
    serve();
    std::atomic<int> good{0};
    const auto work = [&] {
        for (int i = 0; i < rounds; ++i) {
            const auto plain = get("/" + std::to_string(i % 10) + ".txt");
            const auto coded =
                get("/" + std::to_string(i % 10) + ".txt", {{"accept-encoding", "gzip"}});
            const auto large = get("/large.txt");
            good +=
                plain.body == prose && coded.status == 200 && large.body.size() == 100'000 ? 1 : 0;
        }
    };
    std::vector<std::thread> loops;
    for (int i = 0; i < 3; ++i) loops.emplace_back(work);
    for (auto& loop : loops) loop.join();
    EXPECT_EQ(good, 3 * rounds);
}

}  // namespace
}  // namespace rhumb::files
