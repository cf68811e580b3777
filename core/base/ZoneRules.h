#pragma once

#include "core/base/Time.h"
#include "core/base/ZoneFooter.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::base {

/// Thread: any. What the clocks of one zone did and will do, as its file of the tz database says (TZif, RFC 8536). It
/// refers to nothing outside, so that rules of yesterday's database can be compared with today's.
class ZoneRules {
  public:
    /// UTC.
    ZoneRules() = default;
    /// Reads the content of a file. Corrupt says what is wrong with it; Unsupported for one that counts leap seconds.
    static Result<ZoneRules> read(std::string content);

    /// A stretch of time, from `begin` to just before `end`, in which the offset does not change.
    struct Period {
        Instant begin, end;
        seconds offset;
    };
    /// The stretch around `instant`. Before the first and after the last change of the zone it reaches as far as
    /// an Instant can.
    Period period(Instant instant) const;

    /// The content that was read; empty for UTC.
    const std::string& content() const { return m_content; }

  private:
    void list(int64_t at, int64_t offset);
    void listYearsAhead(std::optional<int64_t> last);
    Period footerPeriod(int64_t second) const;

    std::string m_content;
    std::vector<int64_t> m_changes; ///< seconds since the epoch, each later than the one before
    std::vector<int64_t> m_offsets{0}; ///< before, between and after them: one more than changes
    std::optional<ZoneFooter> m_footer; ///< in force after the last listed change, when it changes anything
};

} // namespace core::base
