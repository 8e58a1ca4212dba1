#include "http/cors.h"

namespace rhumb::http {

void allow_other_origins(Response& response) {
    response.headers.set("access-control-allow-origin", "*");
    response.headers.set("access-control-expose-headers", "content-length, retry-after");
}

Response preflight_response() {
    Response response;
    response.status = 204;
    response.headers.set("allow", "GET, HEAD, POST, OPTIONS");
    response.headers.set("access-control-allow-methods", "GET, HEAD, POST, OPTIONS");
    response.headers.set("access-control-allow-headers",
                         "Content-Type, X-Esri-Authorization, Authorization, X-Requested-With");
    response.headers.set("access-control-max-age", "86400");
    return response;
}

}  // namespace rhumb::http
