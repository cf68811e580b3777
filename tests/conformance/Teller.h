#pragma once

#include "tests/conformance/Storyteller.h"

namespace tests::conformance {

/// A story told by a process of its own, which is killed while it does what comes after `heard` verbs.
struct Telling {
    std::string kind;
    std::filesystem::path folder;
    uint64_t seed = 1;
    size_t heard = 0;
    int killAfterMicroseconds = 0; ///< counted from the beginning of the verb that nobody hears of
};

/// Starts the process and waits for its death: its answers, the first of which is about taking over the store.
std::vector<Answer> tellAndDie(const Telling& telling);

/// What that process is: `main` of a program that was started with such arguments. None: it was started otherwise.
std::optional<int> tellerMain(int argc, char** argv);

} // namespace tests::conformance
