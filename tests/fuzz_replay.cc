/// Runs a fuzz target without libFuzzer: every file of its corpus, and seeded changes of each.
/// The same inputs on every run, so that a failure repeats.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

namespace {

void run(const std::string& input) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const unsigned char*>(input.data()), input.size());
}

/// Changes a few bytes of `input`: overwrites, inserts, removes or repeats.
std::string changed(std::string input, std::mt19937& random) {
    const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
    for (std::size_t i = 0, count = 1 + below(6); i < count; ++i) {
        const auto at = static_cast<std::ptrdiff_t>(below(input.size() + 1));
        const auto byte = static_cast<char>(random());
        switch (below(4)) {
            case 0: input.insert(input.begin() + at, byte); break;
            case 1:
                if (!input.empty()) input.erase(below(input.size()), 1 + below(8));
                break;
            case 2:
                if (!input.empty()) input[below(input.size())] = byte;
                break;
            default:
                input.insert(input.size() - below(input.size() + 1), input.substr(0, below(32)));
                break;
        }
    }
    return input;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> corpus{""};
    for (int i = 1; i < argc; ++i) {
        if (!std::filesystem::is_directory(argv[i])) {
            std::fprintf(stderr, "no corpus: %s is not a directory\n", argv[i]);
            return 1;
        }
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream file(entry.path(), std::ios::binary);
            corpus.emplace_back(std::istreambuf_iterator<char>(file),
                                std::istreambuf_iterator<char>());
        }
    }
    std::mt19937 random{20261122};
    for (const auto& input : corpus) {
        run(input);
        for (int i = 0; i < 300; ++i) run(changed(input, random));
    }
    std::printf("%zu inputs of the corpus, each with 300 changes\n", corpus.size());
    return 0;
}
