#pragma once
/// What every use of GDAL in this module needs: one start, errors as values, and nothing on
/// standard error. Private to gis/feature; no header that others include may include this one.

#include <memory>
#include <string>

#include <cpl_error.h>
#include <ogr_spatialref.h>

#include "base/result.h"
#include "gis/feature/crs.h"

namespace rhumb::gis::gdal {

/// Registers the four drivers that Rhumb reads, once for the process; cheap when it was done.
/// Networking of PROJ stays off.
void start();

/// Collects what GDAL complains about on this thread while it lives, instead of standard error.
class Complaints {
public:
    Complaints();
    ~Complaints();
    Complaints(const Complaints&) = delete;
    Complaints& operator=(const Complaints&) = delete;

    /// The first error, or `otherwise` when GDAL said nothing.
    std::string text(std::string_view otherwise) const;
    bool has_error() const { return !first_.empty(); }

private:
    static void CPL_STDCALL hear(CPLErr level, CPLErrorNum number, const char* message);
    std::string first_;
};

/// A spatial reference in x,y order; `invalid` when PROJ does not know it.
Result<std::unique_ptr<OGRSpatialReference>> reference(const Crs& crs);

/// Which system it is: by number where EPSG (or Esri) has one. An empty Crs for null.
Crs crs_of(const OGRSpatialReference* reference);

}  // namespace rhumb::gis::gdal
