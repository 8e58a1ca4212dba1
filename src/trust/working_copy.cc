#include "trust/working_copy.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "base/child.h"
#include "base/files.h"
#include "base/text.h"
#include "trust/replace_file.h"
#include "trust/tools.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t store_size_max = std::size_t{64} << 20U;

/// Runs a program of this machine as the user, with that as its input.
Result<void> run_tool(const Places& places, std::string_view tool,
                      std::vector<std::string> arguments, std::string input = {}) {
    TRY(const auto finished, child::run({.arguments = to_run_as_user(
                                             places, find_tool(places, tool), std::move(arguments)),
                                         .environment = {},
                                         .input = std::move(input)}));
    if (finished.is_success()) return {};
    const auto said = text::trim(finished.output);
    return fail(said.find("ermission denied") != std::string_view::npos ? ErrorKind::denied
                                                                        : ErrorKind::internal,
                "{} as {}: {}", tool, places.user->name, said);
}

}  // namespace

bool is_other_users(const Places& places, const fs::path& path) {
    if (!places.user || places.home.empty()) return false;
    const auto inside = path.lexically_relative(places.home);
    return !inside.empty() && *inside.begin() != "..";
}

Result<void> write_new_file(const Places& places, const fs::path& file, std::string_view bytes) {
    if (!is_other_users(places, file)) return write_file_atomically(file, bytes);
    return run_tool(places, "dd", {"status=none", "of=" + file.string()}, std::string{bytes});
}

Result<void> WorkingCopy::run_as_user(std::string_view tool,
                                      std::vector<std::string> arguments) const {
    return run_tool(*places_, tool, std::move(arguments));
}

Result<WorkingCopy> WorkingCopy::of(const Places& places, fs::path file) {
    WorkingCopy copy{places, std::move(file)};
    // Where programs run within another root, they must find the copy there.
    const auto base = places.enter.empty() ? fs::temp_directory_path() : places.root / "tmp";
    std::string made = (base / "rhumb-copy-XXXXXX").string();
    if (::mkdtemp(made.data()) == nullptr)
        return fail(ErrorKind::internal, "making a directory for a copy of {} in {}: {}",
                    copy.file_.string(), base.string(), std::generic_category().message(errno));
    copy.directory_ = made;
    if (is_other_users(places, copy.file_)) {
        if (::chown(made.c_str(), places.user->uid, places.user->gid) != 0)
            return fail(ErrorKind::internal, "giving {} to {}: {}", made, places.user->name,
                        std::generic_category().message(errno));
        TRY_DONE(copy.run_as_user("cp", {"--", copy.file_.string(), copy.path().string()}));
        return copy;
    }
    if (!is_replaceable(copy.file_))
        return fail(ErrorKind::denied, "{} can be written by another user alone",
                    copy.file_.string());
    TRY(const auto bytes, read_file(copy.file_, store_size_max));
    TRY_DONE(write_file_atomically(copy.path(), bytes, 0600));
    return copy;
}

Result<void> WorkingCopy::put_back() const {
    if (!is_other_users(*places_, file_)) {
        TRY(const auto bytes, read_file(path(), store_size_max));
        return replace_file(file_, bytes);
    }
    const auto name = fmt::format(".{}.rhumb-{}", file_.filename().string(), ::getpid());
    const auto draft = (file_.parent_path() / name).string();
    // The first brings the mode along, the second what is in it.
    TRY_DONE(run_as_user("cp", {"-p", "--", file_.string(), draft}));
    auto done = run_as_user("cp", {"--", path().string(), draft});
    if (done) done = run_as_user("mv", {"-f", "-T", "--", draft, file_.string()});
    if (!done) (void)run_as_user("rm", {"-f", "--", draft});  // the first error is what counts
    return done;
}

WorkingCopy::WorkingCopy(WorkingCopy&& other) noexcept
    : places_{other.places_},
      file_{std::move(other.file_)},
      directory_{std::exchange(other.directory_, fs::path{})} {}

WorkingCopy::~WorkingCopy() {
    std::error_code ignored;
    if (!directory_.empty()) fs::remove_all(directory_, ignored);
}

}  // namespace rhumb::trust
