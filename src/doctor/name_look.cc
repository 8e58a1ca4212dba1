#include "doctor/name_look.h"

#include <algorithm>
#include <future>
#include <map>
#include <memory>
#include <thread>

#include <ifaddrs.h>
#include <netdb.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/handle.h"
#include "base/text.h"
#include "doctor/name_judge.h"

namespace rhumb::doctor {

namespace {

/// So many addresses of each family are tried; clients try no more either.
constexpr std::size_t family_max = 3;

net::Address to_address(const sockaddr* name, std::size_t size, std::uint16_t port) {
    sockaddr_storage storage{};
    std::copy_n(reinterpret_cast<const char*>(name),  // NOLINT(*-reinterpret-cast): bytes
                std::min(size, sizeof storage),
                reinterpret_cast<char*>(&storage));  // NOLINT(*-reinterpret-cast): bytes
    auto address = net::Address::from_socket(storage);
    address.port = port;
    return address;
}

Resolution look_up(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    const int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &raw);
    const Handle<addrinfo, ::freeaddrinfo> list{raw};
    if (failed != 0) {
        const bool is_unknown =
            failed == EAI_NONAME || failed == EAI_NODATA || failed == EAI_ADDRFAMILY;
        return {is_unknown ? Resolution::Outcome::unknown : Resolution::Outcome::no_answer,
                {},
                ::gai_strerror(failed)};
    }
    Resolution resolution;
    for (const auto* one = list.get(); one != nullptr; one = one->ai_next) {
        auto address = to_address(one->ai_addr, one->ai_addrlen, port);
        auto& all = resolution.addresses;
        if (!address.ip.empty() && std::ranges::find(all, address) == all.end())
            all.push_back(std::move(address));
    }
    if (resolution.addresses.empty()) resolution.outcome = Resolution::Outcome::unknown;
    return resolution;
}

bool is_literal(const std::string& host) {
    in6_addr bytes{};
    return ::inet_pton(AF_INET, host.c_str(), &bytes) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), &bytes) == 1;
}

}  // namespace

Resolution resolve(const std::string& host, std::uint16_t port, std::chrono::milliseconds limit) {
    if (is_literal(host)) return {.addresses = {{host, port}}};
    // The system's call cannot be told to hurry: a thread that comes too late is left to itself.
    auto work = std::make_shared<std::packaged_task<Resolution()>>(
        [host, port] { return look_up(host, port); });
    auto answer = work->get_future();
    std::thread{[work] { (*work)(); }}.detach();
    if (answer.wait_for(limit) == std::future_status::ready) return answer.get();
    return {Resolution::Outcome::no_answer,
            {},
            fmt::format("no answer from the name servers within {} s",
                        std::chrono::ceil<std::chrono::seconds>(limit).count())};
}

std::vector<Contact> contact(const std::vector<net::Address>& addresses,
                             std::chrono::milliseconds limit) {
    std::map<bool, std::size_t> count;
    std::vector<std::future<Contact>> begun;
    for (const auto& address : addresses) {
        if (++count[is_v6(address)] > family_max) continue;
        begun.push_back(std::async(std::launch::async, [address, limit] {
            const auto dialed = net::dial(address, limit);
            return dialed ? Contact{address, {}} : Contact{address, dialed.error()};
        }));
    }
    std::vector<Contact> contacts;
    contacts.reserve(begun.size());
    for (auto& one : begun) contacts.push_back(one.get());
    return contacts;
}

bool is_loopback(const net::Address& address) {
    return address.ip.starts_with("127.") || address.ip == "::1";
}

std::vector<std::string> own_addresses() {
    ifaddrs* raw = nullptr;
    if (::getifaddrs(&raw) != 0) return {};
    const Handle<ifaddrs, ::freeifaddrs> list{raw};
    std::vector<std::string> all;
    for (const auto* one = list.get(); one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr) continue;
        const auto family = one->ifa_addr->sa_family;
        const auto size = family == AF_INET    ? sizeof(sockaddr_in)
                          : family == AF_INET6 ? sizeof(sockaddr_in6)
                                               : 0;
        if (size > 0) all.push_back(to_address(one->ifa_addr, size, 0).ip);
    }
    return all;
}

void check_name(Examination& examination) {
    const auto& order = examination.order;
    auto& facts = examination.facts;
    if (order.address) {
        facts.addresses = {*order.address};
        return;
    }
    const auto resolution =
        resolve(order.target.host, order.target.port, examination.left(order.limits.answer));
    facts.addresses = resolution.addresses;
    if (resolution.outcome == Resolution::Outcome::no_answer && examination.deadline.is_over()) {
        examination.diagnosis.leave("the name: the time was over");
        return;
    }
    for (auto& finding : judge_name(order.target, resolution))
        examination.diagnosis.find(std::move(finding));
}

void check_port(Examination& examination) {
    auto& facts = examination.facts;
    if (facts.addresses.empty()) return;
    const auto limit = examination.left(examination.order.limits.connection);
    const auto contacts = contact(facts.addresses, limit);
    const auto answering = std::ranges::find_if(contacts, &Contact::is_connected);
    facts.is_connected = answering != contacts.end();
    facts.address = facts.is_connected ? answering->address : facts.addresses.front();
    if (!facts.is_connected && examination.deadline.is_over()) {
        examination.diagnosis.leave("the port: the time was over");
        return;
    }
    auto judged = judge_contacts(examination.target(), contacts, limit);
    for (auto& finding : judged.findings) examination.diagnosis.find(std::move(finding));
    for (auto& sentence : judged.untried) examination.diagnosis.leave(std::move(sentence));
    std::vector<std::string> answered;
    for (const auto& one : contacts)
        if (one.is_connected()) answered.push_back(one.address.to_string());
    if (!answered.empty())
        examination.diagnosis.seen.push_back({"address", text::join(answered, ", ")});
}

}  // namespace rhumb::doctor
