#include "gis/feature/memory_source.h"

#include <algorithm>

#include "gis/feature/selection.h"

namespace rhumb::gis {

MemorySource::MemorySource(LayerSchema schema, std::vector<Feature> features)
    : schema_{std::move(schema)}, features_{std::move(features)} {
    std::sort(features_.begin(), features_.end(),
              [](const Feature& a, const Feature& b) { return a.id < b.id; });
    schema_.extent = {};
    schema_.feature_count = features_.size();
    boxes_.reserve(features_.size());
    for (const auto& feature : features_) {
        boxes_.push_back(feature.geometry.envelope());
        schema_.extent.expand(boxes_.back());
    }
}

Result<void> MemorySource::stream(const Candidates& wanted, const CandidateVisitor& visit) const {
    Feature shown;
    shown.values.resize(wanted.fields.size());
    for (std::size_t i = 0; i < features_.size(); ++i) {
        const Feature& feature = features_[i];
        if (wanted.ids != nullptr && !wanted.ids->contains(feature.id)) continue;
        if (wanted.box && !boxes_[i].intersects(*wanted.box)) continue;
        shown.id = feature.id;
        for (std::size_t f = 0; f < wanted.fields.size(); ++f)
            shown.values[f] = feature.values[wanted.fields[f]];
        if (wanted.wants_geometry) {
            shown.geometry = feature.geometry;
        } else {
            shown.geometry.clear();
        }
        if (!visit(shown)) break;
    }
    return {};
}

Result<void> MemorySource::read(const Query& query, const FeatureVisitor& visit) const {
    return select(
        query, schema_, [this](const auto& wanted, const auto& see) { return stream(wanted, see); },
        false, visit);
}

Result<std::uint64_t> MemorySource::count(const Query& query) const {
    TRY(const auto sum,
        summarise(
            query, schema_,
            [this](const auto& wanted, const auto& see) { return stream(wanted, see); }, false));
    return sum.count;
}

Result<ExtentAndCount> MemorySource::extent(const Query& query) const {
    return summarise(
        query, schema_, [this](const auto& wanted, const auto& see) { return stream(wanted, see); },
        true);
}

}  // namespace rhumb::gis
