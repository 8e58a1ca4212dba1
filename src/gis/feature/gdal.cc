#include "gis/feature/gdal.h"

#include <mutex>

#include <cpl_conv.h>
#include <ogr_srs_api.h>
#include <ogrsf_frmts.h>

#include "base/text.h"

namespace rhumb::gis::gdal {

void start() {
    // GDAL's table of drivers is global to the process, so its start has to be, too.
    static std::once_flag once;
    std::call_once(once, [] {
        CPLSetErrorHandler(CPLQuietErrorHandler);
        CPLSetConfigOption("OGR_SQLITE_LOAD_EXTENSIONS", nullptr);
        CPLSetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR");
        OSRSetPROJEnableNetwork(0);
        RegisterOGRGeoPackage();
        RegisterOGRShape();
        RegisterOGRGeoJSON();
        RegisterOGRFlatGeobuf();
    });
}

Complaints::Complaints() { CPLPushErrorHandlerEx(&Complaints::hear, this); }
Complaints::~Complaints() {
    CPLPopErrorHandler();
    CPLErrorReset();
}

void CPL_STDCALL Complaints::hear(CPLErr level, CPLErrorNum, const char* message) {
    auto* self = static_cast<Complaints*>(CPLGetErrorHandlerUserData());
    if (level >= CE_Failure && self->first_.empty()) self->first_ = message;
}

std::string Complaints::text(std::string_view otherwise) const {
    return first_.empty() ? std::string{otherwise} : first_;
}

Result<std::unique_ptr<OGRSpatialReference>> reference(const Crs& crs) {
    const Complaints complaints;
    auto found = std::make_unique<OGRSpatialReference>();
    OGRErr outcome = OGRERR_UNSUPPORTED_SRS;
    if (crs.epsg != 0) {
        outcome = found->importFromEPSG(crs.epsg);
        // Esri's own numbers lie above EPSG's.
        if (outcome != OGRERR_NONE)
            outcome = found->SetFromUserInput(("ESRI:" + std::to_string(crs.epsg)).c_str());
    } else if (!crs.wkt.empty()) {
        outcome = found->importFromWkt(crs.wkt.c_str());
    }
    if (outcome != OGRERR_NONE) {
        const std::string name = crs.epsg != 0 ? std::to_string(crs.epsg) : crs.wkt.substr(0, 60);
        return fail(
            ErrorKind::invalid,
            "spatial reference «{}»: PROJ does not know it ({}); name one by its EPSG number", name,
            complaints.text("no further reason"));
    }
    found->SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    return found;
}

namespace {

/// The number that it carries itself, or 0.
int number_of(const OGRSpatialReference& reference) {
    const char* authority = reference.GetAuthorityName(nullptr);
    const char* code = reference.GetAuthorityCode(nullptr);
    if (authority == nullptr || code == nullptr) return 0;
    if (!text::iequals(authority, "EPSG") && !text::iequals(authority, "ESRI")) return 0;
    return static_cast<int>(text::to_integer(code).value_or(0));
}

}  // namespace

Crs crs_of(const OGRSpatialReference* reference) {
    if (reference == nullptr) return {};
    const Complaints complaints;
    if (const int number = number_of(*reference)) return Crs::from_wkid(number);

    // A shapefile's .prj names no number: ask which one means the same.
    const std::unique_ptr<OGRSpatialReference> copy{reference->Clone()};
    if (copy->AutoIdentifyEPSG() == OGRERR_NONE) {
        if (const int number = number_of(*copy)) return Crs::from_wkid(number);
    }
    const std::unique_ptr<OGRSpatialReference> match{reference->FindBestMatch(90, "EPSG", nullptr)};
    if (match != nullptr) {
        if (const int number = number_of(*match)) return Crs::from_wkid(number);
    }
    char* wkt = nullptr;
    Crs crs;
    if (reference->exportToWkt(&wkt) == OGRERR_NONE && wkt != nullptr) crs.wkt = wkt;
    CPLFree(wkt);
    return crs;
}

}  // namespace rhumb::gis::gdal
