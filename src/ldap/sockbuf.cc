#include "ldap/sockbuf.h"

#include <cerrno>

#include <lber.h>
#include <ldap.h>
#include <openldap.h>

namespace rhumb::ldap {

namespace {

/// Of one message. The largest is an entry of a group with all its members.
constexpr ber_len_t message_bytes_max = ber_len_t{8} << 20U;

Transport& transport_of(Sockbuf_IO_Desc* layer) {
    return *static_cast<Transport*>(layer->sbiod_pvt);
}

int set_up(Sockbuf_IO_Desc* layer, void* transport) {
    layer->sbiod_pvt = transport;
    return 0;
}

int remove(Sockbuf_IO_Desc* layer) {
    layer->sbiod_pvt = nullptr;
    return 0;
}

int control(Sockbuf_IO_Desc* layer, int option, void*) {
    if (option == LBER_SB_OPT_DATA_READY) return transport_of(layer).has_pending() ? 1 : 0;
    return option == LBER_SB_OPT_SET_NONBLOCK ? 1 : 0;
}

/// What libldap makes of the end: the server is gone.
ber_slen_t failed() {
    errno = ECONNRESET;
    return -1;
}

ber_slen_t read(Sockbuf_IO_Desc* layer, void* into, ber_len_t size) {
    const auto count = transport_of(layer).receive({static_cast<char*>(into), size});
    return count < 0 ? failed() : count;
}

ber_slen_t write(Sockbuf_IO_Desc* layer, void* bytes, ber_len_t size) {
    const bool is_sent = transport_of(layer).send({static_cast<const char*>(bytes), size});
    return is_sent ? static_cast<ber_slen_t>(size) : failed();
}

int close(Sockbuf_IO_Desc*) { return 0; }  // the transport closes its socket itself

/// libldap wants it to be changeable, and never changes it.
Sockbuf_IO layer{set_up, remove, control, read, write, close};

template <class T>
void set(LDAP* handle, int option, const T& value) {
    ldap_set_option(handle, option, &value);
}

}  // namespace

::ldap* make_handle(Transport& transport, const Server& server) {
    LDAP* handle = nullptr;
    const auto url = server.to_string();
    if (ldap_init_fd(transport.fd(), LDAP_PROTO_EXT, url.c_str(), &handle) != LDAP_SUCCESS)
        return nullptr;
    Sockbuf* bytes = nullptr;
    ldap_get_option(handle, LDAP_OPT_SOCKBUF, static_cast<void*>(&bytes));
    auto most = message_bytes_max;
    ber_sockbuf_ctrl(bytes, LBER_SB_OPT_SET_MAX_INCOMING, &most);
    ber_sockbuf_add_io(bytes, &layer, LBER_SBIOD_LEVEL_PROVIDER, &transport);
    // Each of these could come from ldap.conf or the environment.
    set(handle, LDAP_OPT_PROTOCOL_VERSION, int{LDAP_VERSION3});
    set(handle, LDAP_OPT_DEREF, int{LDAP_DEREF_NEVER});
    set(handle, LDAP_OPT_SIZELIMIT, int{LDAP_NO_LIMIT});
    set(handle, LDAP_OPT_TIMELIMIT, int{LDAP_NO_LIMIT});
    ldap_set_option(handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    ldap_set_option(handle, LDAP_OPT_RESTART, LDAP_OPT_ON);
    ldap_set_option(handle, LDAP_OPT_CONNECT_ASYNC, LDAP_OPT_OFF);
    ldap_set_option(handle, LDAP_OPT_TIMEOUT, nullptr);
    ldap_set_option(handle, LDAP_OPT_NETWORK_TIMEOUT, nullptr);
    ldap_set_option(handle, LDAP_OPT_SERVER_CONTROLS, nullptr);
    ldap_set_option(handle, LDAP_OPT_CLIENT_CONTROLS, nullptr);
    return handle;
}

}  // namespace rhumb::ldap
