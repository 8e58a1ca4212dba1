/// Reading what ArcGIS servers, OGC APIs and TileJSON say, without making a tree of it.

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "doctor/gis_document.h"

namespace rhumb::doctor {

namespace {

using Json = nlohmann::json;
using Role = GisLink::Role;

constexpr std::size_t depth_max = 100;
constexpr std::size_t text_max = 8'192;

/// Relations whose links say something about the service, not where it is.
bool is_about(std::string_view relation) {
    for (const auto* word : {"license", "about", "author", "copyright", "terms-of-service",
                             "privacy-policy", "describedby", "publisher", "help", "via", "cite-as",
                             "canonical", "derived_from", "enclosure", "preview", "thumbnail"})
        if (text::iequals(relation, word)) return true;
    return false;
}

/// An object or array that is open.
struct Level {
    bool is_object = false;
    std::string key{};       // read last
    std::string name{};      // the key under which it stands itself, or its array does
    std::string href{};      // of a link
    std::string relation{};  // of a link
};

/// nlohmann's SAX interface; answering false ends the reading.
class Reading final : public nlohmann::json_sax<Json> {
public:
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return open(true); }
    bool start_array(std::size_t) override { return open(false); }
    bool end_array() override { return close(); }
    bool end_object() override {
        take_link();
        return close();
    }
    bool key(string_t& name) override {
        levels_.back().key = name.substr(0, 200);
        if (levels_.size() == 1) take_top_key(name);
        return true;
    }
    bool string(string_t& value) override {
        if (levels_.empty() || value.size() > text_max) return !levels_.empty();
        take(value);
        return document.links.size() < gis_links_max;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        is_broken = true;
        return false;
    }

    /// What it is, by what stands at its top.
    bool classify() {
        if (has_tilejson_ && has_tiles_) {
            document.kind = GisDocument::Kind::tiles;
            document.name = "TileJSON";
        } else if (has_auth_ || has_arcgis_version_) {
            document.kind = GisDocument::Kind::arcgis;
            document.name = "ArcGIS";
        } else if (has_links_) {
            document.kind = GisDocument::Kind::api;
            document.name = "OGC API";
        } else {
            return false;
        }
        return true;
    }

    GisDocument document{};
    bool is_broken = false;

private:
    bool open(bool is_object) {
        if (levels_.size() >= depth_max) return false;
        std::string name;
        if (!levels_.empty())
            name = levels_.back().is_object ? levels_.back().key : levels_.back().name;
        levels_.push_back({.is_object = is_object, .name = std::move(name)});
        return true;
    }
    bool close() {
        levels_.pop_back();
        return true;
    }

    void take_top_key(std::string_view name) {
        has_tilejson_ = has_tilejson_ || name == "tilejson";
        has_tiles_ = has_tiles_ || name == "tiles";
        has_auth_ = has_auth_ || name == "authInfo" || name == "owningSystemUrl";
        has_arcgis_version_ = has_arcgis_version_ || name == "currentVersion";
        has_links_ = has_links_ || name == "links";
    }

    void add(Role role, std::string what, const std::string& url) {
        if (text::istarts_with(url, "http:") || text::istarts_with(url, "https:"))
            document.links.push_back({role, std::move(what), url});
    }

    void take(const std::string& value) {
        auto& level = levels_.back();
        if (!level.is_object) {
            if (levels_.size() == 2 && level.name == "tiles") add(Role::operation, "tiles", value);
            return;
        }
        const auto& key = level.key;
        if (key == "tokenServicesUrl" || key == "tokenServiceUrl")
            add(Role::token, key, value);
        else if (key == "owningSystemUrl" || key == "secureSoapUrl")
            add(Role::service, key, value);
        else if (key == "href")
            level.href = value;
        else if (key == "rel")
            level.relation = value;
    }

    void take_link() {
        const auto& level = levels_.back();
        const bool is_one = level.name == "links" || levels_.size() == 1;
        if (is_one && !level.href.empty() && !is_about(level.relation))
            add(Role::link, level.relation.substr(0, 100), level.href);
    }

    std::vector<Level> levels_;
    bool has_tilejson_ = false;
    bool has_tiles_ = false;
    bool has_auth_ = false;
    bool has_arcgis_version_ = false;
    bool has_links_ = false;
};

}  // namespace

std::optional<GisDocument> read_gis_json(std::string_view json) {
    const bool is_cut = json.size() > gis_bytes_max;
    json = json.substr(0, gis_bytes_max);
    Reading reading;
    const bool is_whole = Json::sax_parse(json, &reading);
    if (!reading.classify()) return {};
    reading.document.is_cut = is_cut || !is_whole;
    return std::move(reading.document);
}

}  // namespace rhumb::doctor
