#pragma once
/// What libldap hands out, read into values; what it wants, lent to it. Inside this module only.

#include <chrono>
#include <string>
#include <vector>

#include <ldap.h>

#include <sys/time.h>

#include "base/handle.h"
#include "ldap/search.h"

namespace rhumb::ldap {

using MessageHandle = Handle<LDAPMessage, ldap_msgfree>;

/// How an operation ended, with what the controls said.
struct Outcome {
    int code = 0;
    std::string said{};
    std::string cookie{};  ///< of the next page; "": there is none
    bool is_locked = false;
    bool is_expired = false;
    bool must_change = false;
};

/// The error: libldap's code for what makes no sense.
tl::expected<Outcome, int> read_outcome(LDAP* handle, LDAPMessage* message);
tl::expected<Entry, int> read_entry(LDAP* handle, LDAPMessage* message);

/// At least a millisecond: zero would mean not to wait.
timeval to_timeval(std::chrono::nanoseconds duration);

/// Names of attributes as libldap wants them; "1.1" (RFC 4511 section 4.5.1.8) for none.
class Attributes {
public:
    explicit Attributes(const std::vector<std::string>& names);
    char** get() const { return const_cast<char**>(pointers_.data()); }

private:
    std::vector<const char*> pointers_;
};

/// "So many at a time, and on from there" (RFC 2696). Nothing for a size of 0.
class PageControl {
public:
    PageControl(LDAP* handle, std::uint32_t size, std::string& cookie);
    LDAPControl** controls() { return control_ ? list_ : nullptr; }

private:
    Handle<LDAPControl, ldap_control_free> control_{nullptr};
    LDAPControl* list_[2]{};
};

}  // namespace rhumb::ldap
