// Any bytes: to_query() may refuse them, but never crash or hang; what it takes it takes again, the
// same, and with as many places.
#include <cstdlib>

#include "storage/sql_query.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using rhumb::storage::to_query;
    const auto query = to_query({reinterpret_cast<const char*>(data), size});
    if (!query) return 0;
    const auto again = to_query(query->text);
    if (!again || again->names.size() != query->names.size()) std::abort();
    return 0;
}
