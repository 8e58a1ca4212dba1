#pragma once
/// Server: everything put together. Made, run and stopped on one thread; the loops have their own.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "observe/log.h"
#include "server/options.h"

namespace rhumb::server {

/// What a person should know once it serves.
struct Announcement {
    std::string url;       ///< "https://localhost:8443/"
    std::string http_url;  ///< the same in the clear, where the first site is bound to http as
                           ///< well; else empty
    std::string viewer_url;
    std::string services_url;
    std::string trust_url;      ///< the page for other devices; "" when the first site has none
    std::string configuration;  ///< where it lives
    std::string data;
    std::string root_name;         ///< of the local authority's root
    std::string root_fingerprint;  ///< SHA-256, AB:CD:…
    bool is_new_authority = false;
    std::string first_code{};  ///< makes the first administrator, once; "": there is one
    std::string first_url{};   ///< the page for it; "": no https
};

class Server {
public:
    /// Opens the store, makes what is missing (authority, certificate, first configuration) and
    /// serves. `clock` and `log` outlive it.
    static Result<std::unique_ptr<Server>> start(Options options, const Clock& clock,
                                                 const observe::Log& log);
    ~Server();

    const Announcement& announcement() const;

    /// Looks after everything that is not a request: changes of configuration and certificates,
    /// renewals, log files. To be called a few times a second.
    void look_around();
    /// Takes the configuration anew, whether it seems changed or not, and begins new log files; as
    /// SIGHUP asks.
    void reload();
    /// Stops accepting, lets requests under way come to their end, within limits, and ends.
    void stop();

private:
    struct Parts;
    explicit Server(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace rhumb::server
