#include "ldap/message.h"

#include <algorithm>

#include <lber.h>

#include "base/text.h"

namespace rhumb::ldap {

namespace {

using TextHandle = Handle<char, ldap_memfree>;
using ControlsHandle = Handle<LDAPControl*, ldap_controls_free>;
using ValuesHandle = Handle<berval*, ldap_value_free_len>;

void free_element(BerElement* element) { ber_free(element, 0); }
using ElementHandle = Handle<BerElement, free_element>;

/// Of one entry: more is no entry that anybody made on purpose.
constexpr std::size_t attributes_max = 200;
constexpr std::size_t cookie_bytes_max = 64 << 10;

void read_page(LDAP* handle, LDAPControl* control, Outcome& outcome) {
    ber_int_t estimate = 0;
    berval cookie{0, nullptr};
    if (ldap_parse_pageresponse_control(handle, control, &estimate, &cookie) != LDAP_SUCCESS)
        return;
    const TextHandle owned{cookie.bv_val};
    if (cookie.bv_len <= cookie_bytes_max && cookie.bv_val != nullptr)
        outcome.cookie.assign(cookie.bv_val, cookie.bv_len);
}

void read_policy(LDAP* handle, LDAPControl* control, Outcome& outcome) {
    ber_int_t expires = 0;
    ber_int_t grace = 0;
    LDAPPasswordPolicyError error = PP_noError;
    if (ldap_parse_passwordpolicy_control(handle, control, &expires, &grace, &error) !=
        LDAP_SUCCESS)
        return;
    outcome.is_locked = error == PP_accountLocked;
    outcome.is_expired = error == PP_passwordExpired;
    outcome.must_change = error == PP_changeAfterReset;
}

}  // namespace

tl::expected<Outcome, int> read_outcome(LDAP* handle, LDAPMessage* message) {
    char* said = nullptr;
    LDAPControl** raw_controls = nullptr;
    Outcome outcome;
    const int read = ldap_parse_result(handle, message, &outcome.code, nullptr, &said, nullptr,
                                       &raw_controls, 0);
    const TextHandle said_owned{said};
    const ControlsHandle controls{raw_controls};
    if (read != LDAP_SUCCESS) return tl::unexpected(read);
    if (said != nullptr) outcome.said = made_harmless(said);
    if (auto* const page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, raw_controls, nullptr))
        read_page(handle, page, outcome);
    if (auto* const policy =
            ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, raw_controls, nullptr))
        read_policy(handle, policy, outcome);
    return outcome;
}

tl::expected<Entry, int> read_entry(LDAP* handle, LDAPMessage* message) {
    const TextHandle name{ldap_get_dn(handle, message)};
    if (!name) return tl::unexpected(LDAP_DECODING_ERROR);
    Entry entry;
    entry.name = name.get();
    BerElement* raw = nullptr;
    TextHandle attribute{ldap_first_attribute(handle, message, &raw)};
    const ElementHandle place{raw};
    while (attribute) {
        if (entry.values.size() == attributes_max) return tl::unexpected(LDAP_DECODING_ERROR);
        const ValuesHandle values{ldap_get_values_len(handle, message, attribute.get())};
        auto& into = entry.values[text::to_lower(attribute.get())];
        for (auto* const* one = values.get(); one != nullptr && *one != nullptr; ++one)
            into.emplace_back((*one)->bv_val, (*one)->bv_len);
        attribute.reset(ldap_next_attribute(handle, message, place.get()));
    }
    return entry;
}

timeval to_timeval(std::chrono::nanoseconds duration) {
    const auto micros = std::max(std::chrono::ceil<std::chrono::microseconds>(duration),
                                 std::chrono::microseconds{1000});
    return {micros.count() / 1'000'000, micros.count() % 1'000'000};
}

Attributes::Attributes(const std::vector<std::string>& names) {
    for (const auto& name : names) pointers_.push_back(name.c_str());
    if (names.empty()) pointers_.push_back(LDAP_NO_ATTRS);
    pointers_.push_back(nullptr);
}

PageControl::PageControl(LDAP* handle, std::uint32_t size, std::string& cookie) {
    if (size == 0) return;
    berval from{cookie.size(), cookie.data()};
    LDAPControl* raw = nullptr;
    // Not critical: a directory that knows no pages gives all at once.
    if (ldap_create_page_control(handle, static_cast<ber_int_t>(size),
                                 cookie.empty() ? nullptr : &from, 0, &raw) != LDAP_SUCCESS)
        return;
    control_.reset(raw);
    list_[0] = raw;
}

}  // namespace rhumb::ldap
