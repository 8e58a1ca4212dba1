#include "share/zip.h"

#include <gtest/gtest.h>

namespace rhumb::share {
namespace {

// That others can unpack it is asked of Python: tests/system/test_share.py.

const std::vector<File> two{{.name = "a.sh", .bytes = "one", .media_type = "", .is_program = true},
                            {.name = "b.txt", .bytes = "", .media_type = ""}};

TEST(Zip, HoldsNamesAndBytesAsTheyAre) {
    const auto archive = to_zip(two, "folder");

    EXPECT_TRUE(archive.starts_with("PK\x03\x04"));
    EXPECT_NE(archive.find("folder/a.shone"), std::string::npos);
    EXPECT_EQ(archive.substr(archive.size() - 22, 4), "PK\x05\x06");
    EXPECT_EQ(archive[archive.size() - 22 + 10], 2) << "the number of files";
}

TEST(Zip, IsTheSameForTheSameFiles) { EXPECT_EQ(to_zip(two, "x"), to_zip(two, "x")); }

TEST(Zip, MayBeEmpty) { EXPECT_EQ(to_zip({}, "x").size(), 22U); }

}  // namespace
}  // namespace rhumb::share
