#pragma once
/// WorkingCopy: a copy of a store's file, for programs that change it step by step. What becomes of
/// the file itself happens at once, at the end.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "trust/places.h"

namespace rhumb::trust {

/// In a directory that nobody else can look into, gone with this value. For files below the home
/// of `places.user` all that is done is done by programs that run as this user, so that the
/// administrator follows no link of the user's, and files stay the user's own. Blocks.
class WorkingCopy {
public:
    /// `denied`: the file cannot be read, or not be replaced; `too_large`: more than 64 MiB.
    static Result<WorkingCopy> of(const Places& places, std::filesystem::path file);

    WorkingCopy(WorkingCopy&& other) noexcept;
    WorkingCopy& operator=(WorkingCopy&&) = delete;
    WorkingCopy(const WorkingCopy&) = delete;
    WorkingCopy& operator=(const WorkingCopy&) = delete;
    ~WorkingCopy();

    /// The copy.
    std::filesystem::path path() const { return directory_ / "store"; }

    /// Puts the copy in the file's place, with the mode and owner of that.
    Result<void> put_back() const;

private:
    WorkingCopy(const Places& places, std::filesystem::path file)
        : places_{&places}, file_{std::move(file)} {}

    Result<void> run_as_user(std::string_view tool, std::vector<std::string> arguments) const;

    const Places* places_;
    std::filesystem::path file_;
    std::filesystem::path directory_{};  // empty: not made, or another one's now
};

/// True for what lies below the home of `places.user` (who is not who runs this program).
bool is_other_users(const Places& places, const std::filesystem::path& path);

/// A new file, made as the user it belongs to. `conflict` is not looked for: an old one is
/// overwritten.
Result<void> write_new_file(const Places& places, const std::filesystem::path& file,
                            std::string_view bytes);

}  // namespace rhumb::trust
