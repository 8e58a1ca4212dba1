#pragma once
/// The `query` operation of a layer: from its parameters to the answer.

#include <chrono>
#include <memory>
#include <string>

#include "gis/catalogue.h"
#include "gis/feature/feature_json.h"
#include "gis/rest/answer.h"

namespace rhumb::gis::rest {

/// What a client wants to be told.
enum class QueryAnswer : std::uint8_t { features, ids, count, extent };

/// A query, understood and within the limits of its service.
struct LayerQuery {
    std::shared_ptr<const Service> service;  ///< keeps the layer alive
    const map::MapLayer* layer = nullptr;
    Query query;  ///< its limit is one more than may be told, to see whether there is more
    QueryAnswer answer = QueryAnswer::features;
    bool is_geojson = false;
    Crs crs;  ///< of the coordinates in the answer
    std::optional<int> decimals;
    std::uint64_t features_max = 0;
};

/// How long a query may take, and how large its answer may be.
struct QueryLimits {
    std::chrono::milliseconds time_max{30'000};
    std::size_t bytes_max = 192U << 20U;
};

/// `invalid` names the parameter, what is wrong with it and what it should be.
Result<LayerQuery> parse_query(std::shared_ptr<const Service> service, const map::MapLayer& layer,
                               const Call& call);

/// The answer as JSON. Blocks. The deadline stands in the query.
Result<std::string> run_query(const LayerQuery& query, std::size_t bytes_max);

/// A form for people; with what was asked filled in, and the table of an answer behind it where
/// there is one.
std::string query_page(const Service& service, const map::MapLayer& layer, const Call& call,
                       const std::string& table);
/// The features as an HTML table, without geometry. Blocks.
Result<std::string> run_query_table(const LayerQuery& query);

}  // namespace rhumb::gis::rest
