#pragma once
/// Answers a query over any stream of candidates: for the kinds of data that cannot do it
/// themselves, and for what they leave undone. Private to the sources.

#include <unordered_set>

#include "gis/feature/source.h"
#include "gis/feature/spatial.h"

namespace rhumb::gis {

/// What a source is to show: at least every feature that touches the box.
struct Candidates {
    std::vector<std::size_t> fields;  ///< whose values, in this order
    bool wants_geometry = false;
    std::optional<Envelope> box;
    const std::unordered_set<std::int64_t>* ids = nullptr;  ///< only these, where it helps
};

/// Sees one candidate, and may change it; false ends the stream.
using CandidateVisitor = std::function<bool(Feature&)>;
/// Shows candidates one after the other: ascending by object id, or in the order of the query
/// (`is_ordered` below).
using Stream = std::function<Result<void>(const Candidates&, const CandidateVisitor&)>;

/// The candidates that `query` asks for: filtered, ordered, from its offset to its limit. Give
/// `is_ordered` when the stream comes in the query's order. Values of other fields may stand behind
/// those of Query::fields.
Result<void> select(const Query& query, const LayerSchema& schema, const Stream& stream,
                    bool is_ordered, const FeatureVisitor& visit);

/// Number and box of all that match; without `wants_extent` geometry is read only where the query
/// needs it.
Result<ExtentAndCount> summarise(const Query& query, const LayerSchema& schema,
                                 const Stream& stream, bool wants_extent);

}  // namespace rhumb::gis
