#include "storage/audit_chain.h"

#include <array>

#include "base/text.h"
#include "crypto/hash.h"
#include "storage/values.h"

namespace rhumb::storage {

namespace {

constexpr std::string_view beginning = "rhumb audit 1\n";
constexpr std::size_t digest_size = 32;

void append(std::string& bytes, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes +=
            static_cast<char>(static_cast<unsigned char>(number >> static_cast<unsigned>(shift)));
}

void append(std::string& bytes, std::string_view text) {
    append(bytes, std::uint64_t{text.size()});
    bytes += text;
}

std::string cleaned(std::string text) {
    if (!text::is_utf8(text))
        for (auto& c : text)
            if ((static_cast<unsigned char>(c) & 0x80U) != 0) c = '?';
    for (auto& c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F) c = ' ';
    }
    return text;
}

}  // namespace

Result<std::string> chain_of(std::string_view previous, const Event& event) {
    std::string bytes{beginning};
    if (previous.empty()) {
        bytes.append(digest_size, '\0');
    } else {
        TRY(const auto digest, text::from_hex(previous));
        bytes += digest;
    }
    append(bytes, static_cast<std::uint64_t>(event.id));
    append(bytes, static_cast<std::uint64_t>(to_column(event.time)));
    for (const auto* field : {&event.who, &event.from, &event.what, &event.subject, &event.detail})
        append(bytes, std::string_view{*field});
    TRY(const auto digest, crypto::sha256(bytes));
    return text::to_hex(digest);
}

Event cleaned(Event event) {
    for (auto* field : {&event.who, &event.from, &event.what, &event.subject, &event.detail})
        *field = cleaned(std::move(*field));
    return event;
}

Result<void> chain_events(Session& session) {
    return session.guarded("chaining the audit trail", [](soci::session& sql) -> Result<void> {
        Event row;
        long long id = 0;
        long long time = 0;
        soci::statement reading =
            (sql.prepare
                 << "SELECT id, time, who, from_where, what, subject, detail FROM event ORDER BY id",
             soci::into(id), soci::into(time), soci::into(row.who), soci::into(row.from),
             soci::into(row.what), soci::into(row.subject), soci::into(row.detail));
        long long to_chain = 0;
        std::string chain;
        soci::statement adding =
            (sql.prepare << "INSERT INTO event_chain (event, chain) VALUES (:event, :chain)",
             soci::use(to_chain, "event"), soci::use(chain, "chain"));
        reading.execute();
        while (reading.fetch()) {
            row.id = id;
            row.time = to_seconds(time);
            TRY(chain, chain_of(chain, row));
            to_chain = id;
            adding.execute(true);
        }
        return {};
    });
}

}  // namespace rhumb::storage
