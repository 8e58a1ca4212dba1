#include "identity/csv.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::identity {

namespace {

constexpr std::size_t columns_max = 100;
constexpr std::size_t field_bytes_max = std::size_t{64} << 10U;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

char separator_of(std::string_view text) {
    const auto head = text.substr(0, text.find('\n'));
    return std::ranges::count(head, ';') > std::ranges::count(head, ',') ? ';' : ',';
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
            std::min(text_.find_first_of(separator_ == ',' ? ",\r\n" : ";\r\n", at_), text_.size());
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
