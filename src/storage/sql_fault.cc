#include "storage/sql_fault.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace rhumb::storage {

namespace {

using Step = SqlFault::Step;

struct Meaning {
    std::string_view sign;  // of a SQLSTATE its beginning, of a text a part of it
    Step step;
    std::string_view said;
    std::string_view remedy;
};

// Class and condition codes of the SQL standard, PostgreSQL's and ODBC's.
constexpr std::array states{
    Meaning{"28", Step::login, "it does not let this user in, or the password is wrong",
            "compare `user` and the password there (`rhumb secret set`)"},
    Meaning{"3D000", Step::database, "there is no such database", "correct `database`"},
    Meaning{"53300", Step::busy, "it takes no more connections",
            "lower `connections`, or allow more there"},
    Meaning{"53", Step::busy, "it has run out of something (connections, memory, disk)",
            "look at its log"},
    Meaning{"57014", Step::time, "it needed longer than the time limit",
            "look at its load and its locks, give the table an index, or raise "
            "`time_limit_seconds`"},
    Meaning{"55P03", Step::time, "a lock was held for longer than the time limit",
            "see there who holds it"},
    Meaning{"57P03", Step::busy, "it is starting or stopping", "wait a moment"},
    Meaning{"57P", Step::gone, "it ended the connection", "see there whether it is running"},
    Meaning{"08", Step::gone, "the connection broke", "see there whether it is running"},
    Meaning{"42501", Step::permission, "this user may not do that there",
            "grant it the right to it"},
    Meaning{"25006", Step::permission, "the database takes no changes (read only)",
            "name the server that is written to; queries of yours may only read"},
    Meaning{"42P01", Step::missing, "a table is missing", "make it, or correct the query"},
    Meaning{"42S02", Step::missing, "a table is missing", "make it, or correct the query"},
    Meaning{"3F000", Step::missing, "the schema is missing", "make it, or correct `schema`"},
    Meaning{"42703", Step::missing, "a column is missing", "correct the query"},
    Meaning{"42S22", Step::missing, "a column is missing", "correct the query"},
    Meaning{"23", Step::conflict, "that contradicts what is there", "look at what is there"},
    Meaning{"42S01", Step::conflict, "that is there already", "look at what is there"},
    Meaning{"HYT", Step::time, "it needed longer than the time limit",
            "see there whether it is running, and its load"},
    Meaning{"IM002", Step::machine, "the ODBC driver is not installed here",
            "install it, and name it in `odbc_driver` as /etc/odbcinst.ini does"},
    Meaning{"01000", Step::machine, "the ODBC driver cannot be loaded",
            "install it, and compare /etc/odbcinst.ini"},
    Meaning{"42", Step::statement, "it does not understand the statement", "correct the query"},
    Meaning{"22", Step::statement, "a value does not fit", "compare the types of the columns"},
};

// For what comes without a state: connecting. In lower case.
constexpr std::array texts{
    Meaning{"could not translate host name", Step::name, "its name is not found",
            "correct `host`, or the resolver of this machine"},
    Meaning{"root certificate file", Step::machine, "the file with the roots cannot be read",
            "correct `roots_file`"},
    Meaning{"certificate has expired", Step::certificate, "its certificate has expired",
            "renew it there"},
    Meaning{"does not match host name", Step::certificate, "its certificate is for another name",
            "name it as its certificate does"},
    Meaning{"certificate verify failed", Step::certificate,
            "its certificate is not trusted, or not valid now",
            "name the root that signed it in `roots_file`, and see there that it has not expired"},
    Meaning{"certificate", Step::certificate, "its certificate is not trusted",
            "name the root that signed it in `roots_file`"},
    Meaning{"does not support ssl", Step::tls, "it speaks no TLS", "switch TLS on there"},
    Meaning{"ssl", Step::tls, "no TLS came about with it", "see there that TLS 1.2 or newer is on"},
    Meaning{"password authentication failed", Step::login, "the user or the password is wrong",
            "compare `user` and the password there (`rhumb secret set`)"},
    Meaning{"no password supplied", Step::login, "it asks for a password",
            "name one in `password_from`"},
    Meaning{"login failed", Step::login, "the user or the password is wrong",
            "compare `user` and the password there (`rhumb secret set`)"},
    Meaning{"no pg_hba.conf entry", Step::login,
            "its rules (pg_hba.conf) do not let this user in from here", "add a line for it there"},
    Meaning{"does not exist", Step::database, "there is no such database or user",
            "correct `database` and `user`"},
    Meaning{"too many clients", Step::busy, "it takes no more connections",
            "lower `connections`, or allow more there"},
    Meaning{"too many connections", Step::busy, "it takes no more connections",
            "lower `connections`, or allow more there"},
    Meaning{"remaining connection slots", Step::busy, "it takes no more connections",
            "lower `connections`, or allow more there"},
    Meaning{"starting up", Step::busy, "it is starting", "wait a moment"},
    Meaning{"shutting down", Step::busy, "it is stopping", "wait a moment"},
    Meaning{"refused", Step::port, "nobody listens there",
            "see that it runs, and correct `host` and `port`"},
    Meaning{"timeout expired", Step::port, "it does not answer",
            "see that it runs, and that no firewall stands between"},
    Meaning{"no such file", Step::port, "nobody listens there",
            "see that it runs, and correct `host` and `port`"},
    Meaning{"no route to host", Step::port, "no way leads there",
            "see that no firewall stands between"},
    Meaning{"server closed the connection", Step::gone, "the connection broke",
            "see there whether it is running"},
    Meaning{"connection", Step::gone, "the connection broke", "see there whether it is running"},
};

bool has_state(std::string_view state) {
    return !text::trim(state).empty() && state != "HY000" && state != "08001" && state != "08006";
}

SqlFault with(const Meaning& meaning, std::string_view text) {
    return {meaning.step, fmt::format("{} [{}]", meaning.said, in_one_line(text)),
            std::string{meaning.remedy}};
}

}  // namespace

