#include "identity/csv.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"

namespace rhumb::identity {

namespace {

constexpr std::size_t columns_max = 100;
constexpr std::size_t field_bytes_max = std::size_t{64} << 10U;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// By the head, behind a line in which PowerShell says what it wrote.
char separator_of(std::string_view text) {
    if (text.starts_with("#TYPE "))
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    const auto head = text.substr(0, text.find('\n'));
    constexpr std::string_view separators = ",;|\t";
    return *std::ranges::max_element(
        separators, {}, [&](char separator) { return std::ranges::count(head, separator); });
}

void append_utf8(std::string& text, std::uint32_t sign) {
    const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    const auto put_rest = [&](unsigned shift) { put(0x80U | ((sign >> shift) & 0x3FU)); };
    if (sign < 0x80) {
        put(sign);
    } else if (sign < 0x800) {
        put(0xC0U | (sign >> 6U));
        put_rest(0);
    } else if (sign < 0x10000) {
        put(0xE0U | (sign >> 12U));
        put_rest(6);
        put_rest(0);
    } else {
        put(0xF0U | (sign >> 18U));
        put_rest(12);
        put_rest(6);
        put_rest(0);
    }
}

/// UTF-16 (RFC 2781) behind its byte order mark, to UTF-8; nothing when it is broken.
std::optional<std::string> from_utf16(std::string_view bytes, bool is_little) {
    if (bytes.size() % 2 != 0) return {};
    const auto unit = [&](std::size_t at) {
        const auto first = static_cast<unsigned char>(bytes[at]);
        const auto second = static_cast<unsigned char>(bytes[at + 1]);
        return static_cast<std::uint32_t>(is_little ? first | second << 8U : second | first << 8U);
    };
    std::string text;
    text.reserve(bytes.size());
    for (std::size_t at = 0; at < bytes.size(); at += 2) {
        auto sign = unit(at);
        if (sign >= 0xDC00 && sign < 0xE000) return {};
        if (sign >= 0xD800 && sign < 0xDC00) {
            at += 2;
            if (at == bytes.size()) return {};
            const auto low = unit(at);
            if (low < 0xDC00 || low >= 0xE000) return {};
            sign = 0x10000 + ((sign - 0xD800) << 10U) + (low - 0xDC00);
        }
        append_utf8(text, sign);
    }
    return text;
}

class Reader {
public:
    explicit Reader(std::string_view text) : text_{text}, separator_{separator_of(text)} {}

    bool is_at_end() const { return at_ == text_.size(); }

    Result<CsvRow> row() {
        CsvRow row{line_, {}};
        for (bool goes_on = true; goes_on;) {
            if (row.fields.size() == columns_max)
                return fail(ErrorKind::too_large, "line {}: more than {} columns", row.line,
                            columns_max);
            TRY(auto field, is_next('"') ? quoted() : plain());
            if (field.size() > field_bytes_max)
                return fail(ErrorKind::too_large, "line {}: a field of more than {} bytes",
                            row.line, field_bytes_max);
            row.fields.push_back(std::move(field));
            goes_on = take(separator_);
        }
        (void)take('\r');
        if (!is_at_end() && !take_line_end())
            return fail(ErrorKind::invalid,
                        "line {}: after a closing quote there is more than a separator", line_);
        return row;
    }

private:
    bool is_next(char c) const { return at_ < text_.size() && text_[at_] == c; }

    bool take(char c) {
        if (!is_next(c)) return false;
        ++at_;
        return true;
    }

    bool take_line_end() {
        if (!take('\n')) return false;
        ++line_;
        return true;
    }

    Result<std::string> plain() {
        const auto end =
            std::min(text_.find_first_of(std::string{separator_} + "\r\n", at_), text_.size());
        const auto field = text_.substr(at_, end - at_);
        if (field.find('"') != std::string_view::npos)
            return fail(ErrorKind::invalid,
                        "line {}: a quote in the middle; put the whole field between quotes, and "
                        "write those in it twice",
                        line_);
        at_ = end;
        return std::string{field};
    }

    Result<std::string> quoted() {
        const auto begun = line_;
        std::string field;
        for (++at_; !is_at_end(); ++at_) {
            if (text_[at_] == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
                ++at_;
            } else if (text_[at_] == '"') {
                ++at_;
                return field;
            }
            if (text_[at_] == '\n') ++line_;
            field += text_[at_];
        }
        return fail(ErrorKind::invalid, "line {}: a quote is opened and never closed", begun);
    }

    std::string_view text_;
    char separator_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

}  // namespace

Result<std::vector<CsvRow>> read_csv(std::string_view text) {
    if (text.size() > csv_bytes_max)
        return fail(ErrorKind::too_large, "the table has more than {} MiB", csv_bytes_max >> 20U);
    std::string converted;
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        auto utf8 = from_utf16(text.substr(2), text.front() == '\xFF');
        if (!utf8) return fail(ErrorKind::invalid, "the table is broken UTF-16");
        converted = *std::move(utf8);
        text = converted;
    }
    if (!text::is_utf8(text))
        return fail(ErrorKind::invalid, "the table is not UTF-8: save it as «CSV UTF-8»");
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    std::vector<CsvRow> rows;
    Reader reader{text};
    while (!reader.is_at_end()) {
        TRY(auto row, reader.row());
        const bool is_empty = row.fields.size() == 1 && row.fields.front().empty();
        if (!is_empty) rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace rhumb::identity
