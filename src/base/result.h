#pragma once
/// Result<T>: a value, or an Error that says what failed. Expected failures travel this way;
/// exceptions of libraries are caught at the edge of the module that uses the library.

#include <string>
#include <utility>

#include <fmt/format.h>
#include <tl/expected.hpp>

namespace rhumb {

/// What a caller may want to tell apart. Each kind has one HTTP status and one exit code.
enum class ErrorKind {
    invalid,      ///< the input is wrong: 400
    denied,       ///< not allowed: 403
    not_found,    ///< no such thing: 404
    conflict,     ///< it would break what is there: 409
    too_large,    ///< more than a limit allows: 413
    unavailable,  ///< not now: time-out, queue full, peer gone: 503
    internal,     ///< our fault, or the machine's: 500
};

/// Why something did not happen.
struct Error {
    ErrorKind kind;
    std::string message;  ///< for a person: what failed, on what, and what to do

    /// The same error with `what` said before it: "reading rivers.gpkg: no such file".
    Error within(std::string_view what) && { return {kind, fmt::format("{}: {}", what, message)}; }
};

template <class T>
using Result = tl::expected<T, Error>;

/// return fail(ErrorKind::not_found, "no certificate is called «{}»", name);
template <class... Arguments>
tl::unexpected<Error> fail(ErrorKind kind, fmt::format_string<Arguments...> format,
                           Arguments&&... arguments) {
    return tl::unexpected(Error{kind, fmt::format(format, std::forward<Arguments>(arguments)...)});
}

}  // namespace rhumb

#define RHUMB_JOIN_(a, b) a##b
#define RHUMB_JOIN(a, b) RHUMB_JOIN_(a, b)
#define RHUMB_TRY_(return_, result, declaration, expression)          \
    auto result = (expression);                                       \
    if (!result) return_ ::tl::unexpected(std::move(result).error()); \
    declaration = *std::move(result)
#define RHUMB_TRY_DONE_(return_, result, expression)                      \
    do {                                                                  \
        auto result = (expression);                                       \
        if (!result) return_ ::tl::unexpected(std::move(result).error()); \
    } while (false)

/// TRY(auto key, load_key(path));  binds the value, or returns the error to the caller.
#define TRY(declaration, expression) \
    RHUMB_TRY_(return, RHUMB_JOIN(result_, __LINE__), declaration, expression)
/// TRY_DONE(write(path, text));  the same for a Result<void>.
#define TRY_DONE(expression) RHUMB_TRY_DONE_(return, RHUMB_JOIN(result_, __LINE__), expression)
/// The same two in a coroutine.
#define CO_TRY(declaration, expression) \
    RHUMB_TRY_(co_return, RHUMB_JOIN(result_, __LINE__), declaration, expression)
#define CO_TRY_DONE(expression) \
    RHUMB_TRY_DONE_(co_return, RHUMB_JOIN(result_, __LINE__), expression)
