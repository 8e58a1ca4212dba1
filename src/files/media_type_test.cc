#include "files/media_type.h"

#include <gtest/gtest.h>

namespace rhumb::files {
namespace {

TEST(MediaType, KnowsTheWebAndTheField) {
    struct Case {
        const char* file;
        const char* type;
        bool is_compressible;
    };
    for (const auto& c : {Case{"index.html", "text/html; charset=utf-8", true},
                          Case{"A.HTML", "text/html; charset=utf-8", true},
                          Case{"app.js", "text/javascript; charset=utf-8", true},
                          Case{"app.mjs", "text/javascript; charset=utf-8", true},
                          Case{"style.css", "text/css; charset=utf-8", true},
                          Case{"data.json", "application/json", true},
                          Case{"site.webmanifest", "application/manifest+json", true},
                          Case{"picture.svg", "image/svg+xml", true},
                          Case{"font.woff2", "font/woff2", false},
                          Case{"code.wasm", "application/wasm", true},
                          Case{"x.png", "image/png", false},
                          Case{"rivers.geojson", "application/geo+json", true},
                          Case{"rivers.gpkg", "application/geopackage+sqlite3", false},
                          Case{"a.kml", "application/vnd.google-earth.kml+xml", true},
                          Case{"a.kmz", "application/vnd.google-earth.kmz", false},
                          Case{"a.gml", "application/gml+xml", true},
                          Case{"a.topojson", "application/json", true},
                          Case{"world.pmtiles", "application/vnd.pmtiles", false},
                          Case{"dem.tif", "image/tiff", false},
                          Case{"root.cer", "application/pkix-cert", false},
                          Case{"root.crt", "application/x-x509-ca-cert", false},
                          Case{"trust.mobileconfig", "application/x-apple-aspen-config", true},
                          Case{"a.tar.gz", "application/gzip", false},
                          Case{"README", "application/octet-stream", false},
                          Case{"dir.html/README", "application/octet-stream", false},
                          Case{"a.unknown", "application/octet-stream", false},
                          Case{"a.", "application/octet-stream", false},
                          Case{"", "application/octet-stream", false}}) {
        SCOPED_TRACE(c.file);
        const auto type = find_media_type(c.file, {});
        EXPECT_EQ(type.name, c.type);
        EXPECT_EQ(type.is_compressible, c.is_compressible);
    }
}

TEST(MediaType, TakesAdditionsFirst) {
    const std::map<std::string, std::string> additions{
        {"html", "text/plain"}, {"xyz", "application/xyz+json"}, {"t", "text/t; charset=latin1"}};
    EXPECT_EQ(find_media_type("a.html", additions).name, "text/plain; charset=utf-8");
    EXPECT_EQ(find_media_type("a.XYZ", additions).name, "application/xyz+json");
    EXPECT_TRUE(find_media_type("a.xyz", additions).is_compressible);
    EXPECT_EQ(find_media_type("a.t", additions).name, "text/t; charset=latin1");
    EXPECT_EQ(find_media_type("a.css", additions).name, "text/css; charset=utf-8");
}

}  // namespace
}  // namespace rhumb::files
