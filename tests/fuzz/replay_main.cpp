// Runs one target without libFuzzer: its whole corpus, then inputs made from it.
// fuzz_<target> CORPUS DICTIONARY; BEATWARDEN_ROUNDS=<how many are made>, BEATWARDEN_SEED=<seed> repeats a run.

#include "tests/fuzz/Mutator.h"
#include "tests/fuzz/Target.h"
#include "tests/support/Campaign.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <new>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr size_t kLargestInput = size_t(1) << 20;
constexpr int kShortRounds = 3'000, kFullRounds = 200'000;

/// The input that the target has in hand, where it is still seen when the target has died of it.
struct InHand {
    size_t size = 0;
    char bytes[kLargestInput] = {};
};

void give(InHand& hand, const std::string& input) {
    hand.size = std::min(input.size(), kLargestInput);
    std::memcpy(hand.bytes, input.data(), hand.size);
    // A copy of exactly its size, so that reading beyond it is noticed where memory is watched.
    const std::vector<uint8_t> exact(hand.bytes, hand.bytes + hand.size);
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void runAll(InHand& hand, const std::vector<std::string>& corpus, const std::string& dictionary,
            const tests::Campaign& campaign) {
    for (const std::string& input : corpus)
        give(hand, input);
    const tests::fuzz::Mutator mutator(corpus, tests::fuzz::readDictionary(dictionary));
    for (int round = 0; round < campaign.rounds(); ++round) {
        tests::Dice dice(campaign.seedOf(round));
        give(hand, mutator.make(dice));
    }
}

int sayWhatKilledIt(const InHand& hand, const std::string& program) {
    const std::string file = program + "-crash";
    std::ofstream(file, std::ios::binary).write(hand.bytes, std::streamsize(hand.size));
    std::fprintf(stderr, "The target died. Its input, %zu bytes, is in %s; keep it as a file of the corpus:\n%.*s\n",
                 hand.size, file.c_str(), int(std::min<size_t>(hand.size, 400)), hand.bytes);
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: %s CORPUS DICTIONARY\n", argv[0]);
        return 2;
    }
    const tests::Campaign campaign(argv[0], kShortRounds, kFullRounds);
    const std::vector<std::string> corpus = tests::fuzz::readCorpus(argv[1]);
    if (corpus.empty()) {
        std::fprintf(stderr, "there is nothing in %s\n", argv[1]);
        return 2;
    }
    void* shared = ::mmap(nullptr, sizeof(InHand), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 2;
    InHand& hand = *new (shared) InHand;
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) {
        runAll(hand, corpus, argv[2], campaign);
        return 0;
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child)
        return 2;
    if (status != 0)
        return sayWhatKilledIt(hand, argv[0]);
    std::printf("%zu inputs of the corpus and %d made from them: every promise kept\n", corpus.size(), campaign.rounds());
    return 0;
}
