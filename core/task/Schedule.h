#pragma once

#include "core/base/Json.h"
#include "core/base/Time.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace core::task {

/// What happens to instants that passed while nobody could fire them.
enum class CatchUp {
    None, ///< they are passed over
    One,  ///< the latest of them fires
    All   ///< the latest ten of them fire
};

/// What happens when an instant is due and the task of the instant before has not ended.
enum class Overlap {
    Skip,     ///< the instant is passed over
    QueueOne, ///< the latest such instant fires when that task has ended
    Allow,    ///< both run
    CancelOld ///< that task is cancelled, and the instant fires
};

/// `none` `one` `all`; `skip` `queue-one` `allow` `cancel-old`.
std::string_view toText(CatchUp catchUp);
std::string_view toText(Overlap overlap);
std::optional<CatchUp> catchUpFromText(std::string_view text);
std::optional<Overlap> overlapFromText(std::string_view text);

/// What Task::triggeredBy of a firing begins with; the name of its schedule follows.
inline constexpr std::string_view kBySchedule = "schedule:";

/// A definition: when which task is to be made. Exactly one of cron, every and once is set.
struct Schedule {
    std::string name; ///< `resilience-health-check`
    std::string type; ///< of the task
    base::Json params = base::Json::object();

    std::string cron;      ///< five fields, in `zone`
    base::seconds every{0}; ///< elapsed time, whatever the clock says
    std::optional<base::Instant> once;
    std::string zone = "UTC"; ///< IANA name
    std::optional<base::Instant> starts, ends; ///< nothing fires before, nothing after

    bool enabled = true;
    CatchUp catchUp = CatchUp::One;
    /// An instant later than this never fires. None: until the next one is due, 24 h at most; with CatchUp::All 24 h.
    std::optional<base::seconds> maxLateness;
    Overlap overlap = Overlap::Skip;
    std::optional<base::seconds> expires; ///< a task that has not begun so long after its instant is not run
    base::seconds spread{0};              ///< the firing is shifted by up to so much, ever the same for this name
    std::optional<int> priority;          ///< of the task; none: the default

    bool operator==(const Schedule&) const = default;
};

/// The document of a definition, the same in files, in the store, on the command line and over HTTP; what has its
/// default value is left out, but for name and type.
base::Json toJson(const Schedule& schedule);
/// InvalidParams names the key that is unknown, missing or has a value of the wrong kind. Whether the values make a
/// schedule that fires is Timetable's to say.
base::Result<Schedule> scheduleFromJson(const base::Json& document);

} // namespace core::task
