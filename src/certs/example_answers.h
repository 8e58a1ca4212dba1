#pragma once
/// For tests: an authority outside of this installation that answers requests.

#include <string>
#include <vector>

#include "certs/requests.h"
#include "pki/bag.h"
#include "pki/example.h"
#include "pki/issue.h"

namespace rhumb::certs {

/// A root, an intermediate and a second intermediate below that.
struct OutsideAuthority {
    struct Wish {
        std::vector<std::string> names{};  ///< none: those of the request
        Seconds now = pki::example_now;
        std::chrono::seconds lifetime = std::chrono::days{90};
        std::string issuer_url{};
    };

    pki::Key root_key = *pki::Key::generate(pki::KeyType::ec_p256);
    pki::Certificate root =
        *pki::issue_self_signed(authority("Outside root", pki::Usage::root), root_key);
    pki::Key middle_key = *pki::Key::generate(pki::KeyType::ec_p256);
    pki::Certificate middle = *pki::issue(authority("Outside issuer", pki::Usage::intermediate),
                                          middle_key.public_key(), {root, root_key});

    pki::Certificate sign(const pki::PublicKey& key, const Wish& wish) const {
        auto options = authority("", pki::Usage::server);
        options.names = pki::example_names(wish.names);
        options.now = wish.now;
        options.lifetime = wish.lifetime;
        options.issuer_url = wish.issuer_url;
        return *pki::issue(options, key, {middle, middle_key});
    }
    pki::Certificate answer(const RequestEntry& entry) const { return answer(entry, Wish()); }
    pki::Certificate answer(const RequestEntry& entry, Wish wish) const {
        if (wish.names.empty()) wish.names = entry.record.names;
        return sign(entry.request->public_key(), wish);
    }

private:
    static pki::IssueOptions authority(std::string name, pki::Usage usage) {
        pki::IssueOptions options;
        options.usage = usage;
        options.common_name = std::move(name);
        options.now = pki::example_now - std::chrono::days{900};
        options.lifetime = std::chrono::days{3000};
        return options;
    }
};

/// Files of an answer; they and their copies keep the bytes.
class ExampleFiles {
public:
    ExampleFiles() = default;
    ExampleFiles(std::initializer_list<pki::Certificate> certificates) {
        std::string pem;
        for (const auto& certificate : certificates) pem += certificate.to_pem();
        add("answer.pem", std::move(pem));
    }
    ExampleFiles& add(std::string name, std::string bytes) {
        bytes_.push_back(std::make_shared<const std::string>(std::move(bytes)));
        files_.push_back({std::move(name), *bytes_.back()});
        return *this;
    }
    // NOLINTNEXTLINE(google-explicit-constructor): so that tests read well
    operator std::vector<pki::BagFile>() const { return files_; }

private:
    std::vector<std::shared_ptr<const std::string>> bytes_;
    std::vector<pki::BagFile> files_;
};

inline std::string to_text(const crypto::Secret& secret) { return std::string{secret.view()}; }

}  // namespace rhumb::certs
