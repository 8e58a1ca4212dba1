#pragma once
/// Sites: all sites of a configuration, and which of them answers for an address and a name.
/// Immutable; a reload makes a new one.

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "config/document.h"
#include "net/listener.h"
#include "site/site.h"

namespace rhumb::site {

/// Which site answers to a host name, among those of one endpoint.
class Hosts {
public:
    void add(const Site& site);
    /// The exact name, then the longest wildcard, then the site without names; null when there is
    /// none.
    const Site* find(std::string_view host) const;
    /// The one for clients that send no name.
    const Site* first() const { return any_ != nullptr ? any_ : first_; }

private:
    std::map<std::string, const Site*, std::less<>> exact_;
    std::map<std::string, const Site*, std::less<>> wildcard_;  // "example.org" for *.example.org
    const Site* any_ = nullptr;
    const Site* first_ = nullptr;
};

/// What a handler is made for.
struct HandlerOrder {
    const config::Document& document;
    const config::Site& site;
    std::string path;            ///< of the location; "/" for the site itself
    std::filesystem::path root;  ///< for files: what stands for the path on disk, absolute
    std::vector<std::string> index;
    bool listing = false;
};

/// Makes the handler of one kind. The failure becomes an answer of the location, and a line in the
/// log.
using HandlerMaker = std::function<Result<HandlerPointer>(const HandlerOrder&)>;
using HandlerMakers = std::map<config::HandlerKind, HandlerMaker>;

/// What is built in for people; a default one is for tests, where nobody is anybody.
struct Entrances {
    const access::Gate* gate = nullptr;
    HandlerPointer sign_in{};  ///< answers at /login, /logout, /account of every site
    /// Answers beside each catalogue; it is given the catalogue's path ("/arcgis").
    std::function<HandlerPointer(const std::string& gis_path)> token_service{};
    /// Answers at /metrics where the site has nothing there; it is told whether the configuration
    /// says who may ask (a location of that path, with `allow`).
    std::function<HandlerPointer(bool is_ruled)> metrics{};
};

/// What sites are built with.
struct Building {
    std::filesystem::path directory;  ///< where relative paths begin
    std::filesystem::path data;       ///< where logs are, when the configuration does not say
    const HandlerMakers& makers;
    AccessLogs& access_logs;
    const Clock& clock;
    const observe::Log& log;
    /// Answers at certs::crl_folder of every site; null: nobody does.
    HandlerPointer revocation_lists;
    Entrances entrances{};
};

class Sites {
public:
    /// The ports of `document` are those that there really are.
    static std::shared_ptr<const Sites> build(const config::Document& document,
                                              const Building& building);

    /// The sites of an endpoint; null when it has none (any more).
    const Hosts* find(const net::Endpoint& endpoint) const;

private:
    std::vector<std::unique_ptr<const Site>> sites_;
    std::map<net::Endpoint, Hosts> by_endpoint_;
};

}  // namespace rhumb::site
