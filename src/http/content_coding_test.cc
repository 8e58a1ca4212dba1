#include "http/content_coding.h"

#include <gtest/gtest.h>

namespace rhumb::http {
namespace {

Codings all() {
    Codings codings;
    for (const auto coding : all_codings) codings.add(coding);
    return codings;
}

TEST(AcceptedCodings, ChooseWhatTheClientLikesAndAmongEqualsWhatIsSmallest) {
    struct Case {
        const char* accept;
        Coding best;
    };
    for (const auto& c : {Case{"gzip, deflate, br, zstd", Coding::brotli},
                          Case{"gzip, deflate", Coding::gzip},
                          Case{"zstd, gzip", Coding::zstd},
                          Case{"gzip;q=1.0, br;q=0.5", Coding::gzip},
                          Case{"br;q=0.5, zstd;q=0.50, gzip;q=0.500", Coding::brotli},
                          Case{"br;q=0, gzip", Coding::gzip},
                          Case{"*", Coding::brotli},
                          Case{"br;q=0, *", Coding::zstd},
                          Case{"*;q=0", Coding::identity},
                          Case{"identity", Coding::identity},
                          Case{"identity;q=1, gzip;q=0.9", Coding::identity},
                          Case{"gzip;q=0.001", Coding::gzip},
                          Case{"GZIP ; Q=1", Coding::gzip},
                          Case{"x-gzip", Coding::gzip},
                          Case{"", Coding::identity},
                          Case{",,", Coding::identity},
                          Case{"br;q=2, gzip;q=0.1", Coding::gzip},
                          Case{"br;q=x, gzip", Coding::gzip},
                          Case{"br;q=, gzip", Coding::gzip},
                          Case{"br;q=1.001, gzip;q=1", Coding::brotli},
                          Case{"brotli", Coding::identity},
                          Case{"gzip;level=9;q=0, br", Coding::brotli}}) {
        SCOPED_TRACE(c.accept);
        Headers headers;
        headers.add("accept-encoding", c.accept);
        EXPECT_EQ(AcceptedCodings{headers}.best_of(all()), c.best);
    }
}

TEST(AcceptedCodings, WithoutTheFieldTakeTheContentAsItIs) {
    EXPECT_EQ(AcceptedCodings{Headers{}}.best_of(all()), Coding::identity);
}

TEST(AcceptedCodings, JoinSeveralFields) {
    Headers headers;
    headers.add("accept-encoding", "gzip");
    headers.add("Accept-Encoding", "zstd");
    EXPECT_EQ(AcceptedCodings{headers}.best_of(all()), Coding::zstd);
}

TEST(AcceptedCodings, ChooseOnlyWhatIsOffered) {
    Headers headers;
    headers.add("accept-encoding", "br, zstd, gzip");
    const AcceptedCodings accepted{headers};
    Codings offered;
    EXPECT_EQ(accepted.best_of(offered), Coding::identity);
    offered.add(Coding::identity);
    EXPECT_EQ(accepted.best_of(offered), Coding::identity);
    offered.add(Coding::gzip);
    EXPECT_EQ(accepted.best_of(offered), Coding::gzip);
}

}  // namespace
}  // namespace rhumb::http
