#pragma once
/// Who signed in at an OpenID provider, as it said then. Thread rule: as for the View or
/// Transaction that is given.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/transaction.h"
#include "storage/user_records.h"

namespace rhumb::storage {

struct KnownPersonRecord {
    Id id = 0;
    std::string
        provider{};         ///< its issuer: another one is another provider, whatever its name here
    std::string subject{};  ///< who it is at the provider ("sub"); compared byte for byte
    std::string name{};     ///< what Rhumb calls him; without regard to ASCII case
    std::string full_name{};
    std::string email{};
    std::vector<std::string> roles{};
    Seconds created{};
    Seconds checked{};               ///< when the provider last said so
    std::optional<Seconds> ended{};  ///< the provider said no since then
    std::string sealed{};            ///< what renews it; "": nothing does
};

/// What `sealed` of that record is sealed for.
std::string known_person_purpose(Id id);

/// By name.
Result<std::vector<KnownPersonRecord>> known_people(const View& view, std::string_view provider,
                                                    const Page& page);
Result<std::optional<KnownPersonRecord>> find_known_person(const View& view,
                                                           std::string_view provider,
                                                           std::string_view name);
Result<std::optional<KnownPersonRecord>> find_known_subject(const View& view,
                                                            std::string_view provider,
                                                            std::string_view subject);
/// conflict: the subject or the name is there already.
Result<Id> add_known_person(Transaction& transaction, const KnownPersonRecord& person);
/// Everything but provider, subject and `created`, by id. conflict: another has that name.
/// not_found.
Result<void> update_known_person(Transaction& transaction, const KnownPersonRecord& person);
/// False when there was none.
Result<bool> remove_known_person(Transaction& transaction, std::string_view provider,
                                 std::string_view name);

}  // namespace rhumb::storage
