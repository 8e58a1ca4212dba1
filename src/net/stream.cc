#include "net/stream.h"

namespace rhumb::net {

namespace {

Task<void> wait_for(Stream& stream, Tried tried, std::string_view step) {
    switch (tried) {
        case Tried::would_read: CO_TRY_DONE(co_await stream.wait(Readiness::readable)); break;
        case Tried::would_write: CO_TRY_DONE(co_await stream.wait(Readiness::writable)); break;
        case Tried::closed: co_return fail(ErrorKind::unavailable, "{}: the client is gone", step);
        case Tried::failed:
            co_return fail(ErrorKind::unavailable, "{}: the connection broke", step);
        case Tried::done: break;
    }
    co_return Result<void>{};
}

}  // namespace

Task<void> write_all(Stream& stream, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = stream.try_write(bytes);
        if (written.tried == Tried::done)
            bytes.remove_prefix(written.count);
        else
            CO_TRY_DONE(co_await wait_for(stream, written.tried, "writing"));
    }
    co_return Result<void>{};
}

Task<std::size_t> read_some(Stream& stream, std::span<char> into) {
    for (;;) {
        const auto read = stream.try_read(into);
        if (read.tried == Tried::done) co_return read.count;
        if (read.tried == Tried::closed) co_return std::size_t{0};
        CO_TRY_DONE(co_await wait_for(stream, read.tried, "reading"));
    }
}

}  // namespace rhumb::net
