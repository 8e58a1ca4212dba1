#pragma once
/// Judges a page: logins in the clear, forms and parts that a browser blocks or loads in the clear.
/// Pure.

#include <span>
#include <string>
#include <vector>

#include "doctor/finding.h"
#include "doctor/page_reader.h"
#include "fetch/url.h"

namespace rhumb::doctor {

struct PageContext {
    std::string about{};    ///< of the findings
    fetch::Url url{};       ///< where the page was found, after redirects
    bool upgrades = false;  ///< its Content-Security-Policy has upgrade-insecure-requests
    fetch::Url target{};    ///< where clients begin: what is inner is held against that
};

std::span<const Rule> page_rules();
std::vector<Finding> judge_page(const Page& page, const PageContext& context);

/// "http://a.example/x.js, http://a.example/y.js and 3 more".
std::string some_of(std::span<const std::string> texts);

}  // namespace rhumb::doctor
