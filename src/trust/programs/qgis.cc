/// QGIS: Qt's list, which on Linux is the system's, and the authorities that a person adds in its
/// own settings. It cannot be asked without its windows; its documentation says so.

#include "trust/programs/asking.h"
#include "trust/programs/looks.h"

namespace rhumb::trust::programs {

std::vector<Program> look_at_qgis(const Surroundings& surroundings, RootFiles& files) {
    const auto path = find_program(surroundings, "qgis");
    if (path.empty()) return {};
    return {Program{.name = "QGIS",
                    .path = path,
                    .reads = "the list of the system, and its own authorities (Settings, Options, "
                             "Authentication, Manage Certificates)",
                    .roots = files.of_system(),
                    .note = "its own authorities cannot be seen from here; files and services "
                            "that it opens by GDAL follow GDAL's settings",
                    .remedy = std::string{system_remedy}}};
}

}  // namespace rhumb::trust::programs
