#pragma once

#include "core/base/Json.h"
#include "core/programme/duty/Finding.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace core::programme::duty {

enum class ViolationStatus { Open, Acknowledged, Overridden, Resolved };
/// `open`, `acknowledged`, `overridden`, `resolved`; and back, exactly as written.
const char* toText(ViolationStatus status);
std::optional<ViolationStatus> violationStatusFromText(std::string_view text);

/// That somebody has seen it.
struct Acknowledgement {
    std::string by, note;
    base::Instant at{};
};

/// Why it may stand for a while.
struct Override {
    std::string by;         ///< who recorded it
    std::string approvedBy; ///< who allows it: the programme director or an administrator
    std::string reasonCode, reason;
    base::Instant at{}, expiresAt{};
    Severity severity = Severity::High; ///< of the finding when it was overridden: a worse one is not excused
};

/// The codes an override must choose from, with what each means.
struct OverrideReason {
    const char* code;
    const char* meaning;
};
std::span<const OverrideReason> overrideReasons();
std::vector<std::string> overrideReasonCodes();

/// A finding as it is kept: from when it was first found until long after it is gone.
struct Violation {
    int64_t id = 0;
    std::string key; ///< `keyOf` of the finding
    std::string rule, basis;
    Severity severity = Severity::High;
    std::string personId, personName;      ///< empty: about a place
    std::string half, rotation;            ///< of a place
    base::Date windowStart{}, windowEnd{}; ///< from the first to the last window
    base::Date firstWindowEnd{};
    base::Date worstStart{}, worstEnd{};
    int windows = 1;
    double value = 0, limit = 0;
    std::string message, suggestedFix;
    base::Instant firstSeen{}, lastSeen{};
    ViolationStatus status = ViolationStatus::Open;
    int64_t version = 1; ///< another one after each change: what a person acts on must be what they saw
    std::optional<base::Instant> resolvedAt;
    std::optional<Acknowledgement> acknowledgement;
    std::optional<Override> override;
    bool hasWorked = false; ///< its worked window is on record
    base::Json worked;      ///< the worked window: `{date, hours, mark, lines}` a day; null in lists, and without one
};

base::Json toDocument(const Violation& violation);

/// Which violations are asked for; what is empty does not restrict.
struct ViolationFilter {
    std::vector<ViolationStatus> statuses;
    std::string person; ///< id, or a part of the name
    std::string rule;   ///< `H80`
    std::optional<Severity> leastSeverity;
    std::optional<base::Date> from, to; ///< whose windows touch these days
    int64_t after = 0;                  ///< the id of the last one already seen
    int limit = 200;                    ///< 1..kMostListed
    static constexpr int kMostListed = 5000;
};

/// A part of what a filter means.
struct ViolationPage {
    std::vector<Violation> violations; ///< without worked windows
    int64_t total = 0;                 ///< that the filter means, wherever the page begins and ends
};

/// Why a violation is to stand, and who says so.
struct OverrideRequest {
    std::string approvedBy;                 ///< a programme director or administrator; empty: whoever asks
    std::string reasonCode;                 ///< one of `overrideReasons`
    std::string reason;                     ///< 20 to 1,000 characters
    std::optional<base::Instant> expiresAt; ///< after now, at most 366 days; absent: 28 days
    std::optional<base::Date> lastDay{};    ///< instead: to the end of this day on the programme's clock
};

/// Whether the override of the violation excuses a finding of this severity at `now`.
bool isExcused(const Violation& violation, Severity severity, base::Instant now);

/// What a check does to the record of one finding, or to a record that nothing was found for.
struct RecordMove {
    enum class Kind {
        Add,     ///< found for the first time
        Update,  ///< found again and different: numbers, message or status
        Touch,   ///< found again as it was; only the suggestion may be another
        Resolve, ///< not found any more
    };
    Kind kind = Kind::Touch;
    int finding = -1;                               ///< position in the findings; -1 for Resolve
    int known = -1;                                 ///< position in the records; -1 for Add
    ViolationStatus status = ViolationStatus::Open; ///< from now on
    /// It is open and was not before (new, back, or an override has come to its end or does not cover it), or it has
    /// become more severe.
    bool isNews = false;
};

/// Compares what was found with what is on record. A finding goes with the record of its key: one that was resolved is
/// open again, unless an override is still in force; an override ends with its expiry or when the finding has become
/// more severe, and an acknowledgement with the latter. A record that was not found is resolved if its first window
/// ends in [from, to], so that it would have been found.
std::vector<RecordMove> planRecords(const Programme& programme, const std::vector<Finding>& findings,
                                    const std::vector<Violation>& known, base::Date from, base::Date to,
                                    base::Instant now);

} // namespace core::programme::duty
