/// rhumb doctor: what is wrong with this installation, or with any server, and how to mend it.

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <sys/ioctl.h>

#include "base/files.h"
#include "certs/authority_rotation.h"
#include "cli/commands.h"
#include "cli/diagnosis_report.h"
#include "cli/installation.h"
#include "cli/trust_report.h"
#include "doctor/anchors.h"
#include "doctor/examine.h"
#include "doctor/installation_look.h"
#include "pki/bag.h"
#include "pki/names.h"
#include "server/data_lock.h"

namespace rhumb::cli {

namespace {

struct DoctorOptions {
    std::string target;
    std::string roots;
    std::string at;      ///< an address, in place of where the name leads
    int clear_port = 0;  ///< 0: as usual
    std::vector<std::string> crls;
    bool asks_authority = false;
    bool is_long = false;
    int seconds = 0;  ///< 0: as usual
};

/// One server, or all that an installation serves.
constexpr std::chrono::seconds server_limit{60};
constexpr std::chrono::seconds installation_limit{180};

/// The step that runs, on one line of a terminal's standard error; nothing elsewhere.
class ProgressLine {
public:
    ProgressLine() : is_shown_{::isatty(STDERR_FILENO) == 1} {}
    ~ProgressLine() {
        if (is_shown_) std::fputs("\r\x1b[K", stderr);
    }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    doctor::Progress progress() const {
        if (!is_shown_) return {};
        return [](std::string_view step) {
            std::fputs(fmt::format("\r\x1b[K{} …", step.substr(0, 70)).c_str(), stderr);
            std::fflush(stderr);
        };
    }

private:
    bool is_shown_;
};

ReportStyle style_of(const DoctorOptions& options) {
    ReportStyle style{.is_long = options.is_long};
    if (::isatty(STDOUT_FILENO) != 1) return style;
    winsize window{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col >= 40)
        style.width = std::min<std::size_t>(window.ws_col, 120);
    // https://no-color.org: set, whatever it is.
    const char* const no_color = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe)
    style.has_color = no_color == nullptr || *no_color == '\0';
    return style;
}

Result<std::vector<pki::Crl>> lists_in(const std::vector<std::string>& files) {
    std::vector<pki::Crl> lists;
    for (const auto& file : files) {
        TRY(const auto bytes, read_file(file, pki::crl_size_max));
        auto list = bytes.find("-----BEGIN") == std::string::npos ? pki::Crl::from_der(bytes)
                                                                  : pki::Crl::from_pem(bytes);
        if (!list) return tl::unexpected(std::move(list).error().within(file));
        lists.push_back(*std::move(list));
    }
    return lists;
}

doctor::Limits limits_of(const DoctorOptions& options, std::chrono::seconds usual) {
    doctor::Limits limits;
    limits.total = options.seconds > 0 ? std::chrono::seconds{options.seconds} : usual;
    return limits;
}

/// Where to connect to instead of where the name leads, if that was said.
Result<std::optional<net::Address>> address_in(const DoctorOptions& options,
                                               const doctor::Target& target) {
    if (options.at.empty()) return std::nullopt;
    const auto name = pki::Name::parse(options.at);
    if (!name || !name->is_ip())
        return fail(ErrorKind::invalid, "--at takes an IP address, and «{}» is none", options.at);
    return net::Address{name->text(), target.port};
}

std::optional<std::uint16_t> clear_port_in(const DoctorOptions& options) {
    if (options.clear_port == 0) return {};
    return static_cast<std::uint16_t>(options.clear_port);
}

Result<std::vector<doctor::Anchors>> anchors_for(const Context& context,
                                                 const DoctorOptions& options,
                                                 const std::string& from,
                                                 std::vector<std::string>& unasked) {
    if (!options.roots.empty()) return doctor::anchors_in(options.roots);
    return doctor::gather_anchors(places(context, "rhumb ca export"), from, installation_limit,
                                  unasked);
}

Result<std::vector<doctor::Diagnosis>> examine_url(const Context& context,
                                                   const DoctorOptions& options) {
    TRY(auto target, doctor::parse_target(options.target));
    const ProgressLine line;
    if (const auto progress = line.progress()) progress("trust stores of this machine");
    std::vector<std::string> unasked;
    TRY(auto anchors,
        anchors_for(context, options, target.https ? " --from " + target.origin() : std::string{},
                    unasked));
    TRY(auto lists, lists_in(options.crls));
    TRY(const auto address, address_in(options, target));
    const doctor::ServerOrder order{.target = std::move(target),
                                    .clock = &context.clock,
                                    .anchors = std::move(anchors),
                                    .crls = std::move(lists),
                                    .asks_authority = options.asks_authority,
                                    .address = address,
                                    .clear_port = clear_port_in(options),
                                    .limits = limits_of(options, server_limit),
                                    .progress = line.progress()};
    std::vector diagnoses{doctor::examine_server(order)};
    for (auto& sentence : unasked) diagnoses.front().leave(std::move(sentence));
    return diagnoses;
}

Result<std::vector<doctor::Diagnosis>> examine_here(const Context& context,
                                                    const DoctorOptions& options) {
    std::error_code failed;
    if (!std::filesystem::exists(context.data / "rhumb.db", failed))
        return fail(
            ErrorKind::not_found,
            "there is nothing in {} yet. Start it with `rhumb serve`, name another directory with --data, or "
            "a server to look at: `rhumb doctor https://…`",
            context.data.string());
    const ProgressLine line;
    if (const auto progress = line.progress()) progress("trust stores of this machine");
    std::vector<std::string> unasked;
    TRY(auto anchors, anchors_for(context, options, "", unasked));
    const auto holder = server::DataLock::holder(context.data);
    doctor::InstallationOrder order{.data = context.data,
                                    .master_key = context.master_key(),
                                    .running = find_running(context),
                                    .program = context.environment.program,
                                    .places = places(context, "rhumb ca export"),
                                    .clock = &context.clock,
                                    .anchors = std::move(anchors),
                                    .limits = limits_of(options, installation_limit),
                                    .progress = line.progress(),
                                    .is_root = context.environment.is_root};
    if (holder) {
        order.process = holder->process;
        order.config_file = holder->config_file;
        if (!order.master_key && !std::filesystem::exists(context.data / "master.key", failed))
            order.master_key = doctor::find_credential(holder->process);
    } else if (const auto last = site::read_running(context.data);
               last && !last->config_file.empty()) {
        order.config_file = last->config_file;
    }
    auto diagnoses = doctor::examine_installation(order);
    for (auto& sentence : unasked) diagnoses.front().leave(std::move(sentence));
    return diagnoses;
}

Result<Exit> examine(const Context& context, const DoctorOptions& options) {
    TRY(const auto diagnoses,
        options.target.empty() ? examine_here(context, options) : examine_url(context, options));
    if (context.wants_json)
        say("{}", to_json(diagnoses));
    else
        std::fputs(to_text(diagnoses, style_of(options)).c_str(), stdout);
    const bool is_refused = std::ranges::any_of(
        diagnoses, [](const doctor::Diagnosis& d) { return doctor::has_error(d.findings); });
    return is_refused ? Exit::refused : Exit::done;
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
    auto options = std::make_shared<DoctorOptions>();
    auto* const verb = app.add_subcommand(
        "doctor", "What is wrong with this installation, or with a server, and how to mend it");
    verb->add_option("server", options->target,
                     "A URL, name or address; without it this installation is examined");
    verb->add_option("--roots", options->roots,
                     "Judge as a client that trusts the roots in this file, and those alone")
        ->check(CLI::ExistingFile);
    verb->add_option("--at", options->at,
                     "Connect to this IP address, wherever the name leads: a server before it is "
                     "in the DNS");
    verb->add_option("--http", options->clear_port,
                     "The port of http beside an https server (80, where https has 443)")
        ->check(CLI::Range(1, 65535));
    verb->add_option("--crl", options->crls,
                     "A file with a revocation list of the authority; may come several times")
        ->allow_extra_args(false);
    verb->add_flag(
        "--ask-authority", options->asks_authority,
        "Fetch the authority's revocation list; else nothing is sent to anyone but the server");
    verb->add_flag("--long", options->is_long, "Tell also what was seen, and what is well");
    verb->add_option("--seconds", options->seconds, "Take no longer than that")
        ->check(CLI::Range(1, 3600));
    verb->callback([&context, options] {
        context.run = [&context, options] { return examine(context, *options); };
    });
}

}  // namespace rhumb::cli
