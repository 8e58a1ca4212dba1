/// Any bytes as a form, urlencoded (first byte even) or multipart (odd; the first line is the
/// content type): taken or refused within bounds; and what is taken is read as it was sent.

#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "http/parameters.h"

namespace {

using rhumb::http::Parameters;

/// Every name can be asked for, in any case; what is no number or truth is told, never taken.
void ask(const Parameters& parameters, std::string_view name) {
    const auto& value = parameters.get(name);
    if (parameters.get(rhumb::text::to_lower(name)) != value) std::abort();
    if (parameters.has(name) == value.empty()) std::abort();
    (void)parameters.get_bool(name, true);
    const auto count = parameters.get_count(name);
    if (count && *count && value.empty()) std::abort();
}

void urlencoded(std::string_view bytes) {
    Parameters parameters;
    if (!parameters.add_form(bytes)) return;
    for (const auto* name : {"user", "PASSWORD", "", "f", "a b"}) ask(parameters, name);
    // What was encoded comes back, whatever it is.
    Parameters again;
    const auto encoded = "x=" + rhumb::text::percent_encode(bytes);
    if (!again.add_form(encoded) || again.get("X") != bytes) std::abort();
}

void multipart(std::string_view bytes) {
    const auto line = bytes.find('\n');
    const auto type = bytes.substr(0, line);
    const auto body = line == std::string_view::npos ? std::string_view{} : bytes.substr(line + 1);
    Parameters parameters;
    if (parameters.add_multipart(body, type))
        for (const auto* name : {"user", "password", "", "file"}) ask(parameters, name);
    // A part with a boundary that is not in it comes back as it is.
    const std::string boundary = "a-boundary-of-this-test";
    if (bytes.find(boundary) != std::string_view::npos) return;
    const auto whole = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n" +
                       std::string{bytes} + "\r\n--" + boundary + "--\r\n";
    Parameters again;
    if (!again.add_multipart(whole, "multipart/form-data; boundary=" + boundary)) std::abort();
    if (again.get("x") != bytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    if (bytes.empty()) return 0;
    if (static_cast<unsigned char>(bytes.front()) % 2 == 0)
        urlencoded(bytes.substr(1));
    else
        multipart(bytes.substr(1));
    return 0;
}
