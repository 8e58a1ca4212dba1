#pragma once
/// Features kept in memory: GeoJSON files, and tests.

#include "gis/feature/source.h"

namespace rhumb::gis {

class MemorySource final : public FeatureSource {
public:
    /// `features` carry a value for every field of `schema` and are put in the order of their ids.
    /// Extent and number in `schema` are counted anew.
    MemorySource(LayerSchema schema, std::vector<Feature> features);

    const LayerSchema& schema() const override { return schema_; }
    Result<void> read(const Query& query, const FeatureVisitor& visit) const override;
    Result<std::uint64_t> count(const Query& query) const override;
    Result<ExtentAndCount> extent(const Query& query) const override;

private:
    Result<void> stream(const struct Candidates& wanted,
                        const std::function<bool(Feature&)>& visit) const;

    LayerSchema schema_;
    std::vector<Feature> features_;
    std::vector<Envelope> boxes_;  // of each feature
};

}  // namespace rhumb::gis
