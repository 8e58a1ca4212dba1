#pragma once
/// Passwords for files of keys: out of a file, out of an environment variable, or typed. Never an
/// argument: everybody on a machine can read those.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/secret.h"

namespace CLI {
class App;
}

namespace rhumb::cli {

/// Where a password is to be taken from; at most one of these is set.
struct PasswordSource {
    std::string file{};      ///< its first line; "-": standard input
    std::string variable{};  ///< the name of an environment variable
    bool is_typed = false;
    /// What the options are named by, as in --password-file; and how messages call it.
    std::string word{"password"};
    std::size_t bytes_max = 1024;  ///< of a file

    bool is_told() const { return !file.empty() || !variable.empty() || is_typed; }
};

/// --password-file, --password-env and --password-prompt of a verb, which exclude each other (by
/// the source's word: --value-file …).
/// `source` outlives the parsing.
void add_password_options(CLI::App& verb, PasswordSource& source, const std::string& what);

/// The password of something that is there already; nothing when no source was told. An empty line
/// is an empty password, which is not the same as none. `what`, for the prompt: "the password of
/// answer.p12".
Result<std::optional<crypto::Secret>> read_password(const PasswordSource& source,
                                                    std::string_view what);

/// A password for something that is made: typed twice where nothing else was told and there is a
/// terminal, and never empty. `invalid`: empty, or the two differ; `denied`: none was told and
/// nobody can be asked (the message names the options).
Result<crypto::Secret> read_new_password(const PasswordSource& source, std::string_view what);

/// Asks for the password of something that is there, once it showed that it needs one; nothing
/// where nobody can be asked.
Result<std::optional<crypto::Secret>> ask_password(std::string_view what);

}  // namespace rhumb::cli
