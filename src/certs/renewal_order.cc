#include "certs/renewal_order.h"

#include <algorithm>

#include "base/text.h"
#include "certs/renewal.h"
#include "pki/issue.h"

namespace rhumb::certs {

Order order_like(const Entry& entry) {
    Order order;
    if (!entry.chain) {
        if (auto names = pki::parse_names(entry.record.names)) order.names = *std::move(names);
        return order;
    }
    const auto& leaf = entry.chain->leaf();
    order.names = leaf.names();
    order.common_name = leaf.common_name();
    order.subject = leaf.subject_fields();
    // The same kind of key as before, where it is one that we make.
    order.key_type = pki::parse_key_type(leaf.public_key().type()).value_or(order.key_type);
    // One that ended with its intermediate was cut short by it, and says nothing of what was
    // ordered.
    const auto& certificates = entry.chain->certificates();
    const bool was_cut = certificates.size() > 1 && leaf.not_after() == certificates[1].not_after();
    const std::chrono::seconds lifetime = leaf.not_after() - leaf.not_before() - pki::back_date;
    if (!was_cut && lifetime > std::chrono::seconds{0})
        order.lifetime = std::min<std::chrono::seconds>(lifetime, pki::server_lifetime_max);
    return order;
}

Order order_for(const Entry& entry, const MachineNames& machine, const LeafNames& chosen) {
    return text::iequals(entry.record.name, auto_name) ? machine_order(machine, chosen)
                                                       : order_like(entry);
}

}  // namespace rhumb::certs
