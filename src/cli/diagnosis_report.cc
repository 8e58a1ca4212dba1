#include "cli/diagnosis_report.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "doctor/diagnosis_json.h"

namespace rhumb::cli {

namespace {

using doctor::Diagnosis;
using doctor::Finding;
using doctor::Severity;

/// Where sentences begin: behind "warning  ".
constexpr std::size_t margin = 9;

/// Letters, not bytes: UTF-8's further bytes take no column.
std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

/// What foreign servers make us say must not steer the terminal.
std::string plain(std::string_view text) {
    std::string kept;
    for (const auto c : text) kept += (c >= 0 && c < ' ') || c == '\x7f' ? ' ' : c;
    return kept;
}

std::string_view color_of(Severity severity) {
    switch (severity) {
        case Severity::error: return "\x1b[1;31m";
        case Severity::warning: return "\x1b[1;33m";
        case Severity::note: return "\x1b[1;36m";
    }
    return "";
}

class Writer {
public:
    explicit Writer(const ReportStyle& style) : style_{style} {}

    void write(const Diagnosis& diagnosis) {
        line(bold(plain(diagnosis.about)));
        for (const auto& finding : diagnosis.findings) write(finding);
        if (diagnosis.findings.empty()) line("         Nothing is wrong.");
        write_clients(diagnosis);
        if (style_.is_long) {
            write_seen(diagnosis);
            write_list("well", diagnosis.passed);
        }
        write_list("not looked at", diagnosis.unfinished);
        line("");
    }

    void line(const std::string& text) { text_ += text + "\n"; }
    std::string text() && { return std::move(text_); }

private:
    std::string bold(std::string text) const {
        return style_.has_color ? "\x1b[1m" + text + "\x1b[0m" : text;
    }

    void put(std::string_view text, std::size_t indent = margin) {
        line(std::string(indent, ' ') + wrapped(plain(text), indent, style_.width));
    }

    void write(const Finding& finding) {
        const auto word = pki::to_text(finding.severity);
        const auto head = style_.has_color
                              ? fmt::format("{}{}\x1b[0m", color_of(finding.severity), word)
                              : std::string{word};
        line(head + std::string(margin - word.size(), ' ') +
             wrapped(plain(finding.sentence) + "  [" + finding.id + "]", margin, style_.width));
        if (!finding.remedy.empty()) put(finding.remedy);
        // Commands are never broken: they are copied.
        if (!finding.command.empty())
            line(std::string(margin, ' ') + "$ " + plain(finding.command));
    }

    void write_clients(const Diagnosis& diagnosis) {
        if (diagnosis.clients.empty()) return;
        line("  clients");
        for (const auto& one : diagnosis.clients)
            line(fmt::format(
                "    {}  {}", one.accepts ? "accepts" : "refuses",
                wrapped(plain(one.accepts ? one.client : one.client + ": " + one.sentence), 13,
                        style_.width)));
    }

    void write_seen(const Diagnosis& diagnosis) {
        if (diagnosis.seen.empty()) return;
        line("  seen");
        std::size_t width = 0;
        for (const auto& one : diagnosis.seen) width = std::max(width, columns_of(one.what));
        for (const auto& one : diagnosis.seen)
            line(fmt::format("    {:<{}}  {}", one.what, width,
                             wrapped(plain(one.value), width + 6, style_.width)));
    }

    void write_list(std::string_view title, const std::vector<std::string>& sentences) {
        if (sentences.empty()) return;
        line(fmt::format("  {}", title));
        for (const auto& sentence : sentences) put(sentence, 4);
    }

    const ReportStyle& style_;
    std::string text_;
};

std::string counted(std::size_t number, std::string_view word) {
    return fmt::format("{} {}{}", number, word, number == 1 ? "" : "s");
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
    std::string lines;
    std::size_t column = indent;
    for (const auto word : text::split(text, ' ')) {
        const auto size = columns_of(word);
        if (column > indent && column + 1 + size > width) {
            lines += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!lines.empty()) {
            lines += ' ';
            ++column;
        }
        lines += word;
        column += size;
    }
    return lines;
}

std::string to_text(const std::vector<Diagnosis>& diagnoses, const ReportStyle& style) {
    Writer writer{style};
    for (const auto& diagnosis : diagnoses) writer.write(diagnosis);
    const auto counts = doctor::count(diagnoses);
    writer.line(fmt::format("{}, {}, {}; {:.1f} s", counted(counts.errors, "error"),
                            counted(counts.warnings, "warning"), counted(counts.notes, "note"),
                            doctor::seconds_of(counts.took)));
    return std::move(writer).text();
}

std::string to_json(const std::vector<Diagnosis>& diagnoses) {
    // Servers may send anything; what is no UTF-8 is replaced, never thrown about.
    return doctor::to_json(diagnoses).dump(2, ' ', false,
                                           nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace rhumb::cli
