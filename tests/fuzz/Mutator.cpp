#include "tests/fuzz/Mutator.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace tests::fuzz {

namespace {

constexpr size_t kLongest = 4096;
constexpr int kMostChanges = 5;

std::string readWhole(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string unescaped(std::string_view text) {
    std::string word;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && text.substr(i + 1, 1) == "x") {
            word += char(std::stoi(std::string(text.substr(i + 2, 2)), nullptr, 16));
            i += 3;
        } else {
            i += text[i] == '\\' ? 1 : 0;
            word += text.substr(i, 1);
        }
    }
    return word;
}

/// A piece of the input: where it begins, how long it is.
std::pair<size_t, size_t> pieceOf(const std::string& input, Dice& dice) {
    const size_t at = dice.below(input.size() + 1);
    return {at, dice.below(std::min<size_t>(input.size() - at, 16) + 1)};
}

} // namespace

std::string Mutator::make(Dice& dice) const {
    std::string input = dice.pick(m_seeds);
    for (int changes = dice.between(1, kMostChanges); changes > 0; --changes)
        change(input, dice);
    input.resize(std::min(input.size(), kLongest));
    return input;
}

void Mutator::change(std::string& input, Dice& dice) const {
    const auto [at, length] = pieceOf(input, dice);
    switch (dice.below(7)) {
    case 0: input.insert(at, 1, char(dice.below(256))); break;
    case 1: input.replace(at, std::min<size_t>(length, 1), 1, char(' ' + dice.below(95))); break;
    case 2: input.erase(at, length); break;
    case 3: input.insert(at, std::string(input, at, length)); break;
    case 4: input.replace(at, length, m_words.empty() ? "0" : dice.pick(m_words)); break;
    case 5: input.replace(at, std::min<size_t>(length, 2), std::to_string(dice.below(dice.chance(80) ? 100 : 1u << 31))); break;
    default: {
        const std::string& other = dice.pick(m_seeds);
        input = input.substr(0, at) + other.substr(std::min(at, dice.below(other.size() + 1)));
    }
    }
}

std::vector<std::string> readCorpus(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<std::string> inputs;
    std::transform(files.begin(), files.end(), std::back_inserter(inputs), readWhole);
    return inputs;
}

std::vector<std::string> readDictionary(const std::filesystem::path& file) {
    std::vector<std::string> words;
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        const size_t begin = line.find('"'), end = line.rfind('"');
        if (line.starts_with('#') || begin == end)
            continue;
        words.push_back(unescaped(std::string_view(line).substr(begin + 1, end - begin - 1)));
    }
    return words;
}

} // namespace tests::fuzz
