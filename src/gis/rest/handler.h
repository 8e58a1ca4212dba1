#pragma once
/// The handler of GeoServices: everything under /<instance>/rest.

#include <memory>
#include <string>

#include "base/snapshot.h"
#include "gis/catalogue.h"
#include "gis/map/picture_store.h"
#include "gis/rest/answer.h"
#include "gis/rest/query.h"
#include "gis/rest/token_advice.h"
#include "http/handler.h"
#include "net/pool.h"

namespace rhumb::gis::rest {

class ServicesHandler final : public http::Handler {
public:
    /// `instance` is the first part of the path ("arcgis"). What is given by reference outlives the
    /// handler.
    ServicesHandler(std::string instance, std::shared_ptr<const Snapshot<Catalogue>> catalogue,
                    net::Pool& pool, const observe::Log& log, QueryLimits limits = {},
                    TokenAdviser tokens = {});

    net::Task<http::Response> handle(http::Request& request) const override;

private:
    net::Task<http::Response> answer(const http::Request& request, Call call) const;
    net::Task<http::Response> service(Call call) const;
    net::Task<http::Response> layer(std::shared_ptr<const Service> service, Call call) const;
    net::Task<http::Response> query(std::shared_ptr<const Service> service,
                                    const map::MapLayer& layer, Call call) const;
    net::Task<http::Response> map_operation(std::shared_ptr<const Service> service,
                                            Call call) const;

    std::string instance_;
    std::shared_ptr<const Snapshot<Catalogue>> catalogue_;  // never null
    net::Pool& pool_;
    const observe::Log& log_;
    QueryLimits limits_;
    TokenAdviser tokens_;                 // may be empty
    mutable map::PictureStore pictures_;  // guards itself
};

}  // namespace rhumb::gis::rest
