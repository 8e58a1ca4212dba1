#pragma once
/// Routes: the one table of the API. The router, the checks of what clients send and the OpenAPI
/// document are all made from it.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/privilege.h"
#include "http/message.h"
#include "manager/parts.h"
#include "manager/problem.h"
#include "manager/schema.h"
#include "observe/actor.h"

namespace rhumb::manager {

/// A request that may be carried out: who sent it may, and what was sent is as the route says.
struct Call {
    const Parts& parts;
    observe::Actor actor;                                  ///< for the audit trail
    std::shared_ptr<const http::Caller> caller;            ///< never null
    std::shared_ptr<const http::Sight> sight;              ///< null: everything
    std::map<std::string, std::string, std::less<>> path;  ///< by the names of the template
    std::map<std::string, std::string, std::less<>> query;
    Json body;           ///< checked; null where the route takes none
    std::string origin;  ///< of this server, as the client uses it
    std::string api{};   ///< the path of the API: "/api/v1"
    Seconds now{};

    const std::string& at(std::string_view name) const { return path.find(name)->second; }
    /// "" when it was not given.
    std::string asked(std::string_view name) const;
    /// A number of the query that the route's schema has let through.
    std::optional<std::int64_t> number(std::string_view name) const;
};

struct Answer {
    Json body = nullptr;     ///< null: none
    std::string next{};      ///< where a list goes on: the value of `after`; "": it is at its end
    std::string location{};  ///< of what was made, below the API's path: "/users/ann"
    /// Instead of a body in JSON: bytes for a file.
    struct File {
        std::string type;
        std::string name;
        std::string bytes;
    };
    std::optional<File> file{};
    /// Instead of all that: why nothing was done, where an Error cannot say it all (faults of a
    /// text, each with its place).
    std::optional<Problem> problem{};
};

struct Parameter {
    std::string name;
    Json schema;
};

struct Route {
    http::Method method = http::Method::get;
    std::string path{};  ///< template below the API's path: "/users/{name}/password"
    std::string id{};    ///< operationId, unique: "changeUser"
    Privilege needs = Privilege::administer;
    std::string summary{};  ///< "Change a user"
    std::string step{};     ///< "changing a user"
    std::vector<Parameter> query{};
    std::string body{};  ///< name of the schema of what is sent; "": nothing is
    int success = 200;
    std::string answer{};    ///< name of the schema of what comes back; "": nothing or a file does
    std::string file{};      ///< media type of the file that comes back
    bool is_listed = false;  ///< it is a list in pages: takes `limit` and `after`
    /// What GET of the same path says has an ETag, and it must be sent back in If-Match: the state
    /// that was looked at is the one that is changed.
    bool needs_match = false;
    /// The path whose GET shows that state, where it is another one. Such a route looks itself
    /// whether the state is still so when it changes it; it may take its time before.
    std::string state_of{};
    /// What it costs: the store alone, a password's hash (64 MiB), or seconds. What has a
    /// query `store` and asks a place outside costs seconds, whatever is said here.
    enum class Cost { little, password, long_ };
    Cost cost = Cost::little;
    std::function<Result<Answer>(const Call&)> act{};
};

/// The table, and the schemas that its rows name.
class Table {
public:
    void add(Route route) { routes_.push_back(std::move(route)); }
    void define(std::string name, Json schema) {
        schemas_.emplace(std::move(name), std::move(schema));
    }
    /// A page of things of that schema: {"items": […], "next": "…" or null}.
    void define_list(const std::string& name, std::string_view of);

    const std::vector<Route>& routes() const { return routes_; }
    const Schemas& schemas() const { return schemas_; }

private:
    std::vector<Route> routes_;
    Schemas schemas_;
};

}  // namespace rhumb::manager
