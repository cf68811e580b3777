#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace core::base {

/// Thread: any. What a zone's clocks do each year after the last change that its file lists: the `TZ` text of POSIX with
/// the wider hours of RFC 8536 (`EST5EDT,M3.2.0,M11.1.0`, `<-02>2<-01>,M3.5.0/-1,M10.5.0/0`). Times are seconds since
/// the epoch, UTC.
class ZoneFooter {
  public:
    /// None for what is no such text.
    static std::optional<ZoneFooter> parse(std::string_view text);

    /// The clocks change at `at`; from then on they are `offset` seconds ahead of UTC.
    struct Change {
        int64_t at = 0;
        int64_t offset = 0;
    };
    /// Whether the clocks change at all.
    bool changes() const { return m_daylight.has_value(); }
    int64_t standardOffset() const { return m_standard; }
    /// Both changes of a year, the earlier first; only when there are any.
    std::array<Change, 2> changesOf(int year) const;

  private:
    enum class Kind { JulianDay, DayOfYear, WeekOfMonth };
    struct Day {
        Kind kind = Kind::WeekOfMonth;
        int month = 0, week = 0, day = 0; ///< `day` alone for the first two kinds
        int64_t time = 7200;              ///< seconds after midnight on the wall
    };
    struct Daylight {
        int64_t offset = 0;
        Day begins, ends;
    };
    class Reader;
    static int64_t midnightOf(const Day& day, int year);

    int64_t m_standard = 0;
    std::optional<Daylight> m_daylight;
};

} // namespace core::base
