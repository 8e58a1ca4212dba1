#include "trust/programs/java_options.h"

namespace rhumb::trust::programs {

std::vector<std::string> split_java_options(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    bool is_begun = false;
    char quote = '\0';
    for (const char c : text) {
        if (quote != '\0') {
            if (c == quote)
                quote = '\0';
            else
                word += c;
        } else if (c == '"' || c == '\'') {
            quote = c;
            is_begun = true;
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            if (is_begun) words.push_back(std::move(word));
            word.clear();
            is_begun = false;
        } else {
            word += c;
            is_begun = true;
        }
    }
    if (is_begun) words.push_back(std::move(word));
    return words;
}

JavaOptions read_java_options(const Surroundings& surroundings) {
    constexpr std::string_view store = "-Djavax.net.ssl.trustStore=";
    constexpr std::string_view password = "-Djavax.net.ssl.trustStorePassword=";
    JavaOptions options;
    for (const auto* const name : {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
        for (const auto& word : split_java_options(surroundings.variable(name))) {
            if (word.starts_with(store)) {
                options.trust_store = word.substr(store.size());
                options.variable = name;
            }
            if (word.starts_with(password))
                options.trust_store_password = word.substr(password.size());
        }
    return options;
}

}  // namespace rhumb::trust::programs
