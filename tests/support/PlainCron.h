#pragma once

#include <array>
#include <bitset>
#include <ctime>
#include <string>

namespace tests {

/// A plain reading of five cron fields that knows nothing of the code under test: the values of each, one by one.
/// It is for expressions that were accepted; from others it makes something or throws.
struct PlainCron {
    std::array<std::bitset<64>, 5> values;
    std::array<bool, 5> starred{};

    explicit PlainCron(const std::string& text);

    bool fixedTime() const { return !starred[0] && !starred[1]; }
    bool dayMatches(const std::tm& local) const;
    bool matches(const std::tm& local) const;

  private:
    void add(size_t field, const std::string& item);
};

} // namespace tests
