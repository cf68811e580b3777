#include "core/base/ZoneRules.h"

#include <algorithm>
#include <array>
#include <limits>

namespace core::base {

namespace {

/// Changes of the footer are listed for these years, so that they are found as fast as those of the file.
constexpr int kFirstListedYear = 1900, kLastListedYear = 2100;
constexpr size_t kHeaderSize = 44;
constexpr int64_t kLongestOffset = 26 * 3600;
/// No database lists more; a file that says so is no such file.
constexpr uint32_t kMostChanges = 20'000;
constexpr int64_t kLowest = std::numeric_limits<int64_t>::min(), kHighest = std::numeric_limits<int64_t>::max();

Error damaged(const std::string& what) {
    return {ErrorCode::Corrupt, "the file of the time zone is damaged: " + what, "Install the time zones again: apt install --reinstall tzdata", {}};
}

int64_t bigEndian(std::string_view bytes) {
    uint64_t value = bytes.empty() || (static_cast<unsigned char>(bytes[0]) & 0x80) == 0 ? 0 : ~uint64_t(0);
    for (const char c : bytes)
        value = value << 8 | static_cast<unsigned char>(c);
    return int64_t(value);
}

/// One of the (one or two) blocks of a file: what its header counts.
struct Block {
    char version = 0;
    uint32_t utFlags = 0, standardFlags = 0, leapSeconds = 0, changes = 0, types = 0, characters = 0;
    size_t timeSize = 4;

    size_t size() const {
        return kHeaderSize + changes * (timeSize + 1) + types * 6 + characters + leapSeconds * (timeSize + 4) +
               standardFlags + utFlags;
    }
};

Result<Block> readHeader(std::string_view content, size_t timeSize) {
    if (content.size() < kHeaderSize || !content.starts_with("TZif"))
        return damaged("it does not begin as one");
    Block block;
    block.version = content[4];
    block.timeSize = timeSize;
    uint32_t* const counts[]{&block.utFlags, &block.standardFlags, &block.leapSeconds,
                             &block.changes, &block.types,         &block.characters};
    for (size_t i = 0; i < 6; ++i)
        *counts[i] = uint32_t(bigEndian(content.substr(20 + 4 * i, 4)));
    if (block.changes > kMostChanges || block.types < 1 || block.types > 256 || block.characters > 4096 ||
        block.leapSeconds > 4096 || block.standardFlags > 256 || block.utFlags > 256)
        return damaged("its counts are impossible");
    if (content.size() < block.size())
        return damaged("it is too short");
    return block;
}

/// Where the offset of a type is.
Result<int64_t> offsetOf(std::string_view types, size_t type) {
    const int64_t offset = bigEndian(types.substr(type * 6, 4));
    if (offset < -kLongestOffset || offset > kLongestOffset)
        return damaged("an offset of " + std::to_string(offset) + " seconds is impossible");
    return offset;
}

/// The text between the two line ends behind the second block.
Result<std::string_view> footerText(std::string_view content) {
    if (content.size() < 2 || content.front() != '\n')
        return damaged("its end is missing");
    const size_t end = content.find('\n', 1);
    if (end == std::string_view::npos)
        return damaged("its end is missing");
    return content.substr(1, end - 1);
}

Instant instantOf(int64_t second) {
    // The database counts in seconds and marks "always" with times that milliseconds cannot hold.
    constexpr int64_t lowest = std::chrono::ceil<seconds>(Instant::min()).time_since_epoch().count();
    constexpr int64_t highest = std::chrono::floor<seconds>(Instant::max()).time_since_epoch().count();
    return Instant(seconds(std::clamp(second, lowest, highest)));
}

int yearOf(int64_t second) {
    const std::chrono::sys_seconds time{seconds(second)};
    return int(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time)).year());
}

