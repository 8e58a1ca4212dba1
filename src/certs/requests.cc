#include "certs/requests.h"

#include <algorithm>

#include "base/text.h"
#include "certs/inventory.h"
#include "certs/recording.h"
#include "certs/sealing.h"

namespace rhumb::certs {

namespace {

RequestEntry to_entry(storage::RequestRecord record) {
    auto request = pki::Request::from_pem(record.request_pem);
    return {std::move(record), std::move(request)};
}

std::vector<RequestEntry> to_entries(std::vector<storage::RequestRecord> records) {
    std::vector<RequestEntry> entries;
    entries.reserve(records.size());
    for (auto& record : records) entries.push_back(to_entry(std::move(record)));
    return entries;
}

/// The certificate that is renewed, and the order with what that one has where it says nothing.
Result<RequestOrder> fill_from(const Entry& renewed, RequestOrder order) {
    if (!order.name.empty() && !text::iequals(order.name, renewed.record.name))
        return fail(ErrorKind::invalid,
                    "the answer to a request that renews «{}» keeps its name: leave «{}» out, or "
                    "ask for a new certificate",
                    renewed.record.name, order.name);
    order.name = renewed.record.name;
    if (order.friendly_name.empty()) order.friendly_name = renewed.record.friendly_name;
    if (!renewed.chain) {
        if (order.names.empty() || order.keeps_key)
            return tl::unexpected(Error{renewed.chain.error()}.within(
                fmt::format("renewing «{}»", renewed.record.name)));
        return order;
    }
    const auto& leaf = renewed.chain->leaf();
    if (order.names.empty()) order.names = leaf.names();
    if (order.subject.is_empty()) order.subject = leaf.subject_fields();
    return order;
}

Result<void> check_free(const storage::Transaction& transaction, const std::string& name) {
    TRY(const auto in_use, transaction.find_certificate(name));
    if (!in_use) return {};
    return fail(
        ErrorKind::conflict,
        "a certificate called «{}» is in use: say that the request renews it (--for {}), or give "
        "the new one another name (--as NAME)",
        in_use->name, in_use->name);
}

}  // namespace

Result<RequestEntry> Requests::create(const RequestOrder& wanted, const Actor& actor, Seconds now) {
    const Inventory inventory{store_, seal_};
    auto order = wanted;
    std::optional<pki::Key> key;
    if (!wanted.renews.empty()) {
        TRY(const auto renewed, inventory.get(wanted.renews));
        TRY(order, fill_from(renewed, std::move(order)));
        if (order.keeps_key) {
            TRY(key, inventory.open_key(renewed));
        }
    } else if (order.keeps_key) {
        return fail(ErrorKind::invalid,
                    "a key can be kept only from a certificate that is renewed: name it (--for)");
    }
    storage::RequestRecord record;
    record.name = name_for(order.name, order.subject, order.names);
    if (order.names.empty())
        return fail(ErrorKind::invalid,
                    "a request needs at least one host name or address (--name)");
    TRY_DONE(check_certificate_name(record.name));
    TRY_DONE(check_friendly_name(order.friendly_name));
    if (!key) {
        TRY(key, pki::Key::generate(order.key_type));
    }
    TRY(auto request, pki::make_request(order.subject, order.names, *key));
    record.friendly_name = order.friendly_name;
    record.request_pem = request.to_pem();
    TRY(const auto digest, key->public_key().digest());
    record.key_digest = text::to_hex(digest);
    record.key_type = key->type();
    TRY(record.sealed_key, seal_key(seal_, leaf_key, *key));
    record.names = pki::to_texts(order.names);
    record.is_renewal = !order.renews.empty();
    record.created = now;
    record.created_by = actor.who;
    TRY(record.id, store_.transact([&](storage::Transaction& transaction) -> Result<storage::Id> {
        if (!record.is_renewal) TRY_DONE(check_free(transaction, record.name));
        TRY(const auto id, transaction.add_request(record));
        TRY_DONE(transaction.add_event(
            make_event(actor, now, "request.created", record.name,
                       fmt::format("{}{} for {}", record.key_type,
                                   order.keeps_key ? " (the same key again)" : "",
                                   text::join(record.names, " ")))));
        return id;
    }));
    return RequestEntry{std::move(record), std::move(request)};
}

Result<std::vector<RequestEntry>> Requests::list(bool with_answered) const {
    TRY(auto records,
        store_.read([&](const storage::View& view) { return view.requests(with_answered); }));
    return to_entries(std::move(records));
}

Result<RequestEntry> Requests::get(std::string_view name) const {
    TRY(auto records, store_.read([](const storage::View& view) {
        return view.requests(/*with_answered=*/true);
    }));
    std::vector<std::string> pending;
    bool is_answered = false;
    for (auto& record : records) {
        const bool is_meant = text::iequals(record.name, name);
        if (is_meant && !record.answered) return to_entry(std::move(record));
        is_answered = is_answered || is_meant;
        if (!record.answered) pending.push_back(record.name);
    }
    return fail(ErrorKind::not_found, "no request called «{}» is pending{}; there {}", name,
                is_answered ? ": it has been answered" : "",
                pending.empty() ? "is none" : "are: " + text::join(pending, ", "));
}

Result<std::vector<RequestEntry>> Requests::find_by_key(const pki::PublicKey& key) const {
    TRY(const auto digest, key.digest());
    const auto hex = text::to_hex(digest);
    TRY(auto records,
        store_.read([&](const storage::View& view) { return view.requests_by_key(hex); }));
    return to_entries(std::move(records));
}

Result<void> Requests::cancel(std::string_view name, const Actor& actor, Seconds now) {
    TRY(const auto entry, get(name));
    TRY_DONE(store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto record, transaction.find_request(name));
        if (!record || record->id != entry.record.id)
            return fail(ErrorKind::conflict,
                        "cancelling «{}»: it was answered or cancelled in the meantime", name);
        TRY_DONE(transaction.remove_request(record->id));
        TRY_DONE(transaction.add_event(make_event(
            actor, now, "request.cancelled", record->name,
            fmt::format("{} for {}", record->key_type, text::join(record->names, " ")))));
        return {};
    }));
    // The request is gone either way; where another program reads just now, its bytes go later.
    static_cast<void>(store_.scrub());
    return {};
}

Result<pki::Key> Requests::open_key(const RequestEntry& entry) const {
    if (!entry.request) return tl::unexpected(entry.request.error());
    return certs::open_key(seal_, leaf_key, entry.request->public_key(),
                           fmt::format("the request «{}»", entry.record.name),
                           entry.record.sealed_key);
}

}  // namespace rhumb::certs
