// Files of schedules, and what their entries do about instants that are due or were missed.
// Input: the file; behind it, on a line that begins with #, when an entry last fired and the time now.

#include "core/beat/ScheduleFile.h"
#include "core/beat/Timetable.h"
#include "tests/fuzz/Target.h"

#include <algorithm>

using core::base::Instant;
using core::base::Json;
using core::base::seconds;
using core::beat::Timetable;
using core::task::CatchUp;
using core::task::Schedule;
using tests::fuzz::holds;

namespace {

constexpr int kSteps = 3;
/// Instants that the check of `due` counts one by one.
constexpr int kMostCounted = 3'000;
constexpr std::chrono::days kLongestAbsence{20};

struct Moments {
    Instant lastFire, now;
};

Moments momentsOf(std::string_view line) {
    const Instant usual = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20);
    const size_t space = line.find(' ');
    const auto instant = [&](std::string_view text, Instant otherwise) {
        return core::base::parseInstant(text).value_or(otherwise);
    };
    const Instant last = instant(line.substr(0, space), usual);
    const Instant now = space == std::string_view::npos ? last + std::chrono::hours(7) : instant(line.substr(space + 1), last);
    return {last, std::max(last, now)};
}

/// A document says the same after it was read: nothing is changed, and nothing is there that was not written.
void keepsWhatWasWritten(const Schedule& schedule, const Json& written) {
    const Json document = core::task::toJson(schedule);
    const auto back = core::task::scheduleFromJson(document);
    holds(back && *back == schedule, "a definition is the same after its document", schedule.name);
    const auto stored = core::base::parseJson(core::base::dumpJson(document));
    holds(stored && core::task::scheduleFromJson(*stored).value_or(Schedule{}) == schedule,
          "a definition is the same after it was stored", schedule.name);
    for (const auto& [key, value] : document.items()) {
        holds(written.contains(key), "a document has no key that was not written", key);
        const Json& before = written[key];
        if (key.ends_with("_at") && before.is_string())
            holds(core::base::parseInstant(before.get_ref<const std::string&>()).value_or(Instant::min()) ==
                      core::base::parseInstant(value.get_ref<const std::string&>()).value_or(Instant::max()),
                  "an instant stays what it was", key);
        else
            holds(before == value, "a value stays what was written", key);
    }
}

void firesInOrder(const Timetable& table, Instant at, std::optional<Instant> lastFire) {
    const Schedule& schedule = table.schedule();
    holds(std::chrono::abs(table.shift()) <= schedule.spread, "a firing is shifted within its spread", schedule.name);
    for (int step = 0; step < kSteps; ++step) {
        const auto next = table.next(at, lastFire);
        if (!next)
            return;
        holds(*next > at, "the next instant is later", schedule.name);
        holds(!schedule.starts || *next >= *schedule.starts, "nothing fires before the start", schedule.name);
        holds(!schedule.ends || *next <= *schedule.ends, "nothing fires after the end", schedule.name);
        holds(!schedule.once || *next == *schedule.once, "a one-shot fires at its instant", schedule.name);
        at = *next;
        lastFire = next;
    }
}

/// How many instants are due, counted one by one; none: more than it counts.
std::optional<int64_t> countDue(const Timetable& table, Instant first, std::optional<Instant> lastFire, Instant now) {
    int64_t count = 0;
    for (std::optional<Instant> at = first; at && table.dueAt(*at) <= now; ++count) {
        if (count == kMostCounted)
            return std::nullopt;
        lastFire = at;
        at = table.next(*at, lastFire);
    }
    return count;
}

void decidesAboutEveryInstant(const Timetable& table, const Moments& moments) {
    const Schedule& schedule = table.schedule();
    const auto first = table.next(moments.lastFire, moments.lastFire);
    if (!first)
        return;
    // Passing over years of cron minutes is right and takes its time: here a shorter absence must do.
    const Instant now = schedule.cron.empty() ? moments.now : std::min(moments.now, *first + kLongestAbsence);
    const Timetable::Due due = table.due(*first, moments.lastFire, now);

    holds(due.firings.size() <= (schedule.catchUp == CatchUp::All ? Timetable::kMostAtOnce : 1),
          "not more is made up for than the policy says", schedule.name);
    Instant before = *first - core::base::milliseconds(1);
    for (const Timetable::Firing& firing : due.firings) {
        holds(firing.instant > before && table.dueAt(firing.instant) <= now, "what fires is due, oldest first", schedule.name);
        holds(!firing.missed || schedule.catchUp != CatchUp::None, "what was missed is not made up for unless asked", schedule.name);
        holds(now - table.dueAt(firing.instant) <= schedule.maxLateness.value_or(std::chrono::hours(24)) &&
                  (!schedule.expires || now - table.dueAt(firing.instant) <= *schedule.expires),
              "nothing fires later than allowed", schedule.name);
        before = firing.instant;
    }
    holds((due.passedOver > 0) == due.passedFrom.has_value() && due.passedFrom.has_value() == due.passedTo.has_value() &&
              (!due.passedFrom || *due.passedFrom <= *due.passedTo),
          "what was passed over has a first and a last", schedule.name);
    holds(!due.next || (table.dueAt(*due.next) > now && *due.next > before), "what comes next is not due", schedule.name);
    if (const auto count = countDue(table, *first, moments.lastFire, now))
        holds(int64_t(due.firings.size()) + due.passedOver == *count, "every instant fires or is passed over", schedule.name);
    if (due.next && !due.firings.empty()) {
        const auto again = table.due(*due.next, due.firings.back().instant, now);
        holds(again.firings.empty() && again.passedOver == 0 && again.next == due.next, "looking again changes nothing",
              schedule.name);
    }
}

const core::base::ZoneDatabase kZones; // read once for all inputs

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    const std::string_view input = tests::fuzz::textOf(bytes, size);
    const size_t mark = input.rfind("\n#");
    const std::string_view text = input.substr(0, mark);
    const auto schedules = core::beat::readScheduleFile(text, kZones);
    if (!schedules) {
        tests::fuzz::isExplained(schedules.error());
        return 0;
    }
    const auto document = core::base::parseJson(text);
    holds(document && (*document)["schedules"].size() == schedules->size(), "every entry of the file is read");
    const Moments moments = momentsOf(mark == std::string_view::npos ? "" : input.substr(mark + 2));
    Json written = Json::array();
    for (size_t i = 0; i < schedules->size(); ++i) {
        const Schedule& schedule = (*schedules)[i];
        keepsWhatWasWritten(schedule, (*document)["schedules"][i]);
        written.push_back(core::task::toJson(schedule));
        const auto table = Timetable::of(schedule, kZones);
        holds(bool(table), "an entry that was read can fire", schedule.name);
        firesInOrder(*table, moments.now, std::nullopt);
        firesInOrder(*table, moments.now, moments.lastFire);
        decidesAboutEveryInstant(*table, moments);
    }
    const auto again = core::beat::readScheduleFile(core::base::dumpJson(Json{{"schedules", written}}), kZones);
    holds(again && *again == *schedules, "a file of the same entries is read alike");
    return 0;
}
