/// The peer: JSON Web Tokens (RFC 7519) under HMAC-SHA-256 with the same facts, by libjwt.

#include <cstdlib>
#include <ctime>
#include <string>

#include <jwt.h>

#include <benchmark/benchmark.h>

namespace {

constexpr unsigned char key[33] = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";
constexpr int key_size = 32;

std::string make() {
    jwt_t* jwt = nullptr;
    if (jwt_new(&jwt) != 0) std::exit(1);
    jwt_add_grant(jwt, "sub", "ann");
    jwt_add_grant(jwt, "jti", "0123456789abcdef");
    jwt_add_grant_int(jwt, "iat", std::time(nullptr));
    jwt_add_grant_int(jwt, "exp", std::time(nullptr) + 3600);
    jwt_set_alg(jwt, JWT_ALG_HS256, key, key_size);
    char* const text = jwt_encode_str(jwt);
    std::string token{text};
    std::free(text);
    jwt_free(jwt);
    return token;
}

/// Decoded, its signature and its end looked at.
void peer_libjwt_check(benchmark::State& state) {
    const auto token = make();
    for (auto _ : state) {
        jwt_t* jwt = nullptr;
        if (jwt_decode(&jwt, token.c_str(), key, key_size) != 0 ||
            jwt_get_grant_int(jwt, "exp") < std::time(nullptr))
            state.SkipWithError("refused");
        benchmark::DoNotOptimize(jwt_get_grant(jwt, "sub"));
        jwt_free(jwt);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(peer_libjwt_check);

void peer_libjwt_make(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(make());
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(peer_libjwt_make);

}  // namespace
