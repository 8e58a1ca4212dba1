#pragma once
/// For tests of the validator: paths made by recipes, and verdicts in a word. Not for programs.

#include "pki/forge.h"
#include "pki/validate.h"

namespace rhumb::pki {

/// "good", or the id of the refusal.
inline std::string verdict(const Certificate& leaf, const Validation& validation) {
    const auto path = validate(leaf, validation);
    return path ? "good" : std::string{path.error().id};
}

/// A leaf, an intermediate and a root, made by the recipes.
struct Made {
    Certificate leaf;
    Validation validation;
};

inline Made make(const Recipe& leaf, const Recipe& middle = intermediate_recipe(),
                 const Recipe& top = root_recipe()) {
    const auto above = forge(top, nullptr);
    const auto issuer = forge(middle, &above);
    return {
        forge(leaf, &issuer).certificate,
        {.roots = {above.certificate}, .intermediates = {issuer.certificate}, .now = example_now}};
}

}  // namespace rhumb::pki
