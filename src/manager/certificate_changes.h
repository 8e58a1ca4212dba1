#pragma once
/// How a change of certificates is carried out by the API, and what is told of it. Inside this
/// module only.

#include <functional>
#include <optional>

#include "manager/route.h"
#include "site/certificate_work.h"

namespace rhumb::manager {

/// What this very process says of itself.
std::optional<site::Running> running(const Call& call);

/// What the change is made with. `call` and `home` outlive it.
site::Workshop shop_of(const Call& call, site::Home& home);

/// The members `site` and `port` of a body.
site::Where where_of(const Json& body);

/// Makes it, and answers (as the schema CertificateChange says) once it is seen where it is to be.
Result<Answer> carry_out(const Call& call, const std::function<Result<certs::Change>()>& make,
                         const site::Where& where = {});

void define_certificate_change(Table& table);

}  // namespace rhumb::manager
