#include "pki/path_rules.h"

#include <algorithm>

#include <openssl/objects.h>
#include <openssl/x509_vfy.h>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/constraint_rules.h"
#include "pki/native.h"

namespace rhumb::pki {

namespace {

using Found = std::optional<PathFault>;

/// An authority's path length counts the intermediates below it, but those that are issued by
/// themselves.
Found check_lengths(const PathFacts& path) {
    int below = 0;
    for (std::size_t at = 1; at < path.size(); ++at) {
        const auto limit = path[at]->basic ? path[at]->basic->path_length : std::nullopt;
        if (limit && below > *limit)
            return PathFault{
                at,
                {"path.length",
                 fmt::format("{} authorities follow below it, and its path length permits {}",
                             below, *limit)}};
        if (!path[at]->is_self_issued) ++below;
    }
    return std::nullopt;
}

Found check_constraints(const PathFacts& path, Strictness strictness, std::size_t& budget) {
    for (std::size_t above = path.size(); above-- > 0;) {
        const auto& subtrees = path[above]->constraints;
        if (!subtrees || !path[above]->is_ca()) continue;
        if (auto fault = fault_of_subtrees(*subtrees, strictness)) return PathFault{above, *fault};
        for (std::size_t at = above; at-- > 0;) {
            if (path[at]->is_self_issued && at != 0) continue;
            if (auto fault = fault_under(*subtrees, *path[at], budget))
                return PathFault{at, *fault};
        }
    }
    return std::nullopt;
}

Found check_key_ids(const PathFacts& path) {
    for (std::size_t at = 0; at + 1 < path.size(); ++at) {
        const auto& wanted = path[at]->authority_key;
        const auto& offered = path[at + 1]->subject_key_id;
        if (wanted && wanted->key_id && offered && *wanted->key_id != *offered)
            return PathFault{
                at,
                {"key-id.differs",
                 "its authority key identifier is not the subject key identifier of its issuer"}};
    }
    return std::nullopt;
}

/// The tree of policies is OpenSSL's work; it matters only where an authority demands or forbids
/// policies.
Found check_policies(const PathFacts& path) {
    const auto has_demands = [](const Facts* facts) {
        return facts->has_extension(NID_policy_constraints) ||
               facts->has_extension(NID_inhibit_any_policy) ||
               facts->has_extension(NID_policy_mappings);
    };
    if (std::ranges::none_of(path, has_demands)) return std::nullopt;
    using Stack = Handle<STACK_OF(X509), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }>;
    const Fault unclear{"policy.violated", "there is no memory left to check its policies"};
    const Stack stack{sk_X509_new_null()};
    for (const auto* facts : path)
        if (!stack || sk_X509_push(stack.get(), Native::get(facts->certificate)) <= 0)
            return PathFault{0, unclear};
    // Any policy will do for us; that must be said, or none would.
    using Objects = Handle<STACK_OF(ASN1_OBJECT),
                           [](STACK_OF(ASN1_OBJECT) * objects) { sk_ASN1_OBJECT_free(objects); }>;
    const Objects wanted{sk_ASN1_OBJECT_new_null()};
    if (!wanted || sk_ASN1_OBJECT_push(wanted.get(), OBJ_nid2obj(NID_any_policy)) <= 0)
        return PathFault{0, unclear};
    X509_POLICY_TREE* tree = nullptr;
    int is_explicit = 0;
    const int verdict = X509_policy_check(&tree, &is_explicit, stack.get(), wanted.get(), 0);
    X509_policy_tree_free(tree);
    crypto::take_openssl_reasons();
    if (verdict == X509_PCY_TREE_VALID || verdict == X509_PCY_TREE_EMPTY) return std::nullopt;
    return PathFault{
        0,
        {"policy.violated", "the policies that the authorities above it demand do not lead to it"}};
}

}  // namespace

std::optional<PathFault> path_fault(const PathFacts& path, Strictness strictness,
                                    std::size_t& budget) {
    if (auto found = check_lengths(path)) return found;
    if (auto found = check_constraints(path, strictness, budget)) return found;
    if (auto found = check_policies(path)) return found;
    return strictness == Strictness::letter ? check_key_ids(path) : std::nullopt;
}

}  // namespace rhumb::pki
