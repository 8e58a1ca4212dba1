#pragma once
/// The options of Java that stand in variables of the environment.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "trust/programs/program.h"

namespace rhumb::trust::programs {

/// Which trust store they name.
struct JavaOptions {
    std::filesystem::path trust_store{};  ///< empty: none
    std::string trust_store_password{};
    std::string variable{};  ///< the one that names it
};

/// The words of such a variable: parted at blanks, quotes of both kinds hold words together.
std::vector<std::string> split_java_options(std::string_view text);

/// Of JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS and _JAVA_OPTIONS, which count in this order: the last
/// one wins.
JavaOptions read_java_options(const Surroundings& surroundings);

}  // namespace rhumb::trust::programs
