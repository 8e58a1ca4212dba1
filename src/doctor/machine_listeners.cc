#include "doctor/machine_listeners.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/files.h"
#include "base/text.h"

namespace rhumb::doctor {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view is_listening = "0A";
constexpr std::size_t table_size_max = 64U << 20U;

std::optional<std::uint32_t> from_hex(std::string_view digits) {
    std::uint32_t value = 0;
    const auto* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

/// One word of 8 digits, or four: each as a number of this machine, while the bytes are those of
/// the network.
std::string to_ip(std::string_view digits) {
    if (digits.size() != 8 && digits.size() != 32) return "";
    std::array<std::uint32_t, 4> words{};
    for (std::size_t index = 0; index * 8 < digits.size(); ++index) {
        const auto word = from_hex(digits.substr(index * 8, 8));
        if (!word) return "";
        words.at(index) = *word;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = digits.size() == 8 ? AF_INET : AF_INET6;
    if (::inet_ntop(family, words.data(), text.data(), text.size()) == nullptr) return "";
    return text.data();
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (const auto word : text::split(line, ' '))
        if (!word.empty()) words.push_back(word);
    return words;
}

std::optional<Listener> parse_line(std::string_view line) {
    // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
    const auto words = words_of(line);
    if (words.size() < 10 || words[3] != is_listening) return std::nullopt;
    const auto colon = words[1].find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    Listener listener{.ip = to_ip(words[1].substr(0, colon))};
    const auto port = from_hex(words[1].substr(colon + 1));
    const auto user = text::to_integer(words[7]);
    const auto inode = text::to_integer(words[9]);
    if (listener.ip.empty() || !port || *port > 0xFFFF || !user || !inode) return std::nullopt;
    listener.port = static_cast<std::uint16_t>(*port);
    listener.user = static_cast<std::uint32_t>(*user);
    listener.inode = static_cast<std::uint64_t>(*inode);
    return listener;
}

fs::path folder_of(pid_t process) { return fs::path{"/proc"} / std::to_string(process); }

Owner describe(pid_t process) {
    Owner owner{.process = process};
    std::error_code failed;
    owner.program = fs::read_symlink(folder_of(process) / "exe", failed).string();
    if (failed) {
        const auto name = read_file(folder_of(process) / "comm", 4096);
        owner.program = name ? std::string{text::trim(*name)} : "";
    }
    if (const auto cgroup = read_file(folder_of(process) / "cgroup", 64U << 10U))
        owner.unit = unit_of(*cgroup);
    return owner;
}

}  // namespace

std::vector<Listener> parse_listeners(std::string_view text) {
    std::vector<Listener> listeners;
    for (const auto line : text::split(text, '\n'))
        if (auto listener = parse_line(line)) listeners.push_back(*std::move(listener));
    return listeners;
}

std::vector<Listener> read_listeners() {
    std::vector<Listener> all;
    for (const auto* const table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        const auto text = read_file(table, table_size_max);
        if (!text) continue;
        auto some = parse_listeners(*text);
        all.insert(all.end(), std::make_move_iterator(some.begin()),
                   std::make_move_iterator(some.end()));
    }
    return all;
}

std::vector<std::uint64_t> sockets_of(pid_t process) {
    std::vector<std::uint64_t> inodes;
    std::error_code failed;
    for (fs::directory_iterator entry{folder_of(process) / "fd", failed}, end;
         !failed && entry != end; entry.increment(failed)) {
        std::error_code gone;
        const auto target = fs::read_symlink(entry->path(), gone).string();
        constexpr std::string_view prefix = "socket:[";
        if (gone || !target.starts_with(prefix) || !target.ends_with(']')) continue;
        const auto digits =
            std::string_view{target}.substr(prefix.size(), target.size() - prefix.size() - 1);
        if (const auto inode = text::to_integer(digits))
            inodes.push_back(static_cast<std::uint64_t>(*inode));
    }
    return inodes;
}

std::optional<Owner> find_owner(std::uint64_t inode) {
    std::error_code failed;
    for (fs::directory_iterator entry{"/proc", failed}, end; !failed && entry != end;
         entry.increment(failed)) {
        const auto process = text::to_integer(entry->path().filename().string());
        if (!process) continue;
        const auto sockets = sockets_of(static_cast<pid_t>(*process));
        if (std::ranges::find(sockets, inode) != sockets.end())
            return describe(static_cast<pid_t>(*process));
    }
    return std::nullopt;
}

std::string unit_of(std::string_view cgroup) {
    // "0::/system.slice/nginx.service": the last part that is a service.
    std::string unit;
    for (const auto line : text::split(cgroup, '\n'))
        for (const auto part : text::split(line, '/'))
            if (part.ends_with(".service")) unit = part;
    // Those of a person's session are of another manager.
    return unit.starts_with("user@") ? "" : unit;
}

}  // namespace rhumb::doctor
