#pragma once
/// Custom providers: users and roles that a program of somebody else keeps, asked by the contract
/// of docs/providers.md. How questions get there is a Transport's matter.

#include <memory>
#include <string>

#include "providers/custom_messages.h"
#include "providers/provider.h"

namespace rhumb::providers {

/// Why a question was not answered.
struct NoAnswer {
    std::string step{};    ///< where it went wrong: "certificate of users.example.org"
    std::string said{};    ///< in plain words
    std::string remedy{};  ///< what to do about it
};

/// The way to a custom provider. Any thread at once; ask() blocks for at most the provider's time
/// limit.
class Transport {
public:
    virtual ~Transport() = default;

    /// The text of the answer, whatever it says.
    virtual tl::expected<std::string, NoAnswer> ask(const custom::Question& question) = 0;
    /// What an answer has shown to be good, for people.
    virtual std::vector<ConnectionTest::Step> good_steps() const = 0;
    /// The same way anew, with nothing kept.
    virtual std::unique_ptr<Transport> anew() const = 0;
};

/// `surroundings` outlive it.
std::unique_ptr<Provider> make_custom_provider(const config::Provider& provider,
                                               std::unique_ptr<Transport> transport,
                                               const Surroundings& surroundings);

}  // namespace rhumb::providers
