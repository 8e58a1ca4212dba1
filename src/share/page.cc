#include "share/page.h"

#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "share/making.h"
#include "share/qr.h"

namespace rhumb::share {

namespace {

std::string_view without_scheme(std::string_view origin) {
    const auto begin = origin.find("://");
    return begin == std::string_view::npos ? origin : origin.substr(begin + 3);
}

/// What the visitor calls this server.
std::string host_of(const Visit& visit) {
    const auto& around = visit.around;
    const auto& origin = around.https_origin.empty() ? around.http_origin : around.https_origin;
    return origin.empty() ? "this server" : text::escape_html(without_scheme(origin));
}

std::string link(std::string_view url, std::string_view shown) {
    return fmt::format("<a href=\"{}\">{}</a>", text::escape_html(url), text::escape_html(shown));
}

std::string date_of(Seconds time) {
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

/// A part of the page for one visit.
class PageMaker {
public:
    PageMaker(const Offer& offer, const Visit& visit)
        : offer_{offer},
          visit_{visit},
          base_{text::escape_html(visit.path)},
          first_{visit.chosen ? visit.chosen : visit.device.first()} {}

    std::string whole() const {
        return fill("page.html", {{"HOST", host_of(visit_)},
                                  {"BASE", base_},
                                  {"LEAD", lead()},
                                  {"BODY", offer_.roots().empty() ? nothing() : body()}});
    }

private:
    std::string lead() const;
    std::string nothing() const;
    std::string body() const;
    std::string notice() const;
    std::string check_facts() const;
    std::string open_link() const;
    std::string roots() const;
    std::string recognised() const;
    std::string devices() const;
    std::string device(Platform platform, bool is_open) const;
    std::string steps(Platform platform) const;
    std::string downloads(const Bundle& bundle) const;
    std::string hand_on() const;

    const Offer& offer_;
    const Visit& visit_;
    std::string base_;
    std::optional<Platform> first_;
};

std::string PageMaker::lead() const {
    if (offer_.roots().empty() || visit_.around.shown != Shown::own) return "";
    return "Its certificate comes from an authority of its own, which your device does not know yet: that is why "
           "the browser warns. Give the device the authority’s root once, in three steps, and it is known "
           "for good.";
}

std::string PageMaker::nothing() const {
    return "<p>This installation has no authority of its own, so there is nothing to install. If your browser "
           "warns, ask the person who runs the server.</p>";
}

std::string PageMaker::open_link() const {
    const auto& origin = visit_.around.https_origin;
    if (origin.empty()) return "Open the server’s https address.";
    return fmt::format("Open {}.", link(origin + visit_.path, origin + visit_.path));
}

std::string PageMaker::body() const {
    return fill("body.html", {{"NOTICE", notice()},
                              {"CHECK", check_facts()},
                              {"OPEN", open_link()},
                              {"ROOTS", roots()},
                              {"RECOGNISED", recognised()},
                              {"DEVICES", devices()},
                              {"HAND_ON", hand_on()}});
}

/// What a visitor must know before the steps; "" when there is nothing unusual.
std::string PageMaker::notice() const {
    const auto panel = [](const std::string& sentence) {
        return fmt::format("<p class=\"notice\" role=\"note\">{}</p>\n", sentence);
    };
    const auto host = fmt::format("<b class=\"host\">{}</b>", host_of(visit_));
    switch (visit_.around.shown) {
        case Shown::own: break;
        case Shown::others:
            return panel(fmt::format(
                "<b>Nothing needs to be installed for {}:</b> it shows a certificate of another authority, which "
                "devices know already, or are given by whoever looks after them. What follows is for the other "
                "addresses of this installation.",
                host));
        case Shown::self_signed:
            return panel(fmt::format(
                "{} shows a self-signed certificate, which vouches for itself alone. <b>What follows does not "
                "help there:</b> it is for the other addresses of this installation.",
                host));
        case Shown::nobodys:
            return panel(
                "This address does not answer over https. What follows is for the other addresses of this "
                "installation.");
    }
    if (!visit_.is_secure) return {};
    return panel(
        "If a warning came before this page, then anybody may have written what you read here: the fingerprint "
        "in step 1 decides.");
}

/// For page.js: where to look. Without them the check stays as it is without a script.
std::string PageMaker::check_facts() const {
    const auto& around = visit_.around;
    if (around.https_origin.empty()) return {};
    const auto path = visit_.path + "/check";
    std::string facts =
        fmt::format(R"( data-https="{}" data-worker="{}/worker.js" data-scope="{}/")",
                    text::escape_html(around.https_origin + path), base_, base_);
    if (!around.other_https_origin.empty())
        facts +=
            fmt::format(" data-other=\"{}\"", text::escape_html(around.other_https_origin + path));
    return facts;
}

/// What the root can vouch for, as a part of the page.
std::string limits_shown(const pki::Certificate& root) {
    if (!root.name_constraints())
        return "It can vouch for <b>any</b> name: trust it only if you trust its owner with all of them.";
    std::string all;
    for (const auto& one : limits_of(root))
        all += fmt::format("{}<code>{}</code>", all.empty() ? "" : ", ", text::escape_html(one));
    return fmt::format(
        "<details><summary>It can vouch for some names and addresses, and for nothing else: which?</summary><p>{}</p></details>",
        all);
}

std::string PageMaker::roots() const {
    std::string all;
    const bool is_changing = offer_.roots().size() > 1;
    for (std::size_t i = 0; i < offer_.roots().size(); ++i) {
        const auto& root = offer_.roots()[i];
        const auto* const name = i == 0 ? "root" : "next";
        std::string files = "As a file: ";
        for (const auto* const form : {"cer", "crt", "pem"})
            files += fmt::format("<a href=\"{}/{}.{}\">{}.{}</a>{}", base_, name, form, name, form,
                                 std::string_view{form} == "pem" ? "" : " · ");
        all += fill("root.html", {{"NAME", text::escape_html(root.common_name())},
                                  {"STATE", !is_changing ? ""
                                            : i == 0     ? " (in use now)"
                                                         : " (takes its place soon)"},
                                  {"STEM", file_stem(root)},
                                  {"SHA256", spelled_fingerprint(root.fingerprint_sha256())},
                                  {"SHA1", to_thumbprint(root.fingerprint_sha1())},
                                  {"LIMITS", limits_shown(root)},
                                  {"UNTIL", date_of(root.not_after())},
                                  {"FILES", files}});
    }
    if (is_changing)
        all +=
            "<p>The authority is getting a new root. Install both: the files and scripts below hold both.</p>";
    return all;
}

std::string PageMaker::recognised() const {
    const auto all =
        fmt::format("<a href=\"{}?for=all\">everything on one page, to print</a>", base_);
    if (visit_.wants_all) return "All devices, one after the other.";
    if (!first_)
        return fmt::format(
            "Choose your device (or: {}). For a Chromebook, the steps by hand below Linux hold.",
            all);
    return fmt::format(
        "{} <b>{}</b>. Another device? Open it below (or: {}).",
        visit_.chosen ? "The steps for" : "Your device seems to be:", title_of(*first_), all);
}

std::string PageMaker::devices() const {
    std::string all;
    if (first_) all += device(*first_, true);
    for (const auto platform : all_platforms)
        if (platform != first_) all += device(platform, visit_.wants_all);
    return all;
}

std::string PageMaker::device(Platform platform, bool is_open) const {
    return fmt::format(
        "<details class=\"device\" id=\"{}\"{}>\n<summary><h3>{}</h3></summary>\n{}</details>\n",
        to_text(platform), is_open ? " open" : "", title_of(platform), steps(platform));
}

/// What a visitor takes first: the profile, else the script, else the certificate.
std::string PageMaker::downloads(const Bundle& bundle) const {
    auto role = Role::certificate;
    if (bundle.platform == Platform::macos || bundle.platform == Platform::ios)
        role = Role::profile;
    if (bundle.platform == Platform::linux_system) role = Role::script;
    std::string all = "<ul class=\"downloads\">\n";
    for (const auto& file : bundle.files) {
        if (file.role != role) continue;
        all += fmt::format("<li><a href=\"{}/{}/{}\">Download {}</a></li>\n", base_,
                           to_text(bundle.platform), file.name, file.name);
    }
    return all + "</ul>\n";
}

std::string PageMaker::steps(Platform platform) const {
    const auto& root = offer_.roots().front();
    return fill(fmt::format("steps_{}.html", to_text(platform)),
                {{"DOWNLOADS", downloads(offer_.bundle(platform))},
                 {"BASE", base_},
                 {"FIRST", file_stem(root)},
                 {"SHA1", to_thumbprint(root.fingerprint_sha1())},
                 {"PASSWORD", std::string{java_password}}});
}

std::string PageMaker::hand_on() const {
    std::string scan;
    const auto& origin = visit_.around.origin_for_others;
    if (!origin.empty()) {
        const auto url = origin + visit_.path;
        if (const auto code = to_qr_svg(url, "QR code of " + url))
            scan = fmt::format(
                "<div class=\"scan\">{}<p>This page on a phone or another machine: scan the code, or type {}.</p></div>\n",
                *code, link(url, url));
    } else {
        scan =
            "<p>Open this page under a name that other machines can reach, and it shows a code to be scanned by phones.</p>\n";
    }
    std::string archives;
    for (const auto platform : all_platforms)
        archives += fmt::format("{}<a href=\"{}/{}.zip\">{}</a>", archives.empty() ? "" : " · ",
                                base_, to_text(platform), title_of(platform));
    return fmt::format(
        "{}<p>For whoever looks after many machines, all files with a README: {}.</p>\n", scan,
        archives);
}

}  // namespace

std::string spelled_fingerprint(std::string_view digest) {
    constexpr std::size_t group = 4;  // bytes: eight digits, in pairs
    const auto pairs = pki::to_colon_hex(digest);
    std::string html;
    for (std::size_t i = 0; i < digest.size(); ++i) {
        if (i % (2 * group) == 0)
            html += i == 0 ? "<span class=\"row digits\">" : "</span>\n<span class=\"row digits\">";
        if (i % group == 0) html += "<span class=\"group\">";
        html += std::string_view{pairs}.substr(3 * i, 2);
        const bool is_last = i % group == group - 1 || i + 1 == digest.size();
        html += is_last ? "</span> " : " ";
    }
    return digest.empty() ? html : html + "</span>";
}

std::string page_policy(const Surroundings& around) {
    std::string connect = "'self'";
    for (const auto& origin : {around.https_origin, around.other_https_origin}) {
        if (origin.empty()) continue;
        // A policy cannot name an IPv6 address, and what is no plain origin must not get into it.
        const bool is_plain = std::ranges::all_of(origin, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                   c == ':' || c == '/' || c == '_';
        });
        connect += is_plain ? " " + origin : " https:";
    }
    return fmt::format(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src {}; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        connect);
}

std::string render_page(const Offer& offer, const Visit& visit) {
    return PageMaker{offer, visit}.whole();
}

}  // namespace rhumb::share
