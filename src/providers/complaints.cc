#include "providers/complaints.h"

#include "base/text.h"

namespace rhumb::providers {

Complaints::Complaints(std::string name, const observe::Log& log)
    : name_{std::move(name)}, log_{log} {}

void Complaints::take(std::string_view bytes, Moment now) {
    const std::lock_guard lock{mutex_};
    for (const char c : bytes) {
        if (c == '\n') {
            end_line(now);
        } else if (line_.size() < line_bytes_max) {
            const auto byte = static_cast<unsigned char>(c);
            line_ += byte < 0x20 || byte == 0x7F ? ' ' : c;
        }
    }
}

void Complaints::end_line(Moment now) {
    auto line = std::exchange(line_, {});
    if (now - minute_ >= std::chrono::minutes{1}) {
        if (left_out_ > 0)
            log_.warning("providers", "«{}» wrote {} lines more to standard error", name_,
                         left_out_);
        minute_ = now;
        written_ = left_out_ = 0;
    }
    if (text::trim(line).empty()) return;
    if (written_ == lines_max) {
        if (++left_out_ == 1)
            log_.warning("providers",
                         "«{}» writes much to standard error: the rest of this minute is left out",
                         name_);
        return;
    }
    ++written_;
    // A character may have been cut in two, and a program may write anything.
    while (!line.empty() && !text::is_utf8(line) && line.size() + 4 > line_bytes_max)
        line.pop_back();
    log_.info("providers", "«{}» says: {}", name_,
              text::is_utf8(line) ? line : text::percent_encode(line, " "));
}

}  // namespace rhumb::providers
