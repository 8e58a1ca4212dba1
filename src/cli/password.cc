#include "cli/password.h"

#include <array>
#include <cstdlib>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <sys/stat.h>

#include "base/files.h"
#include "cli/terminal.h"

namespace rhumb::cli {

namespace {

/// The first line; what a Windows editor puts around it is taken away.
crypto::Secret first_line(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r')) text.remove_suffix(1);
    return crypto::Secret::copy_of(text);
}

Result<crypto::Secret> from_file(const PasswordSource& source) {
    const std::filesystem::path path = source.file == "-" ? "/dev/stdin" : source.file;
    auto bytes = read_file(path, source.bytes_max);
    if (!bytes) return tl::unexpected(std::move(bytes).error().within("the " + source.word));
    auto password = first_line(*bytes);
    crypto::wipe(bytes->data(), bytes->size());
    return password;
}

Result<crypto::Secret> from_variable(const std::string& name, const std::string& word) {
    const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr)
        return fail(ErrorKind::not_found,
                    "the {}: there is no environment variable {} (was it exported?)", word, name);
    return crypto::Secret::copy_of(value);
}

tl::unexpected<Error> nobody_to_ask(std::string_view what, const std::string& word) {
    return fail(
        ErrorKind::denied,
        "{0} is needed, and nobody can be asked for it here: name a file that has it in its "
        "first line (--{1}-file), or an environment variable (--{1}-env)",
        what, word);
}

Result<std::optional<crypto::Secret>> from_told(const PasswordSource& source) {
    if (!source.file.empty()) {
        TRY(auto password, from_file(source));
        return std::optional{std::move(password)};
    }
    if (!source.variable.empty()) {
        TRY(auto password, from_variable(source.variable, source.word));
        return std::optional{std::move(password)};
    }
    return std::optional<crypto::Secret>{};
}

std::string capitalized(std::string_view what) {
    std::string text{what};
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

}  // namespace

void add_password_options(CLI::App& verb, PasswordSource& source, const std::string& what) {
    auto* const file =
        verb.add_option("--" + source.word + "-file", source.file,
                        what + ": the first line of this file; - for standard input");
    auto* const variable = verb.add_option("--" + source.word + "-env", source.variable,
                                           what + ": the value of this environment variable");
    auto* const typed = verb.add_flag("--" + source.word + "-prompt", source.is_typed,
                                      what + ": ask for it on the terminal");
    file->excludes(variable)->excludes(typed);
    variable->excludes(typed);
}

Result<std::optional<crypto::Secret>> ask_password(std::string_view what) {
    auto terminal = Terminal::open();
    if (!terminal) return std::optional<crypto::Secret>{};
    TRY(auto password, terminal->ask_secret(fmt::format("{}: ", capitalized(what))));
    return std::optional{std::move(password)};
}

Result<std::optional<crypto::Secret>> read_password(const PasswordSource& source,
                                                    std::string_view what) {
    if (!source.is_typed) return from_told(source);
    TRY(auto password, ask_password(what));
    if (!password) return nobody_to_ask(what, source.word);
    return std::optional{std::move(*password)};
}

Result<crypto::Secret> read_new_password(const PasswordSource& source, std::string_view what) {
    TRY(auto told, from_told(source));
    if (!told) {
        auto terminal = Terminal::open();
        if (!terminal) return nobody_to_ask(what, source.word);
        TRY(told, terminal->ask_secret(fmt::format("{}: ", capitalized(what))));
        TRY(const auto again, terminal->ask_secret("The same once more: "));
        if (!crypto::equal_in_constant_time(told->view(), again.view()))
            return fail(ErrorKind::invalid, "{}: the two differ; nothing was written", what);
    }
    if (told->is_empty())
        return fail(ErrorKind::invalid, "{} is empty: it would keep nobody out", what);
    return std::move(*told);
}

}  // namespace rhumb::cli
