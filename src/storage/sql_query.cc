#include "storage/sql_query.h"

#include "base/text.h"

namespace rhumb::storage {

namespace {

constexpr std::size_t query_bytes_max = std::size_t{16} << 10U;
constexpr std::size_t places_max = 64;

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_of_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

class Reader {
public:
    explicit Reader(std::string_view text) : rest_{text} {}

    Result<SqlQuery> read() {
        while (!rest_.empty()) TRY_DONE(read_piece());
        if (text::trim(query_.text).empty()) return fail(ErrorKind::invalid, "it is empty");
        return std::move(query_);
    }

private:
    bool is_next(std::string_view sign) const { return rest_.starts_with(sign); }

    void take(std::size_t count) {
        query_.text += rest_.substr(0, count);
        rest_.remove_prefix(count);
    }

    /// The sign before what is read now; a blank at the beginning.
    char before() const { return query_.text.empty() ? ' ' : query_.text.back(); }

    Result<void> read_piece() {
        if (is_ended_ && text::trim(rest_.substr(0, 1)).size() == 1 && !is_next("--") &&
            !is_next("/*"))
            return fail(ErrorKind::invalid, "there is more than one statement in it");
        if (is_next("'")) return read_string();
        if (is_next("\"")) return read_quoted('"');
        if (is_next("[") && !is_of_name(before())) return read_quoted(']');
        if (is_next("--")) return skip_until("\n", true);
        if (is_next("/*")) return skip_until("*/", false);
        if (is_next("::")) {
            query_.has_casts = true;
            take(2);
            return {};
        }
        if (is_next(":")) return read_place();
        if (is_next("?"))
            return fail(ErrorKind::invalid,
                        "a question mark is a place of the driver's: write :name");
        if (is_next("$"))
            return fail(ErrorKind::invalid, "dollar signs are not understood: write 'text', :name");
        if (is_next(";")) {
            is_ended_ = true;
            rest_.remove_prefix(1);
            return {};
        }
        take(1);
        return {};
    }

    Result<void> read_string() {
        const char prefix = before();
        if ((prefix == 'e' || prefix == 'E') &&
            (query_.text.size() < 2 || !is_of_name(query_.text[query_.text.size() - 2])))
            return fail(ErrorKind::invalid, "E'…' is not understood: write '…'");
        const auto end = rest_.find('\'', 1);
        if (end == std::string_view::npos)
            return fail(ErrorKind::invalid, "a string is not closed (')");
        take(end + 1);
        return {};
    }

    /// Where a name is quoted nothing may stand that drivers could take for something else.
    Result<void> read_quoted(char close) {
        const auto end = rest_.find(close, 1);
        if (end == std::string_view::npos)
            return fail(ErrorKind::invalid, "a name is not closed ({})", close);
        if (rest_.substr(0, end).find_first_of(":'?") != std::string_view::npos)
            return fail(ErrorKind::invalid, "a quoted name has one of the signs : ' ? in it");
        take(end + 1);
        return {};
    }

    Result<void> skip_until(std::string_view sign, bool ends_with_text) {
        const auto end = rest_.find(sign, 2);
        if (end == std::string_view::npos && !ends_with_text)
            return fail(ErrorKind::invalid, "a comment is not closed (*/)");
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + sign.size());
        query_.text += ' ';
        return {};
    }

    Result<void> read_place() {
        std::size_t end = 1;
        while (end < rest_.size() && is_of_name(rest_[end])) ++end;
        if (end == 1 || !begins_name(rest_[1]))
            return fail(ErrorKind::invalid, "after a colon there is no name of a place (:name)");
        if (query_.names.size() == places_max)
            return fail(ErrorKind::invalid, "it has more than {} places", places_max);
        query_.text += ':' + SqlQuery::place_name(query_.names.size());
        query_.names.emplace_back(rest_.substr(1, end - 1));
        rest_.remove_prefix(end);
        return {};
    }

    std::string_view rest_;
    SqlQuery query_;
    bool is_ended_ = false;
};

}  // namespace

std::string SqlQuery::place_name(std::size_t index) { return fmt::format("p{}", index); }

Result<SqlQuery> to_query(std::string_view text) {
    if (text.size() > query_bytes_max)
        return fail(ErrorKind::invalid, "it is longer than {} bytes", query_bytes_max);
    if (!text::is_utf8(text) || text.find('\0') != std::string_view::npos)
        return fail(ErrorKind::invalid, "it is not UTF-8");
    return Reader{text}.read();
}

}  // namespace rhumb::storage
