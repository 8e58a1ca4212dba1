#pragma once
/// What comes out of an examination.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "doctor/finding.h"

namespace rhumb::doctor {

/// What one kind of client says of the server's certificate.
struct ClientVerdict {
    std::string kind{};    ///< "public", "system", "nss", "java", "file"
    std::string client{};  ///< for a person: "Chromium, /home/ann/.pki/nssdb"
    bool accepts = false;
    std::string refusal{};   ///< pki::Refusal's id; "" when it accepts
    std::string sentence{};  ///< why it refuses; "" when it accepts

    bool operator==(const ClientVerdict&) const = default;
};

/// Something that was seen, in words: "certificate: CN=…, until 2027-01-01".
struct Seen {
    std::string what;
    std::string value;

    bool operator==(const Seen&) const = default;
};

/// One thing that was examined: a server behind one URL, or this installation.
struct Diagnosis {
    std::string about{};  ///< "https://gis.example.org:8443", "this installation"
    std::vector<Seen> seen{};
    std::vector<ClientVerdict> clients{};
    std::vector<Finding> findings{};        ///< put_in_order() once all is done
    std::vector<std::string> passed{};      ///< what was looked at and is well, a sentence each
    std::vector<std::string> unfinished{};  ///< what could not be looked at, and why
    std::chrono::milliseconds took{0};

    void find(Finding finding) { findings.push_back(std::move(finding)); }
    void pass(std::string sentence) { passed.push_back(std::move(sentence)); }
    void leave(std::string sentence) { unfinished.push_back(std::move(sentence)); }
};

}  // namespace rhumb::doctor
