#include "http/h2/request_content.h"

#include "http/h2/session.h"

namespace rhumb::http::h2 {

void RequestContent::expect(std::optional<std::uint64_t> declared, bool must_invite) {
    declared_ = declared;
    must_invite_ = must_invite;
}

void RequestContent::add(std::string_view piece) {
    must_invite_ = false;
    received_ += piece.size();
    arrived_.append(piece);
    if (change_.has_waiter()) change_.notify();
}

void RequestContent::end() {
    has_ended_ = true;
    must_invite_ = false;
    if (change_.has_waiter()) change_.notify();
}

void RequestContent::break_off() {
    is_broken_ = true;
    if (change_.has_waiter()) change_.notify();
}

std::size_t RequestContent::discard() {
    is_discarded_ = true;
    const auto waiting = arrived_.size();
    arrived_ = std::string{};
    handed_ = std::string{};
    return waiting;
}

bool RequestContent::check_time(net::SteadyTime now) {
    if (now < deadline_) return false;
    is_late_ = true;
    deadline_ = net::SteadyTime::max();
    if (change_.has_waiter()) change_.notify();
    return true;
}

bool RequestContent::is_too_large() const {
    const auto size_max = session_.limits().body_bytes_max;
    return received_ > size_max || declared_.value_or(0) > size_max;
}

std::optional<RequestContent::Failure> RequestContent::failure() const {
    if (is_too_large())
        return Failure{413, fmt::format("the request body is larger than {} bytes; send less",
                                        session_.limits().body_bytes_max)};
    if (is_late_ && arrived_.empty() && !has_ended_)
        return Failure{408, "the request body stopped arriving"};
    return std::nullopt;
}

Result<void> RequestContent::check() const {
    if (is_broken_) return fail(ErrorKind::unavailable, "the client gave the request up");
    if (auto failed = failure())
        return fail(failed->status == 413 ? ErrorKind::too_large : ErrorKind::unavailable, "{}",
                    failed->why);
    return {};
}

net::Task<std::string_view> RequestContent::read() {
    CO_TRY_DONE(check());
    while (arrived_.empty() && !has_ended_) {
        if (std::exchange(must_invite_, false)) session_.invite(stream_id_);
        deadline_ = session_.watch_body();
        co_await change_.wait();
        deadline_ = net::SteadyTime::max();
        session_.unwatch_body();
        CO_TRY_DONE(check());
    }
    handed_.clear();
    handed_.swap(arrived_);
    if (!handed_.empty()) session_.took(stream_id_, handed_.size());
    co_return std::string_view{handed_};
}

}  // namespace rhumb::http::h2