std::string SqlPlace::label() const {
    const auto at = port == 0 ? host : fmt::format("{}:{}", host, port);
    return fmt::format("the database {} at {}", database, at);
}

std::string in_one_line(std::string_view text) {
    constexpr std::size_t bytes_max = 300;
    std::string line;
    for (const char c : text::trim(text).substr(0, bytes_max)) {
        if (c == '\n' || c == '\r') break;
        const auto byte = static_cast<unsigned char>(c);
        line += byte < 0x20 || byte == 0x7F ? ' ' : c;
    }
    while (!line.empty() && !text::is_utf8(line)) {
        const auto wrong = std::ranges::find_if(
            line, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
        line.erase(wrong, line.end());
    }
    return line;
}

SqlFault to_fault(const SqlPlace& place, std::string_view state, std::string_view text) {
    // A password never stands in such a text; should it one day, it goes no further.
    const bool tells =
        place.password.size() > 3 && text.find(place.password.view()) != std::string_view::npos;
    const auto shown = tells ? std::string_view{"…"} : text;
    if (has_state(state))
        for (const auto& meaning : states)
            if (state.starts_with(meaning.sign)) return with(meaning, shown);
    const auto lower = text::to_lower(text);
    for (const auto& meaning : texts)
        if (lower.find(meaning.sign) != std::string::npos) return with(meaning, shown);
    return with({"", Step::gone, "it failed", "look at its log"}, shown);
}

Error to_error(const SqlPlace& place, const SqlFault& fault) {
    return {fault.step == Step::conflict ? ErrorKind::conflict : ErrorKind::unavailable,
            fault.remedy.empty()
                ? fmt::format("{}: {}", place.label(), fault.said)
                : fmt::format("{}: {}. Remedy: {}", place.label(), fault.said, fault.remedy)};
}

}  // namespace rhumb::storage
