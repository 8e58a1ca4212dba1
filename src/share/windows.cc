/// Windows: the root in DER, a PowerShell script, and a batch file for certutil. Both scripts are
/// ASCII alone: PowerShell 5 takes a file without a byte order mark for the machine's code page,
/// and cmd stumbles over one with it.

#include "base/text.h"
#include "share/making.h"

namespace rhumb::share {

namespace {

std::string without_colons(std::string_view print) {
    std::string made;
    for (const char c : print)
        if (c != ':') made += text::to_lower(c);
    return made;
}

/// Base64 in lines, as text that stands between @' and '@ .
std::string in_lines(std::string_view base64) {
    std::string lines;
    for (std::size_t i = 0; i < base64.size(); i += 76)
        lines += fmt::format("{}\n", base64.substr(i, 76));
    return lines;
}

std::string powershell_entries(const Making& making) {
    std::string entries;
    for (const auto& root : making.roots) {
        if (!entries.empty()) entries += '\n';
        entries += fmt::format("    @{{ Name = '{}'; Sha256 = '{}'; Base64 = @'\n{}'@ }}",
                               root.name, root.sha256, in_lines(text::to_base64(root.der)));
    }
    return entries;
}

std::string batch_calls(const Making& making) {
    std::string calls;
    for (const auto& root : making.roots) {
        if (!calls.empty()) calls += '\n';
        calls += fmt::format(R"(call :root "{}.cer" {} {} "{}" || exit /b 1)", root.stem,
                             without_colons(root.sha256), without_colons(root.sha1), root.name);
    }
    return calls;
}

std::string batch_shown(const Making& making) {
    std::string shown;
    for (const auto& root : making.roots)
        shown += fmt::format("echo.\necho {}\necho SHA-256  {}\n", root.name, root.sha256);
    return shown + "echo.";
}

}  // namespace

std::vector<File> for_windows(const Making& making) {
    auto files = making.certificates(".cer", true);
    files.push_back(
        {.name = "trust-rhumb.ps1",
         .bytes = to_dos(
             fill("windows.ps1", {{"URL", making.url}, {"ENTRIES", powershell_entries(making)}})),
         .media_type = std::string{script_type},
         .role = Role::script});
    files.push_back({.name = "trust-rhumb.bat",
                     .bytes = to_dos(fill("windows.bat", {{"URL", making.url},
                                                          {"SHOWN", batch_shown(making)},
                                                          {"CALLS", batch_calls(making)}})),
                     .media_type = std::string{script_type},
                     .role = Role::script});
    files.push_back(making.readme("windows.txt", true));
    return files;
}

}  // namespace rhumb::share
