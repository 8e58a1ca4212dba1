#include "config/readers.h"
#include "config/words.h"

namespace rhumb::config {
namespace {

/// Keys that only mean something to static files.
void check_handler(TableReader& reader, const Location& location) {
    if (location.handler == HandlerKind::files) return;
    const auto refuse = [&](bool is_there, std::string_view key) {
        if (!is_there) return;
        reader.report().error(
            reader.place_of(key),
            "{} belongs to the handler “files”; the handler “{}” has no use for it", key,
            word_for(location.handler, handler_words));
    };
    refuse(location.root.has_value(), "root");
    refuse(location.index.has_value(), "index");
    refuse(location.listing.has_value(), "listing");
}

}  // namespace

Location read_location(const Node& node, Report& report, PolicyPlaces& policy) {
    Location location;
    TableReader reader{node, "[[site.location]]", report};
    reader.read("path", location.path, check_url_path);
    reader.require("path", "path = \"/private\"");
    if (location.path == "/") {
        report.error(reader.place_of("path"),
                     "the site's own keys stand for “/”: write them above its locations");
    }
    reader.read("handler", location.handler, handler_words);
    reader.read("root", location.root, check_file_path);
    reader.read("index", location.index, check_file_name);
    reader.read("listing", location.listing);
    policy = read_policy(reader, location);
    reader.done();
    check_handler(reader, location);
    return location;
}

}  // namespace rhumb::config
