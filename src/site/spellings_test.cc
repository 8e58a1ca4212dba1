/// However a path is spelt: what the files module serves is what the rules have judged.

#include <random>

#include <gtest/gtest.h>

#include "files/test_tree.h"
#include "policy/rules.h"

namespace rhumb::site {
namespace {

policy::Statement people(std::string path, bool is_file) {
    return {.path = std::move(path),
            .is_file = is_file,
            .allow = config::AllowList{{config::Allowed::Kind::role, "planners"}}};
}

class Spellings : public testing::Test {
protected:
    void SetUp() override {
        // Each file says whether nobody may read it.
        for (const auto* name :
             {"a.txt", "index.html", "private/a.txt", "private/b/c.txt", "private/index.html",
              "open/a.txt", "open/one.txt", "open/one.txt.gz", "open/a.txt.gz", "docs/index.html",
              "docs/index.html.gz", "docs/a.txt", "Private/a.txt", "private;x/a.txt",
              "private./a.txt", "pri vate/a.txt", "%70rivate/a.txt"}) {
            const std::string path = name;
            const bool is_secret = path.starts_with("private/") ||
                                   path.starts_with("open/one.txt") ||
                                   path.starts_with("docs/index.html");
            tree_.write(path, is_secret ? "SECRET" : "open");
        }
        files::Options options;
        options.root = tree_.path();
        files_ = *files::StaticFiles::open(std::move(options));
    }

    /// What nobody is given who asks the files for it; the channel is not a matter here.
    std::string serve(const std::string& path) {
        http::Channel channel;
        http::Request request;
        request.channel = &channel;
        request.path = path;
        auto response = net::run_to_end(files_->handle(request));
        return response && response->status == 200 ? files::to_text(response->body) : "";
    }

    const policy::Rules rules_{
        {"/", "site", false, false, config::RequireHttps::no, config::ClientCertificate::ignore,
         config::AllowList{{config::Allowed::Kind::anyone, {}}}},
        {people("/private", false), people("/open/one.txt", true),
         people("/docs/index.html", true)},
        {"index.html"}};
    files::TestTree tree_;
    std::unique_ptr<files::StaticFiles> files_;
};

/// Paths out of pieces that programs before have read in two ways.
class Pieces {
public:
    std::string path() {
        constexpr const char* pieces[] = {"/",         "/",           "/",
                                          "//",        "/./",         "/../",
                                          "/..",       "%2e",         "%2e%2e",
                                          ".",         "..",          "%2f",
                                          "%5c",       "\\",          "private",
                                          "%70rivate", "pri%76ate",   "Private",
                                          "PRIVATE",   "open",        "docs",
                                          "a.txt",     "b",           "c.txt",
                                          "one.txt",   "index.html",  "index%2ehtml",
                                          ".gz",       ".br",         ";x",
                                          ";",         "%3b",         "%00",
                                          "%20",       "%2570rivate", "%c0%af",
                                          "%ef%bc%8f", "?",           "x",
                                          "/private/", "/open/",      "/docs/"};
        std::string path = "/";
        for (auto count = 1 + random_() % 7; count > 0; --count)
            path += pieces[random_() % std::size(pieces)];
        return path;
    }

private:
    std::mt19937 random_{20261123};
};

TEST_F(Spellings, ServeNobodyWhatIsForSome) {
    Pieces pieces;
    int refused = 0;
    int served = 0;
    for (int i = 0; i < 50'000; ++i) {
        const auto raw = pieces.path();
        const auto path = http::clean_path(raw);
        if (!path) continue;
        const auto holding = rules_.at(*path);
        const auto text = serve(*path);
        const bool is_let_in = policy::admit(holding, {}, "") == policy::Admission::admitted;
        if (text == "SECRET") {
            ++refused;
            EXPECT_FALSE(is_let_in) << raw << " is " << *path;
        }
        if (text == "open" && is_let_in) ++served;
    }
    EXPECT_GT(refused, 500);
    EXPECT_GT(served, 500);
}

}  // namespace
}  // namespace rhumb::site
