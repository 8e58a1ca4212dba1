#include "trust/certutil.h"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <unistd.h>

#include "base/child.h"
#include "base/files.h"
#include "base/text.h"
#include "pki/pem.h"
#include "trust/tools.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds limit{30};

/// The process that has a lock on the SQLite file (in the bytes where SQLite sets its locks); 0
/// when none has.
pid_t find_lock_holder(const fs::path& file) {
    constexpr off_t first_lock_byte = 0x40000000;
    constexpr off_t lock_bytes = 512;
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return 0;
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = first_lock_byte;
    lock.l_len = lock_bytes;
    const bool is_told = ::fcntl(fd, F_GETLK, &lock) == 0;
    ::close(fd);
    return is_told && lock.l_type != F_UNLCK ? lock.l_pid : 0;
}

/// "firefox-esr (process 4711)".
std::string describe_process(pid_t process) {
    const auto name = read_file(fmt::format("/proc/{}/comm", process), 256);
    return fmt::format("{} (process {})", name ? text::trim(*name) : "another program", process);
}

bool says(std::string_view said, std::string_view words) {
    return said.find(words) != std::string_view::npos;
}

}  // namespace

bool NssEntry::is_for_servers() const {
    return std::string_view{attributes}.substr(0, attributes.find(',')).find_first_of("CP") !=
           std::string_view::npos;
}

std::vector<NssEntry> read_entries(std::string_view listing) {
    std::vector<NssEntry> entries;
    for (const auto raw : text::split(listing, '\n')) {
        const auto line = text::trim(raw);
        const auto blank = line.find_last_of(" \t");
        if (blank == std::string_view::npos) continue;
        const auto attributes = line.substr(blank + 1);
        const bool is_entry = std::ranges::count(attributes, ',') == 2 &&
                              attributes.find_first_not_of(",pPcCTuw") == std::string_view::npos;
        if (is_entry)
            entries.push_back(
                {std::string{text::trim(line.substr(0, blank))}, std::string{attributes}});
    }
    return entries;
}

Certutil::Certutil(NssDatabase database, Places places)
    : database_{std::move(database)},
      places_{std::move(places)},
      program_{find_tool(places_, "certutil")} {}

std::string Certutil::name() const {
    return (database_.is_old ? "dbm:" : "sql:") + database_.directory.string();
}

std::string Certutil::to_shell(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), program_.empty() ? "certutil" : program_.string());
    if (places_.user) arguments.insert(arguments.begin(), {"sudo", "-H", "-u", places_.user->name});
    arguments.insert(arguments.end(), {"-d", name()});
    return child::to_shell(arguments);
}

Result<std::vector<NssEntry>> Certutil::list() const {
    TRY(const auto listing, run("listing the certificates", {"-L"}));
    return read_entries(listing);
}

Result<std::vector<pki::Certificate>> Certutil::certificates(const std::string& nickname) const {
    const auto shown = run("reading a certificate", {"-L", "-n", nickname, "-a"});
    if (!shown && shown.error().kind == ErrorKind::internal &&
        says(shown.error().message, "ould not find"))
        return std::vector<pki::Certificate>{};
    if (!shown) return tl::unexpected(shown.error());
    return pki::read_certificates(*shown);
}

Result<bool> Certutil::is_accepted(const std::string& nickname, bool is_authority) const {
    const auto verdict = run("verifying", {"-V", "-u", is_authority ? "L" : "V", "-n", nickname});
    if (!verdict && verdict.error().kind != ErrorKind::internal)
        return tl::unexpected(verdict.error());
    return verdict.has_value();
}

Result<void> Certutil::add(const std::string& nickname, std::string_view attributes,
                           const pki::Certificate& certificate) const {
    const auto added =
        run("adding the root", {"-A", "-t", std::string{attributes}, "-n", nickname, "-a"},
            certificate.to_pem());
    if (added) return {};
    // A database with a password takes the certificate, and refuses the trust in it.
    (void)run("removing it again", {"-D", "-n", nickname});
    return tl::unexpected(added.error());
}

Result<void> Certutil::set_attributes(const std::string& nickname,
                                      std::string_view attributes) const {
    TRY_DONE(run("trusting the root", {"-M", "-t", std::string{attributes}, "-n", nickname}));
    return {};
}

Result<void> Certutil::remove(const std::string& nickname) const {
    TRY_DONE(run("removing the root", {"-D", "-n", nickname}));
    return {};
}

Result<void> Certutil::create() const {
    if (program_.empty()) return fail(ErrorKind::not_found, "{}", needs_certutil);
    const auto& directory = database_.directory;
    // By a program, so that the folders are made by whom they are for.
    for (const auto& folder : {directory.parent_path(), directory}) {
        std::error_code ignored;
        if (fs::is_directory(folder, ignored)) continue;
        TRY(const auto made,
            child::run({.arguments = to_run_as_user(places_, "/bin/mkdir",
                                                    {"-p", "-m", "0700", folder.string()}),
                        .environment = {},
                        .input = {},
                        .limit = limit}));
        if (!made.is_success())
            return fail(ErrorKind::internal, "making {}: {}", folder.string(),
                        text::trim(made.output));
    }
    TRY_DONE(run("making the database", {"-N", "--empty-password"}));
    return {};
}

Result<std::string> Certutil::run(std::string_view step, std::vector<std::string> arguments,
                                  std::string input) const {
    if (program_.empty()) return fail(ErrorKind::not_found, "{}", needs_certutil);
    arguments.insert(arguments.end(), {"-d", name()});
    TRY(const auto finished,
        child::run({.arguments = to_run_as_user(places_, program_, std::move(arguments)),
                    .environment = {"HOME=" + places_.home.string()},
                    .input = std::move(input),
                    .limit = limit}));
    if (finished.is_success()) return finished.output;
    return explain(step, text::trim(finished.output));
}

tl::unexpected<Error> Certutil::explain(std::string_view step, std::string_view said) const {
    const auto where = database_.directory.string();
    if (says(said, "assword") || says(said, "could not authenticate"))
        return fail(ErrorKind::denied,
                    "{} in {}: the database is kept under a password of its own (the browser's "
                    "primary password); type the command, which asks for it, or import the root in "
                    "the browser's settings, or use --store firefox-policy",
                    step, where);
    if (const auto holder =
            find_lock_holder(database_.directory / (database_.is_old ? "cert8.db" : "cert9.db"));
        holder != 0)
        return fail(ErrorKind::unavailable,
                    "{} in {}: {} works on the database just now; close it, and try again", step,
                    where, describe_process(holder));
    if (says(said, "SEC_ERROR_READ_ONLY"))
        return fail(ErrorKind::denied, "{} in {}: the database can only be read", step, where);
    return fail(ErrorKind::internal, "{} in {}: certutil says: {}", step, where, said);
}

}  // namespace rhumb::trust
