/// GDAL and OGR (and what is built on them): HTTPS by libcurl, with settings of their own before
/// (GDAL_CURL_CA_BUNDLE, CURL_CA_BUNDLE, SSL_CERT_FILE).

#include "base/text.h"
#include "trust/programs/asking.h"
#include "trust/programs/hang_up.h"
#include "trust/programs/libcurl.h"

namespace rhumb::trust::programs {

namespace {

Program look_at(const std::filesystem::path& path, const HangUp& port,
                const Surroundings& surroundings, RootFiles& files) {
    Program program{.name = "GDAL",
                    .path = path,
                    .reads = "what its libcurl loads",
                    .remedy = std::string{system_remedy}};
    if (const auto said = ask(surroundings, path, {"--version"}))
        program.version = version_in(said->output);
    const auto said =
        ask(surroundings, path, {fmt::format("/vsicurl/https://127.0.0.1:{}/a.tif", port.port())},
            {"CPL_CURL_VERBOSE=YES", "GDAL_HTTP_MAX_RETRY=0"});
    if (said) take_loaded_roots(said->output, files, program);
    const auto unsafe = text::to_lower(surroundings.variable("GDAL_HTTP_UNSAFESSL"));
    if (unsafe == "yes" || unsafe == "true" || unsafe == "on" || unsafe == "1")
        program.note = "it checks no certificate at all: GDAL_HTTP_UNSAFESSL is set; unset it";
    return program;
}

}  // namespace

std::vector<Program> look_at_gdal(const Surroundings& surroundings, RootFiles& files) {
    std::vector<Program> programs;
    const auto port = HangUp::open();
    if (!port) return programs;
    for (const auto& path : find_all_programs(surroundings, "gdalinfo"))
        programs.push_back(look_at(path, **port, surroundings, files));
    return programs;
}

}  // namespace rhumb::trust::programs