/// In order. Of two at one instant (daylight time that ends when it begins anew) the later one counts.
std::vector<ZoneFooter::Change> changesOf(const ZoneFooter& footer, int firstYear, int lastYear) {
    std::vector<ZoneFooter::Change> changes;
    for (int year = firstYear; year <= lastYear; ++year)
        for (const ZoneFooter::Change& change : footer.changesOf(year)) {
            if (!changes.empty() && changes.back().at >= change.at)
                changes.pop_back();
            changes.push_back(change);
        }
    return changes;
}

} // namespace

Result<ZoneRules> ZoneRules::read(std::string content) {
    ZoneRules rules;
    rules.m_content = std::move(content);
    std::string_view left = rules.m_content;
    auto block = readHeader(left, 4);
    if (!block)
        return block.error();
    const bool hasSecond = block->version >= '2';
    if (hasSecond) {
        left.remove_prefix(block->size());
        block = readHeader(left, 8);
        if (!block)
            return block.error();
    }
    if (block->leapSeconds > 0)
        return Error{ErrorCode::Unsupported, "a time zone that counts leap seconds does not fit the clock of this system",
                     "Choose the one without 'right/' before its name", {}};
    const std::string_view times = left.substr(kHeaderSize, block->changes * block->timeSize);
    const std::string_view indices = left.substr(kHeaderSize + times.size(), block->changes);
    const std::string_view types = left.substr(kHeaderSize + times.size() + indices.size(), block->types * size_t(6));
    const auto first = offsetOf(types, 0);
    if (!first)
        return first.error();
    rules.m_offsets = {*first};
    std::optional<int64_t> last;
    for (size_t i = 0; i < block->changes; ++i) {
        const int64_t at = bigEndian(times.substr(i * block->timeSize, block->timeSize));
        const auto type = static_cast<unsigned char>(indices[i]);
        if (type >= block->types || (last && at <= *last))
            return damaged("its changes are in no order");
        last = at;
        const auto offset = offsetOf(types, type);
        if (!offset)
            return offset.error();
        rules.list(at, *offset);
    }
    if (!hasSecond)
        return rules;
    const auto text = footerText(left.substr(block->size()));
    if (!text)
        return text.error();
    if (text->empty())
        return rules;
    rules.m_footer = ZoneFooter::parse(*text);
    if (!rules.m_footer)
        return damaged("nobody understands the rule at its end");
    rules.listYearsAhead(last);
    return rules;
}

/// A change of the name alone is none.
void ZoneRules::list(int64_t at, int64_t offset) {
    if (offset == m_offsets.back())
        return;
    m_changes.push_back(at);
    m_offsets.push_back(offset);
}

void ZoneRules::listYearsAhead(std::optional<int64_t> last) {
    if (!m_footer->changes()) {
        m_footer.reset(); // what the last change began goes on
        return;
    }
    for (const auto& change : changesOf(*m_footer, last ? yearOf(*last) : kFirstListedYear, kLastListedYear))
        if (!last || change.at > *last)
            list(change.at, change.offset);
}

ZoneRules::Period ZoneRules::period(Instant instant) const {
    const int64_t second = std::chrono::floor<seconds>(instant).time_since_epoch().count();
    const auto next = std::upper_bound(m_changes.begin(), m_changes.end(), second);
    if (next == m_changes.end() && m_footer)
        return footerPeriod(second);
    const auto index = size_t(next - m_changes.begin());
    return {instantOf(index == 0 ? kLowest : m_changes[index - 1]), instantOf(next == m_changes.end() ? kHighest : *next),
            seconds(m_offsets[index])};
}

/// Later than every listed change: between those of the years around.
ZoneRules::Period ZoneRules::footerPeriod(int64_t second) const {
    int64_t begin = m_changes.empty() ? kLowest : m_changes.back(), end = kHighest, offset = m_offsets.back();
    const int year = yearOf(second);
    for (const auto& change : changesOf(*m_footer, year - 1, year + 1)) {
        if (change.at <= begin || change.offset == offset)
            continue;
        if (change.at > second) {
            end = change.at;
            break;
        }
        begin = change.at;
        offset = change.offset;
    }
    return {instantOf(begin), instantOf(end), seconds(offset)};
}

} // namespace core::base
