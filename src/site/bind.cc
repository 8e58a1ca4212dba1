#include "site/bind.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include <fmt/ranges.h>

#include "base/text.h"
#include "config/write.h"

namespace rhumb::site {

namespace {

constexpr std::uint16_t https_port = 443;

using Certificates = std::vector<std::string>;

bool has(const Certificates& certificates, std::string_view name) {
    return std::ranges::any_of(certificates,
                               [&](const auto& one) { return text::iequals(one, name); });
}

void add(Certificates& to, const Certificates& names) {
    for (const auto& name : names)
        if (!has(to, name)) to.push_back(name);
}

Result<config::Site*> find_site(config::Document& document, const std::string& name) {
    if (document.sites.empty()) return fail(ErrorKind::not_found, "there is no site");
    if (name.empty()) return &document.sites.front();
    std::vector<std::string> known;
    for (auto& site : document.sites) {
        if (text::iequals(site.name, name)) return &site;
        known.push_back("«" + site.name + "»");
    }
    return fail(ErrorKind::not_found, "no site is called «{}»; there are: {}", name,
                text::join(known, ", "));
}

std::vector<config::Binding*> https_bindings(config::Site& site) {
    std::vector<config::Binding*> bindings;
    for (auto& binding : site.bindings)
        if (binding.https) bindings.push_back(&binding);
    return bindings;
}

bool is_meant(const config::Binding& binding, const BindingChoice& where) {
    return (!where.port || binding.port == *where.port) &&
           (!where.address || binding.address == *where.address);
}

/// The address as parse_binding() writes it.
Result<config::Binding> make_binding(const BindingChoice& where, std::uint16_t port) {
    const auto address = where.address.value_or("*");
    const bool is_ipv6 = address.find(':') != std::string::npos && !address.starts_with('[');
    return config::parse_binding(
        fmt::format("https://{}{}{}:{}", is_ipv6 ? "[" : "", address, is_ipv6 ? "]" : "", port));
}

/// A port has one speaker, also across sites.
Result<void> refuse_http(const config::Document& document, const config::Binding& wanted) {
    for (const auto& site : document.sites) {
        for (const auto& binding : site.bindings) {
            if (!binding.https && binding.port == wanted.port && binding.address == wanted.address)
                return fail(
                    ErrorKind::conflict,
                    "{} cannot have a certificate: the site «{}» speaks plain HTTP on port {}. Choose "
                    "another port, or change that binding first",
                    wanted.to_text(), site.name, wanted.port);
        }
    }
    return {};
}

/// The https bindings that are meant; one is made where there is none.
struct Meant {
    std::vector<config::Binding*> bindings;
    bool is_new = false;
    bool is_whole_site = false;  ///< all that the site has, so that its own list is the place
};

Result<Meant> find_or_make(config::Document& document, config::Site& site,
                           const BindingChoice& where) {
    Meant meant;
    for (auto* const binding : https_bindings(site))
        if (is_meant(*binding, where)) meant.bindings.push_back(binding);
    if (meant.bindings.empty()) {
        TRY(auto made, make_binding(where, where.port.value_or(https_port)));
        TRY_DONE(refuse_http(document, made));
        site.bindings.push_back(std::move(made));
        meant.bindings = {&site.bindings.back()};
        meant.is_new = true;
    }
    // A port of its own, once it is named, keeps its certificates to itself; unless it is the only
    // one.
    meant.is_whole_site = meant.bindings.size() == https_bindings(site).size();
    return meant;
}

/// What is bound now, or "auto" alone where that is to give way.
void put(Certificates& bound, const BindOrder& order) {
    const bool is_kept = order.beside && !(bound.size() == 1 && bound.front() == config::automatic);
    if (!is_kept) bound.clear();
    add(bound, order.certificates);
}

Rebound report(const config::Site& site, const Meant& meant) {
    Rebound rebound;
    rebound.site = site.name;
    rebound.is_new_binding = meant.is_new;
    for (const auto* const binding : meant.bindings) {
        rebound.bindings.push_back(*binding);
        rebound.bindings.back().certificates = site.certificates_of(*binding);
    }
    return rebound;
}

void add_host_names(config::Site& site, const std::vector<std::string>& names) {
    if (site.host_names.empty()) return;  // it answers them already
    for (const auto& name : names) {
        const auto lower = text::to_lower(name);
        if (std::ranges::find(site.host_names, lower) == site.host_names.end())
            site.host_names.push_back(lower);
    }
}

}  // namespace

Result<Rebound> bind_in(config::Document& document, const BindOrder& order) {
    if (order.certificates.empty()) return fail(ErrorKind::invalid, "no certificate is named");
    TRY(auto* const site, find_site(document, order.where.site));
    TRY(const auto meant, find_or_make(document, *site, order.where));
    if (meant.is_whole_site) {
        put(site->certificates, order);
        for (auto* const binding : meant.bindings) binding->certificates.clear();
    } else {
        for (auto* const binding : meant.bindings) {
            if (binding->certificates.empty() && order.beside)
                binding->certificates = site->certificates;
            put(binding->certificates, order);
        }
    }
    add_host_names(*site, order.host_names);
    return report(*site, meant);
}

namespace {

/// What is left without `name` ("": without any); "auto" where that is nothing.
Certificates without(const Certificates& bound, const std::string& name) {
    Certificates left;
    if (!name.empty())
        std::ranges::copy_if(bound, std::back_inserter(left),
                             [&](const auto& one) { return !text::iequals(one, name); });
    return left.empty() ? Certificates{std::string{config::automatic}} : left;
}

Result<void> remove_bindings(config::Site& site, const BindingChoice& where) {
    const auto count = std::erase_if(site.bindings, [&](const config::Binding& one) {
        return one.https && is_meant(one, where);
    });
    if (count == 0)
        return fail(ErrorKind::not_found, "the site «{}» has no https binding on port {}",
                    site.name, *where.port);
    if (site.bindings.empty())
        return fail(
            ErrorKind::conflict,
            "that is the last binding of the site «{}»: nobody could reach it. Remove the site "
            "instead, or give it another binding first",
            site.name);
    return {};
}

/// From the bindings that are meant, and from their site's own list when those are all of its
/// bindings; false when it was in none of them.
bool take_out(config::Site& site, const std::string& certificate, const Meant& meant) {
    const auto bound = site.certificates;
    bool is_found = false;
    if (meant.is_whole_site) {
        site.certificates = without(bound, certificate);
        is_found = site.certificates != bound;
    }
    for (auto* const binding : meant.bindings) {
        const auto& own = binding->certificates;
        if (meant.is_whole_site && own.empty()) continue;
        const auto& shown = own.empty() ? bound : own;
        auto left = without(shown, certificate);
        if (left == shown) continue;
        is_found = true;
        binding->certificates = left == site.certificates ? Certificates{} : std::move(left);
    }
    return is_found;
}

}  // namespace

Result<Rebound> unbind_in(config::Document& document, const UnbindOrder& order) {
    if (order.with_binding && !order.where.port)
        return fail(ErrorKind::invalid, "a binding is taken away by its port: name one");
    TRY(auto* const site, find_site(document, order.where.site));
    if (order.with_binding) {
        TRY_DONE(remove_bindings(*site, order.where));
        return report(*site, {});
    }
    Meant meant;
    for (auto* const binding : https_bindings(*site))
        if (is_meant(*binding, order.where)) meant.bindings.push_back(binding);
    if (meant.bindings.empty())
        return fail(ErrorKind::not_found, "the site «{}» has no such https binding", site->name);
    meant.is_whole_site = meant.bindings.size() == https_bindings(*site).size();
    if (!take_out(*site, order.certificate, meant))
        return fail(ErrorKind::not_found,
                    "{} not bound there by name; `rhumb cert status` tells what is",
                    order.certificate.empty() ? "a certificate is"
                                              : fmt::format("«{}» is", order.certificate));
    return report(*site, meant);
}

namespace {

/// The lines of the site's table that say what is bound, for those who edit a file.
std::string lines_of(const config::Document& document, const std::string& site_name) {
    const auto site = std::ranges::find(document.sites, site_name, &config::Site::name);
    config::Document only;
    only.sites = {*site};
    std::string lines;
    const auto text = config::to_toml(only);
    for (const auto line : text::split(text, '\n'))
        for (const auto* key : {"host_names = ", "bindings = ", "certificate = "})
            if (line.starts_with(key)) lines.append("\n    ").append(line);
    return lines;
}

/// One edit of the home, or what to write where the home is a file.
Result<Rebound> edit_home(Home& home, const Change& change,
                          const std::function<Result<Rebound>(config::Document&)>& edit) {
    if (home.is_file()) {
        TRY(auto current, home.current());
        TRY(const auto wanted, edit(current.document));
        TRY_DONE(Home::check(config::to_toml(current.document), "the new configuration"));
        return fail(
            ErrorKind::conflict,
            "the configuration is the file {}: it is changed there. Write into the [[site]] table of "
            "«{}» instead of the lines that begin alike:{}",
            home.name(), wanted.site, lines_of(current.document, wanted.site));
    }
    Rebound rebound;
    TRY(const auto before, home.current());
    TRY(const auto revision, home.edit(
                                 [&](config::Document& document) -> Result<void> {
                                     TRY(rebound, edit(document));
                                     return {};
                                 },
                                 change));
    rebound.revision = revision == before.revision ? 0 : revision;
    return rebound;
}

}  // namespace

Result<Rebound> bind(Home& home, const BindOrder& order, const std::vector<std::string>& known,
                     const Change& change) {
    for (const auto& name : order.certificates)
        if (name != config::automatic && !has(known, name))
            return fail(ErrorKind::not_found, "no certificate is called «{}»; there {}", name,
                        known.empty() ? "is none yet" : "are: " + text::join(known, ", "));
    return edit_home(home, change, [&](auto& document) { return bind_in(document, order); });
}

Result<Rebound> unbind(Home& home, const UnbindOrder& order, const Change& change) {
    return edit_home(home, change, [&](auto& document) { return unbind_in(document, order); });
}

}  // namespace rhumb::site
