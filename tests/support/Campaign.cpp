#include "tests/support/Campaign.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string_view>

namespace tests {

namespace {

std::string setting(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

} // namespace

Campaign::Campaign(std::string name, int shortRounds, int fullRounds) : m_name(std::move(name)), m_rounds(shortRounds) {
    const std::string rounds = setting("BEATWARDEN_ROUNDS");
    m_full = rounds == "full";
    if (m_full) {
        m_rounds = fullRounds;
        m_seed = std::random_device{}();
    } else if (!rounds.empty()) {
        m_rounds = std::atoi(rounds.c_str());
    }
    if (const std::string seed = setting("BEATWARDEN_SEED"); !seed.empty())
        m_seed = std::strtoull(seed.c_str(), nullptr, 10);
    std::printf("%s: %d rounds, BEATWARDEN_SEED=%llu\n", m_name.c_str(), m_rounds,
                static_cast<unsigned long long>(m_seed));
    std::fflush(stdout);
}

void Campaign::report(const std::string& result) const {
    const std::string line =
        "| " + m_name + " | " + std::to_string(m_rounds) + " | " + std::to_string(m_seed) + " | " + result + " |\n";
    std::printf("%s", line.c_str());
    std::fflush(stdout);
    if (const std::string file = setting("BEATWARDEN_REPORT"); !file.empty())
        std::ofstream(file, std::ios::app) << line;
}

std::string percentText(double part, double whole) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", whole > 0 ? 100 * part / whole : 0);
    return text;
}

} // namespace tests
