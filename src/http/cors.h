#pragma once
/// What pages of other origins may read (CORS, in the Fetch standard), where every page of every
/// site may ask. Never for what a cookie alone lets in.

#include "http/message.h"

namespace rhumb::http {

/// Pages of any origin may read the answer, without credentials.
void allow_other_origins(Response& response);

/// The answer to what browsers ask before such a request (OPTIONS): the methods, and the fields
/// that clients of GIS services send.
Response preflight_response();

}  // namespace rhumb::http
