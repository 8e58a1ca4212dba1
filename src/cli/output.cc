#include "cli/output.h"

#include <unistd.h>

#include "base/files.h"

namespace rhumb::cli {

namespace {

Result<void> write_to_screen(const Output& output) {
    if (output.is_binary && ::isatty(STDOUT_FILENO) == 1)
        return fail(ErrorKind::conflict,
                    "this form is not for a screen: name a file with --out, or another --format");
    const auto written = std::fwrite(output.bytes.data(), 1, output.bytes.size(), stdout);
    if (written != output.bytes.size() || std::fflush(stdout) != 0)
        return fail(ErrorKind::internal,
                    "writing to standard output: not all of it could be written");
    return {};
}

}  // namespace

Result<void> check_output(const Context& context, const std::string& file, bool has_key) {
    if (file == "-") return {};
    std::error_code failed;
    const auto status = std::filesystem::status(file, failed);
    if (!std::filesystem::exists(status)) {
        const auto folder = std::filesystem::absolute(file, failed).parent_path();
        if (!std::filesystem::is_directory(folder, failed))
            return fail(ErrorKind::not_found, "{}: there is no directory {}", file,
                        folder.string());
        return {};
    }
    if (!std::filesystem::is_regular_file(status))
        return fail(ErrorKind::conflict,
                    "{} is no regular file, and is left as it is; - stands for the screen", file);
    if (!context.says_yes)
        return fail(ErrorKind::conflict, "{} is there already{}; to write over it: --yes", file,
                    has_key ? ", and may hold the only copy of a key" : "");
    return {};
}

Result<void> write_output(const Context& context, const std::string& file, const Output& output) {
    if (file == "-") return write_to_screen(output);
    TRY_DONE(check_output(context, file, output.has_key));
    return write_file_atomically(file, output.bytes, output.has_key ? 0600 : 0644);
}

}  // namespace rhumb::cli
