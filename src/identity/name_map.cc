#include "identity/name_map.h"

#include "base/text.h"
#include "identity/csv.h"

namespace rhumb::identity {

Result<NameMap> NameMap::read(std::string_view csv) {
    TRY(const auto rows, read_csv(csv));
    NameMap map;
    for (const auto& row : rows) {
        const auto wrong = [&](std::string_view why) {
            return fail(ErrorKind::invalid,
                        "line {}: {}; a line is as “user:ann,user:anna”, “role:a,role:b”, or "
                        "“user:ann,” to leave somebody out",
                        row.line, why);
        };
        if (row.fields.size() != 2) return wrong("there are not two columns");
        const auto from = to_member(text::trim(row.fields[0]));
        if (!from) return wrong(from.error().message);
        std::string to;
        if (const auto field = text::trim(row.fields[1]); !field.empty()) {
            const auto member = to_member(field);
            if (!member) return wrong(member.error().message);
            if (member->kind != from->kind) return wrong("a user and a role");
            to = member->name;
            const auto good =
                member->kind == Member::Kind::user ? check_user_name(to) : check_role_name(to);
            if (!good) return wrong(good.error().message);
        }
        if (!map.names_.emplace(std::pair{from->kind, text::to_lower(from->name)}, to).second)
            return wrong(fmt::format("«{}» is there twice", from->name));
    }
    return map;
}

std::optional<std::string> NameMap::find(Member::Kind kind, std::string_view name) const {
    const auto found = names_.find({kind, text::to_lower(name)});
    if (found == names_.end()) return std::string{name};
    if (found->second.empty()) return std::nullopt;
    return found->second;
}

}  // namespace rhumb::identity
