#pragma once

#include "tests/support/Dice.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tests::fuzz {

/// Makes inputs from inputs: a few random changes of one of the seeds, with the words of a dictionary.
/// The same dice give the same input. libFuzzer does better, because it sees what a change reaches.
class Mutator {
  public:
    Mutator(std::vector<std::string> seeds, std::vector<std::string> words)
        : m_seeds(std::move(seeds)), m_words(std::move(words)) {}

    std::string make(Dice& dice) const;

  private:
    void change(std::string& input, Dice& dice) const;
    std::vector<std::string> m_seeds, m_words;
};

/// The files of a folder, by name.
std::vector<std::string> readCorpus(const std::filesystem::path& folder);
/// The words of a dictionary as libFuzzer reads it: `"…"` with \\ \" \xNN, after a name and = or not; # begins a comment.
std::vector<std::string> readDictionary(const std::filesystem::path& file);

} // namespace tests::fuzz
