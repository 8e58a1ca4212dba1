#include "files/static_files.h"

#include "files/test_tree.h"

namespace rhumb::files {
namespace {

TEST_F(FilesTest, ServesAFileWithItsTypeAndValidators) {
    tree.write("a b.html", "<p>hello</p>");
    serve();

    const auto answer = get("/a%20b.html");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "<p>hello</p>");
    EXPECT_EQ(answer.header("content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.header("etag"), "\"c-de0b6b3a7640000\"");
    EXPECT_EQ(answer.header("last-modified"), "Sun, 09 Sep 2001 01:46:40 GMT");
    EXPECT_EQ(answer.header("accept-ranges"), "bytes");
    EXPECT_FALSE(answer.headers.has("vary"));
    EXPECT_FALSE(answer.headers.has("content-length")) << "the protocol sets it";
}

TEST_F(FilesTest, AnswersHeadAsGet) {
    tree.write("a.txt", "a");
    serve();
    const auto answer = ask(*files, "/a.txt", {}, http::Method::head);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "a");
    EXPECT_EQ(answer.header("etag"), get("/a.txt").header("etag"));
}

TEST_F(FilesTest, ServesLargeFilesFromDisk) {
    const std::string large(100'000, 'x');
    tree.write("large.png", large);
    tree.write("empty.png", "");
    serve();
    for (int i = 0; i < 2; ++i) {
        const auto answer = get("/large.png");
        EXPECT_TRUE(answer.is_from_disk);
        EXPECT_EQ(answer.body, large);
    }
    EXPECT_EQ(files->usage().descriptors, 1U);
    EXPECT_EQ(get("/empty.png").status, 200);
    EXPECT_EQ(get("/empty.png").body, "");
}

TEST_F(FilesTest, TakesOtherMethodsForNoneOfItsOwn) {
    tree.write("a.txt", "a");
    serve();
    for (const auto method : {http::Method::post, http::Method::put, http::Method::delete_,
                              http::Method::trace, http::Method::other}) {
        const auto answer = ask(*files, "/a.txt", {}, method);
        EXPECT_EQ(answer.status, 405);
        EXPECT_EQ(answer.header("allow"), "GET, HEAD, OPTIONS");
    }
    const auto answer = ask(*files, "/a.txt", {}, http::Method::options);
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.header("allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(ask(*files, "*", {}, http::Method::options).status, 204);
}

TEST_F(FilesTest, LetsNoPathOut) {
    TestTree outside;
    outside.write("secret.txt", "secret");
    const auto beside = outside.path().filename().string();
    options.root = tree.path() / "root";
    tree.write("secret.txt", "secret");
    tree.write("root/a.txt", "a");
    tree.write("root/.htpasswd", "secret");
    tree.write("root/.git/config", "secret");
    tree.write("root/sub/.hidden/a.txt", "secret");
    tree.write("root/sub/.well-known/a.txt", "secret");
    tree.write("root/.well-known/.hidden", "secret");
    tree.link("root/out.txt", "../secret.txt");
    tree.link("root/out", outside.path());
    tree.link("root/loop", "loop");
    ASSERT_EQ(::mkfifo((tree.path() / "root/fifo").c_str(), 0644), 0);
    ASSERT_EQ(::mkfifo((tree.path() / "root/a.txt.gz").c_str(), 0644), 0);
    serve();

    const std::string over_beside = "/../" + beside + "/secret.txt";
    for (const std::string& target :
         std::initializer_list<std::string>{"/../secret.txt",
                                            "/%2e%2e/secret.txt",
                                            "/%2E%2E/secret.txt",
                                            "/.%2e/secret.txt",
                                            "/sub/../../secret.txt",
                                            "/..%2fsecret.txt",
                                            "/..%2Fsecret.txt",
                                            "/%2e%2e%2fsecret.txt",
                                            "/..%5csecret.txt",
                                            "/..\\secret.txt",
                                            "/sub/..%00/secret.txt",
                                            "/a.txt%00.html",
                                            "/%252e%252e/secret.txt",
                                            "/..%c0%afsecret.txt",
                                            "/%c0%ae%c0%ae/secret.txt",
                                            "/....//secret.txt",
                                            "/..;/secret.txt",
                                            "//../secret.txt",
                                            "/./../secret.txt",
                                            over_beside,
                                            "/out.txt",
                                            "/out/secret.txt",
                                            "/out/",
                                            "/out",
                                            "/loop",
                                            "/loop/a",
                                            "/.htpasswd",
                                            "/.git/config",
                                            "/.git/",
                                            "/.git",
                                            "/%2egit/config",
                                            "/sub/.hidden/a.txt",
                                            "/sub/.well-known/a.txt",
                                            "/.well-known/.hidden",
                                            "/fifo",
                                            "/a.txt/",
                                            "/a.txt/b",
                                            "/A.TXT",
                                            "/nothing",
                                            "/nothing/",
                                            "/" + std::string(300, 'a'),
                                            "/" + std::string(10'000, 'a')}) {
        SCOPED_TRACE(target);
        const auto answer = get(target);
        EXPECT_TRUE(answer.status == 404 || answer.status == 400) << answer.status;
        EXPECT_TRUE(answer.is_error);
        EXPECT_NE(answer.body, "secret");
    }
    EXPECT_EQ(get("/a.txt", {{"accept-encoding", "gzip"}}).body, "a")
        << "and no FIFO beside it is waited for";
}

TEST_F(FilesTest, ShowsWellKnownFiles) {
    tree.write(".well-known/security.txt", "Contact: mailto:a@example.org");
    serve();
    EXPECT_EQ(get("/.well-known/security.txt").status, 200);
    EXPECT_EQ(get("/.well-known").status, 404);
}

TEST_F(FilesTest, FollowsLinksThatStayBeneath) {
    tree.write("data/v2/a.txt", "two");
    tree.link("current", "data/v2");
    serve();
    EXPECT_EQ(get("/current/a.txt").body, "two");
}

TEST_F(FilesTest, SendsADirectoryToItsSlash) {
    tree.write("sub dir/index.html", "i");
    serve();
    const auto answer = get("/sub%20dir?a=b%20c");
    EXPECT_EQ(answer.status, 308);
    EXPECT_EQ(answer.header("location"), "/sub%20dir/?a=b%20c");
    EXPECT_EQ(get("//sub%20dir").header("location"), "/sub%20dir/")
        << "two slashes would name another host";
    EXPECT_EQ(get("/x/..//sub%20dir?").header("location"), "/sub%20dir/?");
}

TEST_F(FilesTest, ServesTheFirstIndexThatIsThere) {
    options.index = {"index.htm", "index.html"};
    tree.write("index.html", "html");
    tree.write("both/index.html", "html");
    tree.write("both/index.htm", "htm");
    tree.make_directory("odd/index.htm");
    tree.write("odd/index.html", "html");
    serve();
    EXPECT_EQ(get("/").body, "html");
    EXPECT_EQ(get("/both/").body, "htm");
    EXPECT_EQ(get("/odd/").body, "html");
    EXPECT_EQ(get("/").header("content-type"), "text/html; charset=utf-8");
}

TEST_F(FilesTest, MayBeToldNotToShowWhatADirectoryHolds) {
    tree.make_directory("sub");
    serve();
    const auto answer = get("/sub/");
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.substatus, 14);
}

TEST_F(FilesTest, StandsForItsLocation) {
    options.prefix = "/docs";
    tree.write("index.html", "i");
    tree.write("a/b.txt", "b");
    serve();
    EXPECT_EQ(get("/docs").status, 308);
    EXPECT_EQ(get("/docs").header("location"), "/docs/");
    EXPECT_EQ(get("/docs/").body, "i");
    EXPECT_EQ(get("/docs/a/b.txt").body, "b");
    EXPECT_EQ(get("/docs/a").header("location"), "/docs/a/");
}

/// As somebody who is not root, in a process of its own. Exits with the status of the answer.
[[noreturn]] void ask_as_nobody(const StaticFiles& files, std::string_view target) {
    constexpr uid_t nobody = 65'534;
    if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0) std::_Exit(1);
    std::_Exit(ask(files, target).status == 403 ? 0 : 2);
}

TEST_F(FilesTest, SaysWhatTheServerMayNotRead) {
    tree.write("a.txt", "a");
    tree.write("sub/b.txt", "b");
    ASSERT_EQ(::chmod(tree.path().c_str(), 0755), 0);
    ASSERT_EQ(::chmod((tree.path() / "a.txt").c_str(), 0), 0);
    ASSERT_EQ(::chmod((tree.path() / "sub").c_str(), 0), 0);
    serve();
    EXPECT_EXIT(ask_as_nobody(*files, "/a.txt"), testing::ExitedWithCode(0), "");
    EXPECT_EXIT(ask_as_nobody(*files, "/sub/b.txt"), testing::ExitedWithCode(0), "");
    ASSERT_EQ(::chmod((tree.path() / "sub").c_str(), 0755), 0);
}

TEST_F(FilesTest, SendsCacheControlAndTypesOfTheConfiguration) {
    options.cache_control = "max-age=60";
    options.mime = {{"xyz", "application/xyz"}};
    tree.write("a.xyz", "a");
    serve();
    const auto answer = get("/a.xyz");
    EXPECT_EQ(answer.header("cache-control"), "max-age=60");
    EXPECT_EQ(answer.header("content-type"), "application/xyz");
    EXPECT_EQ(get("/a.xyz", {{"if-none-match", "*"}}).header("cache-control"), "max-age=60");
}

TEST(StaticFiles, CannotBeMadeWithoutADirectory) {
    Options options;
    options.root = "/nonexistent/www";
    const auto files = StaticFiles::open(options);
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace rhumb::files
