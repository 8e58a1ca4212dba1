#include "gis/feature/selection.h"

#include <algorithm>
#include <unordered_map>

#include "gis/feature/where_compare.h"

namespace rhumb::gis {

namespace {

/// The filters of a query, and where in a candidate the values that they need stand.
class Filter {
public:
    Filter(const Query& query, const LayerSchema& schema)
        : query_{query}, schema_{schema}, fields_{query.fields} {
        positions_.assign(schema.fields.size(), npos);
        for (std::size_t i = 0; i < fields_.size(); ++i) positions_[fields_[i]] = i;
        if (query.where != nullptr) {
            for (const auto field : query.where->fields()) need(field);
        }
        for (const auto& by : query.order) need(by.field);
        if (query.spatial) test_.emplace(*query.spatial);
        if (query.ids) ids_.insert(query.ids->begin(), query.ids->end());
    }

    Candidates candidates(bool wants_geometry) const {
        Candidates wanted;
        wanted.fields = fields_;
        wanted.wants_geometry = wants_geometry || test_.has_value();
        if (test_) wanted.box = test_->box();
        if (query_.ids) wanted.ids = &ids_;
        return wanted;
    }

    bool passes(const Feature& feature) {
        if (query_.ids && !ids_.contains(feature.id)) return false;
        if (query_.where != nullptr) {
            current_ = &feature;
            if (!query_.where->matches(value_of_)) return false;
        }
        return !test_ || test_->matches(feature.geometry);
    }

    const Value& value(const Feature& feature, std::size_t field) const {
        return feature.values[positions_[field]];
    }

    /// True once in a while after the deadline.
    bool is_late() {
        if (!query_.deadline || ++seen_ % 64 != 0) return false;
        return std::chrono::steady_clock::now() > *query_.deadline;
    }
    Result<void> outcome(bool was_late) const {
        if (!was_late) return {};
        return fail(ErrorKind::unavailable,
                    "layer «{}»: the query took longer than it may; ask for fewer features",
                    schema_.name);
    }

private:
    static constexpr std::size_t npos = static_cast<std::size_t>(-1);

    void need(std::size_t field) {
        if (positions_[field] != npos) return;
        positions_[field] = fields_.size();
        fields_.push_back(field);
    }

    const Query& query_;
    const LayerSchema& schema_;
    std::vector<std::size_t> fields_;
    std::vector<std::size_t> positions_;
    std::optional<SpatialTest> test_;
    std::unordered_set<std::int64_t> ids_;
    std::size_t seen_ = 0;
    const Feature* current_ = nullptr;
    std::function<const Value&(std::size_t)> value_of_ = [this](std::size_t field) -> const Value& {
        return value(*current_, field);
    };
};

/// Passes a feature on as the query wants it.
bool show(Feature& feature, const Query& query, const FeatureVisitor& visit) {
    if (!query.wants_geometry) {
        feature.geometry.clear();
    } else if (query.simplify > 0) {
        simplify(feature.geometry, query.simplify);
    }
    return visit(feature);
}

Result<void> select_streaming(const Query& query, const LayerSchema& schema, const Stream& stream,
                              const FeatureVisitor& visit) {
    Filter filter{query, schema};
    std::uint64_t passed = 0;
    const std::uint64_t end = query.limit && *query.limit <= UINT64_MAX - query.offset
                                  ? query.offset + *query.limit
                                  : UINT64_MAX;
    bool was_late = false;
    if (end == query.offset) return {};
    TRY_DONE(stream(filter.candidates(query.wants_geometry), [&](Feature& feature) {
        was_late = filter.is_late();
        if (was_late) return false;
        if (!filter.passes(feature)) return true;
        if (passed++ < query.offset) return true;
        return show(feature, query, visit) && passed < end;
    }));
    return filter.outcome(was_late);
}

struct Row {
    std::vector<Value> keys;
    std::int64_t id = 0;
};

/// First the order of the ids alone, then the features of the page that is wanted.
Result<void> select_sorted(const Query& query, const LayerSchema& schema, const Stream& stream,
                           const FeatureVisitor& visit) {
    Query lean = query;
    lean.fields.clear();
    Filter filter{lean, schema};
    std::vector<Row> rows;
    bool was_late = false;
    TRY_DONE(stream(filter.candidates(false), [&](Feature& feature) {
        was_late = filter.is_late();
        if (was_late) return false;
        if (!filter.passes(feature)) return true;
        Row row{{}, feature.id};
        for (const auto& by : query.order) row.keys.push_back(filter.value(feature, by.field));
        rows.push_back(std::move(row));
        return true;
    }));
    TRY_DONE(filter.outcome(was_late));
    std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
        for (std::size_t i = 0; i < query.order.size(); ++i) {
            const int compared = compare(a.keys[i], b.keys[i]);
            if (compared != 0) return query.order[i].is_descending ? compared > 0 : compared < 0;
        }
        return a.id < b.id;
    });
    const auto begin = std::min<std::uint64_t>(query.offset, rows.size());
    const auto count =
        std::min<std::uint64_t>(query.limit.value_or(UINT64_MAX), rows.size() - begin);

    Query page = query;
    page.order.clear();
    page.offset = 0;
    page.limit.reset();
    page.ids.emplace();
    for (auto i = begin; i < begin + count; ++i) page.ids->push_back(rows[i].id);
    std::unordered_map<std::int64_t, Feature> found;
    TRY_DONE(select_streaming(page, schema, stream, [&](const Feature& feature) {
        found.emplace(feature.id, feature);
        return true;
    }));
    for (const auto id : *page.ids) {
        const auto at = found.find(id);
        if (at != found.end() && !visit(at->second)) break;
    }
    return {};
}

}  // namespace

Result<void> select(const Query& query, const LayerSchema& schema, const Stream& stream,
                    bool is_ordered, const FeatureVisitor& visit) {
    if (is_ordered || query.order.empty()) return select_streaming(query, schema, stream, visit);
    return select_sorted(query, schema, stream, visit);
}

Result<ExtentAndCount> summarise(const Query& query, const LayerSchema& schema,
                                 const Stream& stream, bool wants_extent) {
    Query all = query;
    all.fields.clear();
    all.order.clear();
    Filter filter{all, schema};
    ExtentAndCount sum;
    bool was_late = false;
    TRY_DONE(stream(filter.candidates(wants_extent), [&](Feature& feature) {
        was_late = filter.is_late();
        if (was_late) return false;
        if (!filter.passes(feature)) return true;
        ++sum.count;
        if (wants_extent) sum.extent.expand(feature.geometry.envelope());
        return true;
    }));
    TRY_DONE(filter.outcome(was_late));
    return sum;
}

}  // namespace rhumb::gis
