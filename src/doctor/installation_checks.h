#pragma once
/// The checks of this installation beyond what it shows on the wire. They stand in checks.cc in
/// this order: the first looks at permissions before anything is opened.

#include "doctor/check.h"

namespace rhumb::doctor {

void check_files(InstallationExamination& examination);
void check_store(InstallationExamination& examination);
void check_keys(InstallationExamination& examination);
void check_trail(InstallationExamination& examination);
void check_backups(InstallationExamination& examination);
void check_server_process(InstallationExamination& examination);
void check_people(InstallationExamination& examination);
void check_inventory(InstallationExamination& examination);
void check_machine(InstallationExamination& examination);

}  // namespace rhumb::doctor
