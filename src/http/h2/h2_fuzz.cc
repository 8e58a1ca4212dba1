/// Any bytes from a client that has agreed on HTTP/2: never a crash, a leak or a hang, and the
/// connection always ends. The first byte chooses how they are cut into reads, and whether the
/// client's preface is put before them.

#include <cstdlib>
#include <string>
#include <string_view>

#include "http/connection.h"
#include "http/h2/serve.h"
#include "net/manual_loop.h"
#include "net/memory_stream.h"
#include "net/spawn.h"

namespace {

using namespace rhumb;

/// Echoes what comes with PUT and POST, else sends something that windows matter for.
class EchoApplication final : public http::Application {
public:
    net::Sure<http::Response> respond(http::Request& request) override {
        if (request.method == http::Method::get)
            co_return http::text_response(200, "text/plain", std::string(100'000, 'x'));
        const auto body = co_await http::read_all(*request.body, 100'000);
        co_return body ? http::text_response(200, "text/plain", *body)
                       : http::text_response(413, "text/plain", "");
    }
    void finished(const http::Request&, const http::Exchange&) override { ++answers; }
    int answers = 0;
};

constexpr std::string_view preface{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size == 0) return 0;
    const auto choice = data[0];
    std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const std::size_t piece = (choice & 0x7F) == 0 ? bytes.size() : choice & 0x7F;

    net::testing::MemoryStream stream;
    EchoApplication application;
    http::Limits limits;
    limits.idle_timeout = limits.header_timeout = limits.body_timeout = limits.write_timeout =
        std::chrono::milliseconds{0};
    const http::Channel channel;
    const std::atomic<bool> is_draining = false;
    const ManualClock clock{Seconds{}};
    http::DateText date;
    http::Connection connection{stream, channel, limits, application, is_draining, clock, date};
    bool is_over = false;
    net::ManualLoop loop{1};
    net::spawn(loop.get_executor(),
               http::h2::serve(connection, (choice & 0x80) != 0 ? std::string_view{} : preface),
               [&](const std::exception_ptr& thrown) {
                   if (thrown) std::abort();
                   is_over = true;
               });
    loop.poll();
    while (!bytes.empty() && !is_over) {
        stream.send(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
        loop.restart();
        loop.poll();
    }
    stream.take();
    for (int i = 0; i < 4 && !is_over; ++i) {  // every wait has its end
        stream.expire();
        loop.restart();
        loop.poll();
    }
    if (!is_over) std::abort();
    return 0;
}
