#pragma once

#include "tests/support/Campaign.h"
#include "tests/unit/oracle_facts.h"
#include "tests/unit/oracle_programmes.h"

#include <cmath>
#include <gtest/gtest.h>
#include <optional>
#include <sstream>
#include <string>

namespace tests::oracle {

/// What two answers to one question differ in, for people. Empty: nothing.
class Differences {
  public:
    template <class T>
    void compare(const std::string& what, const T& expected, const T& found) {
        if (!same(expected, found))
            add(what + ": expected " + text(expected) + ", found " + text(found));
    }
    void add(const std::string& difference) { m_text += "\n  " + difference; }
    bool none() const { return m_text.empty(); }
    const std::string& text() const { return m_text; }

  private:
    static bool same(double a, double b) { return std::abs(a - b) < 1e-7; }
    static bool same(const std::optional<double>& a, const std::optional<double>& b) {
        return a && b ? same(*a, *b) : a.has_value() == b.has_value();
    }
    template <class T>
    static bool same(const T& a, const T& b) {
        return a == b;
    }
    template <class T>
    static std::string text(const T& value) {
        std::ostringstream out;
        out << testing::PrintToString(value);
        return out.str();
    }

    std::string m_text;
};

/// What an oracle with this bend says against the code, of one programme.
using Comparison = Differences (*)(const core::programme::Programme& programme, Bend bend);

/// Compares as many programmes of chance as the campaign has rounds; the first five that differ are failures with their
/// seed. `BEATWARDEN_SEED=<seed> BEATWARDEN_ROUNDS=1` repeats one.
inline void expectSame(const char* name, int rounds, Comparison comparison, const Extent& extent = {}) {
    const Campaign campaign(name, rounds, 50 * rounds);
    int mismatches = 0;
    for (int round = 0; round < campaign.rounds(); ++round) {
        const uint64_t seed = campaign.seedOf(round);
        const Differences found = comparison(programmeOfChance(seed, extent), Bend::Nothing);
        if (!found.none() && ++mismatches <= 5)
            ADD_FAILURE() << "seed " << seed << ":" << found.text();
    }
    EXPECT_EQ(mismatches, 0) << "of " << campaign.rounds() << " programmes";
    campaign.report(std::to_string(mismatches) + " mismatches");
}

/// The negative control: a wrong rule is noticed within 200 programmes.
inline void expectNoticed(Comparison comparison, Bend bend, const Extent& extent = {}) {
    for (uint64_t seed = 1; seed <= 200; ++seed)
        if (!comparison(programmeOfChance(seed, extent), bend).none())
            return;
    ADD_FAILURE() << "rule " << int(bend) << " was turned wrong and no programme showed it";
}

} // namespace tests::oracle
