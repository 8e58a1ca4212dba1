#pragma once
/// The kinds of programs, one function and one file for each. For this directory and its tests.

#include <vector>

#include "trust/programs/program.h"
#include "trust/programs/root_files.h"

namespace rhumb::trust::programs {

/// Finds the programs of one kind; none is no error.
using Look = std::vector<Program> (*)(const Surroundings& surroundings, RootFiles& files);

std::vector<Program> look_at_curl(const Surroundings& surroundings, RootFiles& files);
std::vector<Program> look_at_gdal(const Surroundings& surroundings, RootFiles& files);
std::vector<Program> look_at_git(const Surroundings& surroundings, RootFiles& files);
std::vector<Program> look_at_go(const Surroundings& surroundings, RootFiles& files);
std::vector<Program> look_at_java(const Surroundings& surroundings, RootFiles& files);
std::vector<Program> look_at_node(const Surroundings& surroundings, RootFiles& files);
std::vector<Program> look_at_openssl(const Surroundings& surroundings, RootFiles& files);
std::vector<Program> look_at_proj(const Surroundings& surroundings, RootFiles& files);
std::vector<Program> look_at_python(const Surroundings& surroundings, RootFiles& files);
std::vector<Program> look_at_qgis(const Surroundings& surroundings, RootFiles& files);
std::vector<Program> look_at_wget(const Surroundings& surroundings, RootFiles& files);

}  // namespace rhumb::trust::programs
