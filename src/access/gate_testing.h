#pragma once
/// For tests: a gate over a store of its own, with users, tokens and sessions, and requests without
/// a network.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "access/client_certificates.h"
#include "access/cookies.h"
#include "access/gate.h"
#include "crypto/random.h"
#include "http/target.h"
#include "identity/example.h"
#include "net/testing.h"

namespace rhumb::access {

/// Gives the verdict that the test wants.
class ToldCertificates final : public ClientCertificates {
public:
    CertificateVerdict verdict{};
    net::Sure<CertificateVerdict> judge(const http::Request&,
                                        config::ClientCertificate) const override {
        co_return verdict;
    }
};

/// A request as it is told to be.
struct Asked {
    std::string target = "/";
    bool is_secure = true;
    std::string method = "GET";
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string form{};  ///< sent with POST
    std::string ip = "198.51.100.7";
};

/// What came of it.
struct Told {
    int status = 200;  ///< 200 without a refusal: let in
    int substatus = 0;
    bool is_let_in = false;
    bool is_personal = false;
    std::string user{};  ///< "": nobody
    http::Headers headers{};
    std::string body{};

    std::string header(std::string_view name) const {
        return std::string{headers.find(name).value_or("")};
    }
};

class GateWithUsers : public identity::UsersAndRoles {
protected:
    GateWithUsers()
        : seal_{*crypto::Seal::make(*crypto::random_secret(crypto::Seal::key_size))},
          people_{*users_, *roles_, clock_},
          sign_ins_{people_, *store_, seal_, clock_, log_},
          tokens_{*identity::Tokens::open(*store_, seal_, clock_)},
          sessions_{*identity::Sessions::open(*store_, clock_)} {}

    /// Site-wide rule first; then path → list.
    void allow(std::vector<std::pair<std::string, config::AllowList>> lists,
               config::ClientCertificate certificate = config::ClientCertificate::ignore) {
        policy::Statement of_site{.path = "/",
                                  .require_https = config::RequireHttps::no,
                                  .client_certificate = certificate,
                                  .allow = config::AllowList{{}}};
        std::vector<policy::Statement> statements = more_;
        for (auto& [path, list] : lists) {
            if (path == "/")
                of_site.allow = std::move(list);
            else
                statements.push_back({.path = path,
                                      .ignores_case = path.starts_with("/arcgis"),
                                      .allow = std::move(list)});
        }
        surroundings_ = std::make_unique<Surroundings>(
            policy::Rules{std::move(of_site), std::move(statements)},
            TrustedProxies{{"10.0.0.0/8"}},
            [](const http::Request& request) { return "https://gis.test" + request.target(); });
    }

    std::string token_of(std::string_view user, const identity::TokenBinding& binding = {},
                         std::chrono::seconds lifetime = std::chrono::hours{1}) {
        const auto issued = tokens_->issue(user, binding, lifetime, actor_);
        EXPECT_TRUE(issued) << issued.error().message;
        return issued->text;
    }
    identity::Sessions::Begun session_of(std::string_view user) {
        auto begun = sessions_->begin(user, "198.51.100.7", "a browser");
        EXPECT_TRUE(begun) << begun.error().message;
        return *std::move(begun);
    }

    class WholeBody final : public http::RequestBody {
    public:
        explicit WholeBody(std::string text) : text_{std::move(text)} {}
        net::Task<std::string_view> read() override {
            if (std::exchange(is_read_, true)) co_return std::string_view{};
            co_return std::string_view{text_};
        }

    private:
        std::string text_;
        bool is_read_ = false;
    };

    Told ask(const Asked& asked, std::optional<Place> place = {}) {
        http::Channel channel;
        channel.is_secure = asked.is_secure;
        channel.remote.ip = asked.ip;
        WholeBody body{asked.form};
        http::Request request;
        request.channel = &channel;
        request.body = &body;
        request.method = http::to_method(asked.method);
        request.method_name = asked.method;
        for (const auto& [name, value] : asked.headers) request.headers.add(name, value);
        EXPECT_TRUE(http::apply_target(request, asked.target, "gis.test"));
        if (!place) place = Place{.is_gis = request.path.starts_with("/arcgis")};
        Gate gate{parts_, certificates_};
        Told told;
        if (Gate::passes(request, *surroundings_, *place)) {
            told.is_let_in = true;
            return told;
        }
        auto judgement = net::run_to_end(gate.judge(request, *surroundings_, *place));
        told.is_personal = judgement.is_personal;
        told.is_let_in = !judgement.refusal;
        if (request.caller) told.user = request.caller->user;
        sight_ = request.sight;
        if (!judgement.refusal) return told;
        told.status = judgement.refusal->status;
        told.substatus = judgement.refusal->substatus;
        told.headers = judgement.refusal->headers;
        if (const auto* text = std::get_if<std::string>(&judgement.refusal->body))
            told.body = *text;
        return told;
    }

    crypto::Seal seal_;
    observe::Log log_ = observe::Log::to_nowhere();
    identity::People people_;
    identity::SignIns sign_ins_;
    std::unique_ptr<identity::Tokens> tokens_;
    std::unique_ptr<identity::Sessions> sessions_;
    ToldCertificates certificates_;
    std::vector<policy::Statement> more_{};  ///< for allow()
    std::unique_ptr<Surroundings> surroundings_;
    std::shared_ptr<const http::Sight> sight_;
    net::Pool pool_{1, 16};
    net::Pool people_pool_{1, 16};
    identity::LocalAdministrators locals_{*users_, *roles_};
    std::shared_ptr<identity::BrowserSignIn> browser_sign_in_;
    Parts parts_{
        people_,
        sign_ins_,
        *tokens_,
        *sessions_,
        *store_,
        seal_,
        pool_,
        pool_,
        people_pool_,
        people_pool_,
        std::make_shared<Snapshot<config::Security>>(std::make_shared<const config::Security>()),
        clock_,
        log_,
        locals_,
        [this] { return browser_sign_in_; }};
};

}  // namespace rhumb::access
