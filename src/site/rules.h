#pragma once
/// The statements of a site, out of the document: its own, those of its locations, of folders,
/// services and layers below its catalogue, and what is built in.

#include <functional>

#include "config/document.h"
#include "policy/rules.h"

namespace rhumb::site {

/// `is_file` says which locations are one file on disk (site/inheritance.h has one that looks).
///
/// Built in: the page `/trust` is open to anyone and in the clear, and asks for no certificate,
/// unless its location says otherwise. And where a rule above them demands a person, the pages for
/// signing in and the token service stay open: nobody could become that person else.
policy::Rules rules_of(const config::Document& document, const config::Site& site,
                       const std::function<bool(const config::Location&)>& is_file);

}  // namespace rhumb::site
