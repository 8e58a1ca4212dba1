#include "http/h2/testing.h"

#include <stdexcept>

#include "http/h2/response_head.h"

namespace rhumb::http::h2::testing {

namespace {

net::Sure<Response> at_once(Response response) { co_return response; }

std::string_view to_text(const uint8_t* bytes, size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

void FakeApplication::on(std::string path, std::function<Response()> make) {
    on(std::move(path), [make = std::move(make)](Request&) { return at_once(make()); });
}

net::Sure<Response> FakeApplication::respond(Request& request) {
    seen.push_back({request.method_name, request.path, request.query, request.host,
                    std::string{request.headers.find("cookie").value_or("")}, request.headers});
    const auto found = answers_.find(request.path);
    if (found == answers_.end()) return at_once(text_response(404, "text/plain", "nothing here\n"));
    return found->second(request);
}

void FakeApplication::finished(const Request& request, const Exchange& exchange) {
    over.emplace_back(request.path, exchange);
}

struct ClientCallbacks {
    static Client& to_client(void* user) { return *static_cast<Client*>(user); }

    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                         size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                         void* user) {
        auto& reply = to_client(user).replies_[frame->hd.stream_id];
        const auto field = to_text(name, name_size);
        const std::string text{to_text(value, value_size)};
        if (field != ":status") {
            reply.fields[std::string{field}] = text;
        } else if (text.starts_with('1')) {
            reply.early.push_back(std::stoi(text));
        } else {
            reply.status = std::stoi(text);
        }
        return 0;
    }

    static int on_data(nghttp2_session*, uint8_t, int32_t stream, const uint8_t* data, size_t size,
                       void* user) {
        auto& client = to_client(user);
        client.replies_[stream].body.append(to_text(data, size));
        client.data_order_.push_back(stream);
        return 0;
    }

    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        auto& client = to_client(user);
        const auto ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        switch (frame->hd.type) {
            case NGHTTP2_HEADERS:
            case NGHTTP2_DATA:
                if (ends) client.replies_[frame->hd.stream_id].is_complete = true;
                break;
            case NGHTTP2_RST_STREAM:
                client.replies_[frame->hd.stream_id].reset = frame->rst_stream.error_code;
                break;
            case NGHTTP2_GOAWAY:
                client.goaway_ = frame->goaway.error_code;
                client.goaway_last_stream_ = frame->goaway.last_stream_id;
                ++client.goaways_;
                break;
            case NGHTTP2_SETTINGS:
                for (std::size_t i = 0; i < frame->settings.niv; ++i)
                    client.settings_[frame->settings.iv[i].settings_id] =
                        frame->settings.iv[i].value;
                break;
            default: break;
        }
        return 0;
    }

    static ssize_t on_body_wanted(nghttp2_session*, int32_t stream, uint8_t* buffer, size_t size,
                                  uint32_t* flags, nghttp2_data_source*, void* user) {
        auto& body = to_client(user).bodies_[stream];
        const auto count = body.copy(reinterpret_cast<char*>(buffer), size);
        body.erase(0, count);
        if (body.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
        return static_cast<ssize_t>(count);
    }
};

Client::Client(std::uint32_t window, bool pauses_reading) {
    nghttp2_session_callbacks* raw_callbacks = nullptr;
    nghttp2_session_callbacks_new(&raw_callbacks);
    const Handle<nghttp2_session_callbacks, nghttp2_session_callbacks_del> callbacks{raw_callbacks};
    nghttp2_session_callbacks_set_on_header_callback(raw_callbacks, ClientCallbacks::on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(raw_callbacks,
                                                              ClientCallbacks::on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(raw_callbacks, ClientCallbacks::on_frame);
    nghttp2_option* raw_option = nullptr;
    nghttp2_option_new(&raw_option);
    const Handle<nghttp2_option, nghttp2_option_del> option{raw_option};
    nghttp2_option_set_no_auto_window_update(raw_option, pauses_reading ? 1 : 0);
    nghttp2_option_set_no_http_messaging(raw_option,
                                         1);  // tests send what a proper client would not
    nghttp2_session* raw = nullptr;
    if (nghttp2_session_client_new2(&raw, raw_callbacks, this, raw_option) != 0)
        throw std::runtime_error{"no client session"};
    session_.reset(raw);
    const nghttp2_settings_entry settings{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window};
    nghttp2_submit_settings(raw, NGHTTP2_FLAG_NONE, &settings, 1);
}

std::int32_t Client::request(std::string_view method, std::string_view path, const Fields& fields,
                             std::optional<std::string> body) {
    Fields all{{":method", std::string{method}},
               {":scheme", "https"},
               {":authority", "maps.test"},
               {":path", std::string{path}}};
    all.insert(all.end(), fields.begin(), fields.end());
    const auto stream = nghttp2_session_get_next_stream_id(session());
    if (body) bodies_[static_cast<std::int32_t>(stream)] = *std::move(body);
    return raw_request(all, !bodies_.contains(static_cast<std::int32_t>(stream)));
}

std::int32_t Client::raw_request(const Fields& fields, bool ends) {
    std::vector<nghttp2_nv> list;
    for (const auto& [name, value] : fields)
        list.push_back(make_field(name, value, NGHTTP2_NV_FLAG_NONE));
    nghttp2_data_provider provider{};
    provider.read_callback = ClientCallbacks::on_body_wanted;
    return nghttp2_submit_request(session(), nullptr, list.data(), list.size(),
                                  ends ? nullptr : &provider, nullptr);
}

void Client::reset(std::int32_t stream, std::uint32_t code) {
    nghttp2_submit_rst_stream(session(), NGHTTP2_FLAG_NONE, stream, code);
}

std::string Client::to_send() {
    std::string all;
    const uint8_t* bytes = nullptr;
    for (;;) {
        const auto size = nghttp2_session_mem_send(session(), &bytes);
        if (size <= 0) return all;
        all.append(to_text(bytes, static_cast<size_t>(size)));
    }
}

void Client::receive(std::string_view bytes) {
    nghttp2_session_mem_recv(session(), reinterpret_cast<const uint8_t*>(bytes.data()),
                             bytes.size());
}

Meeting::Meeting(Limits limits, std::uint32_t window, bool pauses_reading)
    : client{window, pauses_reading},
      limits_{limits},
      connection_{.stream = stream,
                  .channel = channel_,
                  .limits = limits_,
                  .application = application,
                  .is_draining = is_draining,
                  .clock = clock_,
                  .date_text = date_text_} {
    channel_.is_secure = true;
    net::spawn(loop.get_executor(), h2::serve(connection_, {}),
               [this](const std::exception_ptr& thrown) {
                   is_over_ = true;
                   if (thrown) std::rethrow_exception(thrown);
               });
}

// What fails here is to end the program: it is a test's. NOLINTNEXTLINE(bugprone-exception-escape)
Meeting::~Meeting() {
    if (is_left_open_) {
        stream.abandon();
    } else {
        stream.hang_up();
        serve();
    }
}

void Meeting::talk() {
    for (;;) {
        serve();
        const auto to_client = stream.take();
        if (!to_client.empty()) client.receive(to_client);
        const auto to_server = client.to_send();
        if (!to_server.empty()) stream.send(to_server);
        if (to_client.empty() && to_server.empty()) return;
    }
}

void Meeting::expire() {
    stream.expire();
    talk();
}

Reply Meeting::ask(std::string_view method, std::string_view path, const Fields& fields,
                   std::optional<std::string> body) {
    const auto id = client.request(method, path, fields, std::move(body));
    talk();
    return client.reply(id);
}

}  // namespace rhumb::http::h2::testing
