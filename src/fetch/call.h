#pragma once
/// Calls: questions to a server that we depend on and that is shown secrets (an OpenID provider, a
/// custom provider). Certificates are always verified, redirects never followed, sizes and times
/// bounded; connections are kept for the next call.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fetch/ask.h"

namespace rhumb::fetch {

struct Call {
    std::string_view method = "GET";
    /// https; http for this machine alone (a loopback address or "localhost").
    std::string url{};
    std::vector<Header> headers{};  ///< with line breaks in them they are `invalid`
    std::string body{};             ///< sent when the method is not GET
};

/// What a server is called with. Any thread at once; blocks, so never on a loop.
class Caller {
public:
    struct Options {
        std::chrono::milliseconds limit{5'000};        ///< for all of one call, connecting included
        std::size_t body_max = std::size_t{1} << 20U;  ///< of an answer
        std::size_t connections_max = 4;  ///< at a time; who comes then waits, within its limit
        std::string roots_file{};         ///< PEM; "": the system's
    };
    explicit Caller(Options options);
    ~Caller();
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;

    /// Whatever the status is. The failure says in plain words which step went wrong (name,
    /// connection, certificate, time, size), and nothing of what was sent.
    tl::expected<Answer, Failure> call(const Call& call);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rhumb::fetch
