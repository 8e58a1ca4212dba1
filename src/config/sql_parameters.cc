#include "config/sql_parameters.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::config {
namespace {

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool goes_on(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

/// Goes over a statement from one part to the next.
class Reader {
public:
    explicit Reader(std::string_view text) : text_{text} {}

    Result<std::vector<std::string_view>> read() {
        while (at_ < text_.size()) TRY_DONE(step());
        return found_;
    }

private:
    bool has(std::string_view what) const { return text_.substr(at_).starts_with(what); }

    Result<void> step() {
        const char c = text_[at_];
        if (c == '\'' || c == '"' || c == '`') return pass(std::string_view{&text_[at_], 1}, 1);
        if (c == '[') return pass("]", 1);
        if (has("--")) {
            at_ = std::min(text_.find('\n', at_), text_.size());
            return {};
        }
        if (has("/*")) return pass("*/", 2);
        if (c == ';') return end();
        if (has("::")) {
            at_ += 2;
            return {};
        }
        ++at_;
        if (c == ':' && at_ < text_.size() && begins_name(text_[at_])) take_name();
        return {};
    }

    /// Over what ends with `end`, whose beginning is `skip` bytes long. A quote that is doubled
    /// ends, and begins again.
    Result<void> pass(std::string_view end, std::size_t skip) {
        const auto found = text_.find(end, at_ + skip);
        if (found == std::string_view::npos)
            return fail(ErrorKind::invalid, "what begins with “{}” never ends",
                        text_.substr(at_, skip));
        at_ = found + end.size();
        return {};
    }

    Result<void> end() {
        if (!text::trim(text_.substr(at_ + 1)).empty())
            return fail(ErrorKind::invalid, "one statement is allowed, and nothing after its “;”");
        at_ = text_.size();
        return {};
    }

    void take_name() {
        const auto begin = at_;
        while (at_ < text_.size() && goes_on(text_[at_])) ++at_;
        const auto name = text_.substr(begin, at_ - begin);
        if (std::ranges::find(found_, name) == found_.end()) found_.push_back(name);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<std::string_view> found_;
};

}  // namespace

Result<std::vector<std::string_view>> sql_parameters(std::string_view statement) {
    return Reader{statement}.read();
}

}  // namespace rhumb::config
