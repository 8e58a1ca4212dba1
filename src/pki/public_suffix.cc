#include "pki/public_suffix.h"

#include <libpsl.h>

namespace rhumb::pki {

bool is_public_suffix(const Name& name) {
    if (name.is_ip()) return false;
    const char* const domain = name.text().c_str() + (name.is_wildcard() ? 2 : 0);
    // Without the star rule a single label that no registry has, such as a machine's name, is no
    // suffix.
    return psl_is_public_suffix2(psl_builtin(), domain, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 1;
}

}  // namespace rhumb::pki
