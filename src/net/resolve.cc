#include "net/resolve.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include <netdb.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/handle.h"

namespace rhumb::net {

namespace {

using Clock = std::chrono::steady_clock;
using InfoHandle = Handle<addrinfo, freeaddrinfo>;

/// A resolver that hangs keeps a thread for as long as it does (glibc: up to half a minute).
constexpr int hanging_max = 32;

struct Outcome {
    int code = EAI_AGAIN;
    std::vector<Address> addresses{};
};

Outcome ask(const std::string& host, std::uint16_t port, int flags) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    addrinfo* raw = nullptr;
    Outcome outcome{.code = ::getaddrinfo(host.c_str(), nullptr, &hints, &raw)};
    if (outcome.code != 0) return outcome;
    const InfoHandle first{raw};
    for (const auto* one = first.get(); one != nullptr; one = one->ai_next) {
        sockaddr_storage storage{};
        if (one->ai_addrlen > sizeof storage) continue;
        std::memcpy(&storage, one->ai_addr, one->ai_addrlen);
        auto address = Address::from_socket(storage);
        address.port = port;
        if (std::ranges::find(outcome.addresses, address) == outcome.addresses.end())
            outcome.addresses.push_back(std::move(address));
    }
    return outcome;
}

/// Shared by who asks and the thread that does it; the last of them lets go of it.
struct Question {
    std::string host;
    std::uint16_t port;
    std::mutex mutex{};
    std::condition_variable answered{};
    std::optional<Outcome> outcome{};
};

/// How many threads are at it in this process: they outlive their callers, so no object owns them.
std::atomic<int>& under_way() {
    static std::atomic<int> count{0};
    return count;
}

void answer(const std::shared_ptr<Question>& question) {
    auto outcome = ask(question->host, question->port, AI_ADDRCONFIG);
    const std::scoped_lock lock{question->mutex};
    question->outcome = std::move(outcome);
    question->answered.notify_all();
    --under_way();
}

Result<std::vector<Address>> judge(const std::string& host, Outcome outcome) {
    switch (outcome.code) {
        case 0: break;
        case EAI_AGAIN:
            return fail(ErrorKind::unavailable,
                        "the name servers of this machine do not say where «{}» is", host);
        case EAI_SYSTEM: return fail(ErrorKind::unavailable, "looking up «{}» failed", host);
        default:
            return fail(ErrorKind::not_found, "there is no machine called «{}»: {}", host,
                        ::gai_strerror(outcome.code));
    }
    if (outcome.addresses.empty()) return fail(ErrorKind::not_found, "«{}» has no address", host);
    return std::move(outcome.addresses);
}

}  // namespace

Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port,
                                     Clock::time_point deadline) {
    if (auto literal = ask(host, port, AI_NUMERICHOST); literal.code == 0)
        return judge(host, std::move(literal));
    if (++under_way() > hanging_max) {
        --under_way();
        return fail(ErrorKind::unavailable,
                    "the name servers of this machine do not answer; «{}» was not asked for", host);
    }
    const auto question = std::make_shared<Question>(host, port);
    try {
        std::thread{answer, question}.detach();
    } catch (const std::system_error& error) {
        --under_way();
        return fail(ErrorKind::unavailable, "no thread to look up «{}»: {}", host, error.what());
    }
    std::unique_lock lock{question->mutex};
    if (!question->answered.wait_until(lock, deadline,
                                       [&] { return question->outcome.has_value(); }))
        return fail(ErrorKind::unavailable,
                    "the name servers of this machine did not say in time where «{}» is", host);
    return judge(host, *std::move(question->outcome));
}

}  // namespace rhumb::net
