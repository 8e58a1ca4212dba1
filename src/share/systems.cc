/// Linux, Firefox on Linux, Android.

#include "share/making.h"

namespace rhumb::share {

std::string shell_calls(const Making& making) {
    std::string calls;
    for (const auto& root : making.roots)
        calls += fmt::format("    \"$@\" {} '{}' {} <<'END' || return\n{}END\n", root.stem,
                             root.name, root.sha256, root.pem);
    if (calls.ends_with('\n')) calls.pop_back();
    return calls;
}

std::vector<File> for_linux(const Making& making) {
    auto files = making.certificates(".crt", false);
    files.push_back(
        {.name = "trust-rhumb.sh",
         .bytes = fill("linux.sh", {{"URL", making.url}, {"ROOTS", shell_calls(making)}}),
         .media_type = std::string{script_type},
         .role = Role::script,
         .is_program = true});
    files.push_back(making.readme("linux.txt"));
    return files;
}

std::vector<File> for_firefox(const Making& making) {
    auto files = making.certificates(".crt", false);
    std::string names;
    for (const auto& root : making.roots)
        names += fmt::format("{}\"{}.crt\"", names.empty() ? "" : ", ", root.stem);
    files.push_back({.name = "policies.json",
                     .bytes = fill("policies.json", {{"NAMES", names}}),
                     .media_type = "application/json",
                     .role = Role::settings});
    files.push_back(making.readme("firefox.txt"));
    return files;
}

std::vector<File> for_android(const Making& making) {
    auto files = making.certificates(".crt", true);
    files.push_back(making.readme("android.txt"));
    return files;
}

}  // namespace rhumb::share
