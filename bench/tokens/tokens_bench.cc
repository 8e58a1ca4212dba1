/// What tokens cost in processor time: a look at one, on one thread and on several, with many
/// revocations; making one, sealed alone and with its entry in the store.
///
///   tokens_bench [options of Google Benchmark]
///
/// jwt_bench.cc has a peer: JSON Web Tokens under HMAC-SHA-256, by libjwt. The floor is what
/// OpenSSL takes for AES-256-GCM over as many bytes, or for one HMAC-SHA-256.

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "crypto/random.h"
#include "identity/token_format.h"
#include "identity/tokens.h"
#include "storage/tokens.h"

namespace {

using namespace rhumb;

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "tokens_bench: %s\n", result.error().message.c_str());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// A store with tokens, in a directory that is gone with it.
struct Desk {
    Desk() {
        auto pattern = (std::filesystem::temp_directory_path() / "rhumb-bench-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) std::exit(1);
        directory = pattern;
        store = std::make_unique<storage::Store>(must(storage::Store::open(directory)));
        tokens = must(identity::Tokens::open(*store, seal, clock));
    }
    ~Desk() {
        tokens.reset();
        store.reset();
        std::error_code ignored;
        std::filesystem::remove_all(directory, ignored);
    }

    identity::IssuedToken issue(const identity::TokenBinding& binding = {}) {
        return must(tokens->issue("ann", binding, std::chrono::minutes{60}, actor));
    }

    std::filesystem::path directory;
    SystemClock clock;
    crypto::Seal seal = must(crypto::Seal::make(must(crypto::random_secret(32))));
    observe::Actor actor{"bench", "bench"};
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<identity::Tokens> tokens;
};

Desk& desk() {
    static Desk only;
    return only;
}

using Kind = identity::TokenBinding::Kind;

void check(benchmark::State& state) {
    const auto token = desk().issue();
    for (auto _ : state) {
        const auto check = desk().tokens->check(token.text, {});
        if (!check.is_good()) state.SkipWithError("refused");
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(check);
BENCHMARK(check)->Threads(2)->UseRealTime();

void check_for_a_referer(benchmark::State& state) {
    const auto token = desk().issue({Kind::referer, "https://maps.example.org/viewer"});
    for (auto _ : state) {
        const auto check =
            desk().tokens->check(token.text, {.referer = "https://maps.example.org/viewer/?a=b"});
        if (!check.is_good()) state.SkipWithError("refused");
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(check_for_a_referer);

void check_beside_10000_revocations(benchmark::State& state) {
    static Desk own;
    must(own.store->transact([&](storage::Transaction& transaction) -> Result<void> {
        for (int i = 0; i < 10'000; ++i)
            TRY_DONE(storage::add_token_revocation(
                transaction, {.kind = i % 2 == 0 ? storage::TokenRevocation::Kind::token
                                                 : storage::TokenRevocation::Kind::user,
                              .subject = fmt::format("{:016x}", i),
                              .ends = own.clock.now() + std::chrono::hours{1}}));
        return {};
    }));
    must(own.tokens->reload());
    const auto token = own.issue();
    for (auto _ : state) {
        const auto check = own.tokens->check(token.text, {});
        if (!check.is_good()) state.SkipWithError("refused");
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(check_beside_10000_revocations);

/// What somebody has made up: most are refused before anything is opened.
void refuse_a_changed_one(benchmark::State& state) {
    auto text = desk().issue().text;
    text[40] = text[40] == 'A' ? 'B' : 'A';
    for (auto _ : state) {
        const auto check = desk().tokens->check(text, {});
        if (check.is_good()) state.SkipWithError("taken");
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(refuse_a_changed_one);

void seal_one(benchmark::State& state) {
    const auto aead = must(crypto::Aead::make(must(crypto::random_secret(32))));
    identity::TokenClaims claims;
    claims.facts = desk().issue().facts;
    for (auto _ : state) benchmark::DoNotOptimize(identity::seal_token(aead, 1, claims));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(seal_one);

/// With its entry in the audit trail, on disk before the client has it.
void issue_one(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(desk().issue());
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(issue_one)->UseRealTime();

/// The floor: OpenSSL alone opens as many bytes as a token has.
void floor_aes_256_gcm(benchmark::State& state) {
    const std::string key(32, 'k');
    const std::string nonce(12, 'n');
    std::string text(32, 't');
    std::string tag(16, '\0');
    const auto bytes = [](std::string& of) { return reinterpret_cast<unsigned char*>(of.data()); };
    const auto view = [](const std::string& of) {
        return reinterpret_cast<const unsigned char*>(of.data());
    };
    auto* const context = EVP_CIPHER_CTX_new();
    int size = 0;
    EVP_EncryptInit_ex2(context, EVP_aes_256_gcm(), view(key), view(nonce), nullptr);
    EVP_EncryptUpdate(context, bytes(text), &size, bytes(text), static_cast<int>(text.size()));
    EVP_EncryptFinal_ex(context, bytes(text), &size);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, tag.data());
    EVP_DecryptInit_ex2(context, EVP_aes_256_gcm(), view(key), nullptr, nullptr);
    std::string out(text.size(), '\0');
    for (auto _ : state) {
        EVP_DecryptInit_ex2(context, nullptr, nullptr, view(nonce), nullptr);
        EVP_DecryptUpdate(context, bytes(out), &size, view(text), static_cast<int>(text.size()));
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, tag.data());
        if (EVP_DecryptFinal_ex(context, bytes(out), &size) != 1) state.SkipWithError("refused");
    }
    EVP_CIPHER_CTX_free(context);
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(floor_aes_256_gcm);

void floor_hmac_sha_256(benchmark::State& state) {
    const std::string key(32, 'k');
    const std::string text(150, 't');  // head and claims of a JSON Web Token
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    for (auto _ : state)
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(), &size);
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(floor_hmac_sha_256);

}  // namespace

BENCHMARK_MAIN();
