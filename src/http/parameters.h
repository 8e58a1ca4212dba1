#pragma once
/// The parameters of a request: from the query and from a form, names compared without case.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace rhumb::http {

class Parameters {
public:
    static constexpr std::size_t form_bytes_max = 16U << 20U;
    static constexpr std::size_t count_max = 1000;

    /// Adds name=value pairs of application/x-www-form-urlencoded text: a query, or a form.
    Result<void> add_form(std::string_view text);
    /// Adds the parts of a multipart/form-data body; `content_type` names the boundary. Files are
    /// parts like others.
    Result<void> add_multipart(std::string_view body, std::string_view content_type);

    /// The value of the first parameter of that name that was added; "" when there is none.
    const std::string& get(std::string_view name) const;
    bool has(std::string_view name) const { return !get(name).empty(); }
    bool is_empty() const { return values_.empty(); }

    /// true, false, 1, 0 in any case; `otherwise` when it is not given. `invalid` names the
    /// parameter.
    Result<bool> get_bool(std::string_view name, bool otherwise) const;
    /// A whole number from 0; nothing when it is not given.
    Result<std::optional<std::uint64_t>> get_count(std::string_view name) const;

private:
    Result<void> add(std::string name, std::string value);
    std::vector<std::pair<std::string, std::string>> values_;  // name in lower case
};

/// Those of a request: of its form first (where both name one, the form counts), then of its query.
/// The body is read once; who asks again gets the same. `too_large`: a form of more than
/// `bytes_max`; `invalid`: a broken form, or a body of another type.
net::Task<std::shared_ptr<const Parameters>> read_parameters(
    Request& request, std::size_t bytes_max = Parameters::form_bytes_max);

}  // namespace rhumb::http
