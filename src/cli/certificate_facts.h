#pragma once
/// What the command line says of certificates: the same as the API.

#include "manager/certificate_facts.h"

namespace rhumb::cli {

using manager::left_of;
using manager::renewal_of;
using manager::state_of;
using manager::to_json;

}  // namespace rhumb::cli
