#include "pki/assemble.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "crypto/handles.h"
#include "pki/native.h"

namespace rhumb::pki {

namespace {

constexpr std::size_t pool_max = 2000;
constexpr std::size_t length_max = 10;
constexpr std::size_t signatures_max = 500;
constexpr std::size_t steps_max = 20'000;

/// A certificate that may stand in a chain.
struct Node {
    const Certificate* certificate;
    bool is_in_pool;
    bool is_known_root;
};

/// A way from the leaf upwards: indices of nodes.
struct Path {
    std::vector<std::size_t> nodes;
    bool ends_in_root = false;  // the last one is self-signed, or a known root
};

/// Looks at every way from the leaf, within bounds, and keeps the best.
class Search {
public:
    Search(const Certificate& leaf, std::span<const Certificate> pool,
           const AssembleOptions& options)
        : now_{options.now} {
        nodes_.push_back({&leaf, true, false});
        for (const auto& certificate : pool) add(certificate, true, false);
        for (const auto& root : options.roots) add(root, false, true);
    }

    const Path& find() {
        Path start{{0}, is_root(0)};
        walk(start);
        return best_;
    }

    const std::vector<Node>& nodes() const { return nodes_; }

private:
    void add(const Certificate& certificate, bool is_in_pool, bool is_known_root) {
        for (auto& node : nodes_)
            if (*node.certificate == certificate) {
                node.is_in_pool |= is_in_pool;
                node.is_known_root |= is_known_root;
                return;
            }
        nodes_.push_back({&certificate, is_in_pool, is_known_root});
    }

    bool is_root(std::size_t node) {
        if (nodes_[node].is_known_root) return true;
        return has_issued(node, node);
    }

    /// Whether `issuer` signed `subject`; each pair is asked once, and no more than so many.
    bool has_issued(std::size_t issuer, std::size_t subject) {
        auto* const above = Native::get(*nodes_[issuer].certificate);
        auto* const below = Native::get(*nodes_[subject].certificate);
        if (X509_NAME_cmp(X509_get_subject_name(above), X509_get_issuer_name(below)) != 0)
            return false;
        const std::pair pair{issuer, subject};
        if (const auto known = issued_.find(pair); known != issued_.end()) return known->second;
        if (issued_.size() >= signatures_max) return false;
        const bool is =
            issuer == subject
                ? nodes_[issuer].certificate->is_self_signed()
                : nodes_[subject].certificate->is_issued_by(*nodes_[issuer].certificate);
        issued_.emplace(pair, is);
        return is;
    }

    void walk(Path& path) {
        keep_if_better(path);
        if (path.ends_in_root || path.nodes.size() >= length_max) return;
        const auto top = path.nodes.back();
        for (std::size_t next = 1; next < nodes_.size(); ++next) {
            if (++steps_ > steps_max) return;
            if (std::ranges::find(path.nodes, next) != path.nodes.end()) continue;
            if (!has_issued(next, top)) continue;
            path.nodes.push_back(next);
            path.ends_in_root = is_root(next);
            walk(path);
            path.nodes.pop_back();
            path.ends_in_root = false;
        }
    }

    void keep_if_better(const Path& path) {
        if (best_.nodes.empty() || rank(path) > rank(best_)) best_ = path;
    }

    /// More is better, the first one first. Without a root a longer way is nearer to it; of equals,
    /// the one that ends later.
    std::tuple<bool, bool, bool, int, Seconds> rank(const Path& path) const {
        bool is_valid = true;
        auto end = Seconds::max();
        for (const auto node : path.nodes) {
            const auto& certificate = *nodes_[node].certificate;
            is_valid = is_valid && certificate.is_valid_at(now_);
            end = std::min(end, certificate.not_after());
        }
        const auto size = static_cast<int>(path.nodes.size());
        return {path.ends_in_root, is_valid, nodes_[path.nodes.back()].is_known_root,
                path.ends_in_root ? -size : size, end};
    }

    Seconds now_;
    std::vector<Node> nodes_;  // the leaf first, each certificate once
    std::map<std::pair<std::size_t, std::size_t>, bool> issued_;
    std::size_t steps_ = 0;
    Path best_;
};

bool has_leaf_below(const Certificate& authority, std::span<const Certificate> pool) {
    return std::ranges::any_of(pool, [&](const Certificate& certificate) {
        return !(certificate == authority) && !certificate.is_ca() &&
               certificate.is_issued_by(authority);
    });
}

bool contains(std::span<const Certificate> all, const Certificate& certificate) {
    return std::ranges::find(all, certificate) != all.end();
}

}  // namespace

Result<Assembled> assemble(const Certificate& leaf, std::span<const Certificate> pool,
                           const AssembleOptions& options) {
    if (pool.size() > pool_max)
        return fail(ErrorKind::invalid,
                    "putting a chain together: {} certificates; give only those of this chain",
                    pool.size());
    if (leaf.is_ca() && has_leaf_below(leaf, pool))
        return fail(ErrorKind::invalid,
                    "putting a chain together: «{}» is the certificate of the authority, not of "
                    "the server",
                    leaf.subject());
    Search search{leaf, pool, options};
    const auto& path = search.find();

    std::vector<Certificate> certificates;
    certificates.reserve(path.nodes.size());
    for (const auto node : path.nodes) certificates.push_back(*search.nodes()[node].certificate);
    std::optional<Certificate> root;
    if (path.ends_in_root) {
        root = certificates.back();
        if (certificates.size() > 1) certificates.pop_back();
    }
    TRY(auto chain, Chain::make(std::move(certificates)));
    Assembled assembled{.chain = std::move(chain), .root = std::move(root)};
    const auto& used = assembled.chain.certificates();
    assembled.is_root_known = assembled.root && search.nodes()[path.nodes.back()].is_known_root;
    if (!assembled.root)
        assembled.missing = MissingIssuer{used.back().issuer(), used.back().subject(),
                                          used.back().issuer_urls(), used.size() > 1};
    for (const auto& certificate : pool)
        if (!contains(used, certificate) && assembled.root != certificate &&
            !contains(assembled.unused, certificate))
            assembled.unused.push_back(certificate);
    return assembled;
}

std::vector<Certificate> find_leaves(std::span<const Certificate> bag) {
    std::vector<Certificate> leaves;
    for (const auto& certificate : bag)
        if (!certificate.is_ca() && !contains(leaves, certificate)) leaves.push_back(certificate);
    if (!leaves.empty()) return leaves;
    for (const auto& certificate : bag) {
        const bool issued_another = std::ranges::any_of(bag, [&](const Certificate& other) {
            return !(other == certificate) && other.is_issued_by(certificate);
        });
        if (!issued_another && certificate.is_self_signed() && !contains(leaves, certificate))
            leaves.push_back(certificate);
    }
    return leaves;
}

}  // namespace rhumb::pki
