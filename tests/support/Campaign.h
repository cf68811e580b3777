#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace tests {

/// How often a harness repeats itself, from which seed, and what it tells.
/// `BEATWARDEN_ROUNDS` is a number, or `full` for the long form; without it the short form is run.
/// `BEATWARDEN_SEED` repeats a run; without it the short form always uses the same seed and the full form a new one.
class Campaign {
  public:
    /// Says name, rounds and seed on standard output.
    Campaign(std::string name, int shortRounds, int fullRounds);

    int rounds() const { return m_rounds; }
    bool isFull() const { return m_full; }
    /// The seed of one round. Round 0 has the campaign's own: a failing round is repeated with
    /// `BEATWARDEN_SEED=<its seed> BEATWARDEN_ROUNDS=1`.
    uint64_t seedOf(int round) const { return m_seed + uint64_t(round); }
    /// One line of the result table: to standard output, and to the end of the file `BEATWARDEN_REPORT` if it is named.
    void report(const std::string& result) const;

  private:
    std::string m_name;
    int m_rounds;
    bool m_full = false;
    uint64_t m_seed = 1;
};

/// `12.3 %`, of `part` in `whole`.
std::string percentText(double part, double whole);

} // namespace tests
