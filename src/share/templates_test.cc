#include "share/templates.h"

#include <gtest/gtest.h>

namespace rhumb::share {
namespace {

TEST(Fill, PutsValuesInOnceAndLeavesOtherSignsAlone) {
    const auto filled = fill("policies.json", {{"NAMES", "\"@NAMES@\", \"a@b\""}});

    EXPECT_NE(filled.find("\"Install\": [\"@NAMES@\", \"a@b\"]"), std::string::npos) << filled;
}

TEST(Fill, KeepsTheFirstSignOfABatchFile) {
    const auto filled =
        fill("windows.bat", {{"URL", "u"}, {"SHOWN", "echo shown"}, {"CALLS", "call :root"}});

    EXPECT_TRUE(filled.starts_with("@echo off\n")) << filled.substr(0, 40);
    EXPECT_NE(filled.find("certificates of u, by certutil"), std::string::npos);
    EXPECT_NE(filled.find("\necho shown\n"), std::string::npos);
}

TEST(Templates, AreBuiltInByteForByte) {
    EXPECT_TRUE(get_template("linux.sh").starts_with("#!/bin/sh\n"));
    EXPECT_TRUE(get_template("linux.sh").ends_with("fi\n"));
    EXPECT_NE(get_template("steps_windows.html").find("Install Certificate…"),
              std::string_view::npos);
}

TEST(ToDos, EndsEveryLineWithBothSigns) {
    EXPECT_EQ(to_dos("a\n\nb\n"), "a\r\n\r\nb\r\n");
    EXPECT_EQ(to_dos("a"), "a");
}

}  // namespace
}  // namespace rhumb::share
