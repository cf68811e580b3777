#include "tests/support/InstantBook.h"

#include <algorithm>
#include <fstream>

namespace tests {

namespace {

constexpr Second kBlock = 2 * 86'400;
/// A walk begins earlier than what is asked about, so that it knows what the wall showed before.
constexpr Second kLead = 3 * 86'400 / 2;
constexpr int kLookAhead = 20;

int64_t blockOf(Second second) {
    return second >= 0 ? second / kBlock : -((-second + kBlock - 1) / kBlock);
}

} // namespace

int InstantBook::zoneOf(const std::string& zoneFile) {
    const auto [known, isNew] = m_zones.try_emplace(zoneFile, int(m_zones.size()));
    if (isNew && !zoneFile.empty())
        std::ofstream(m_folder / std::to_string(known->second), std::ios::binary) << zoneFile;
    return known->second;
}

const std::vector<Moment>& InstantBook::momentsOf(int zone, Block block) {
    const auto [place, isNew] = m_moments.try_emplace({zone, block});
    if (isNew) {
        const bool utc = m_zones.contains("") && m_zones.at("") == zone;
        const WallClock clock(utc ? std::string("UTC") : (m_folder / std::to_string(zone)).string());
        place->second = walk(clock, block * kBlock - kLead, (block + 1) * kBlock);
        std::erase_if(place->second, [&](const Moment& moment) { return moment.second < block * kBlock; });
    }
    return place->second;
}

const std::vector<InstantBook::Firing>& InstantBook::firingsOf(const std::string& cron, int zone, Block block) {
    const auto [place, isNew] = m_firings.try_emplace({cron, zone, block});
    if (!isNew)
        return place->second;
    const PlainCron& plain = m_crons.try_emplace(cron, cron).first->second;
    for (const Moment& moment : momentsOf(zone, block))
        if (const auto locals = localTimesOf(plain, moment); !locals.empty())
            place->second.push_back({moment.second, *std::ranges::min_element(locals), *std::ranges::max_element(locals)});
    return place->second;
}

std::vector<InstantBook::Firing> InstantBook::between(const std::string& cron, const std::string& zoneFile, Second after, Second to) {
    std::vector<Firing> found;
    const int zone = zoneOf(zoneFile);
    for (Block block = blockOf(after); block <= blockOf(to); ++block)
        for (const Firing& firing : firingsOf(cron, zone, block))
            if (firing.second > after && firing.second <= to)
                found.push_back(firing);
    return found;
}

std::optional<InstantBook::Firing> InstantBook::firstAfter(const std::string& cron, const std::string& zoneFile, Second after) {
    const int zone = zoneOf(zoneFile);
    for (Block block = blockOf(after); block <= blockOf(after) + kLookAhead; ++block)
        for (const Firing& firing : firingsOf(cron, zone, block))
            if (firing.second > after)
                return firing;
    return std::nullopt;
}

} // namespace tests
