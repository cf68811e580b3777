#include "core/base/AtField.h"
#include "core/beat/ScheduleFile.h"
#include "core/engine/LocalServices.h"
#include "core/engine/SchedulePreview.h"
#include "core/store/AuditLog.h"

#include <set>

namespace core::engine {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr int kMostHistory = 1000;
constexpr int kMostRecent = 100;
constexpr std::chrono::days kLongestForecast{31};
/// Places of the API beside the names of the entries.
constexpr std::array kNamesOfTheApi{"coming", "preview"};

/// As people see it: with its next instant also when nobody has fired it yet.
ScheduleEntry entryOf(store::ScheduleRow row, const base::ZoneDatabase& zones, base::Instant now) {
    const auto table = beat::Timetable::of(row, zones);
    if (!row.enabled || !table) {
        row.nextFire.reset();
        return row;
    }
    if (!row.nextFire)
        row.nextFire = table->next(now, row.lastFire);
    row.shift = table->shift();
    return row;
}

Result<void> mustBeAName(const std::string& name) {
    const auto good = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; };
    if (name.empty() || name.size() > 80 || !std::all_of(name.begin(), name.end(), good))
        return Error{ErrorCode::InvalidParams, "'" + name + "' cannot be the name of a schedule",
                     "Use 1 to 80 letters, digits, '-', '_' and '.'", {}};
    if (std::find(kNamesOfTheApi.begin(), kNamesOfTheApi.end(), name) != kNamesOfTheApi.end())
        return Error{ErrorCode::InvalidParams, "the name '" + name + "' is taken: the API has a place of that name",
                     "Choose another name", {}};
    return {};
}

/// The keys in which two documents differ, as words: `cron, zone`.
std::string differingKeys(const base::Json& before, const base::Json& after) {
    std::set<std::string> keys;
    for (const auto& [one, other] : {std::pair(&before, &after), {&after, &before}})
        for (const auto& [key, value] : one->items())
            if (other->value(key, base::Json()) != value)
                keys.insert(key);
    std::string words;
    for (const std::string& key : keys)
        words += (words.empty() ? "" : ", ") + key;
    return words;
}

Result<void> mustBeAsSeen(const store::ScheduleRow& row, const std::optional<task::Schedule>& seen) {
    if (!seen || static_cast<const task::Schedule&>(row) == *seen)
        return {};
    return Error{ErrorCode::Conflict,
                 "the schedule '" + row.name + "' was changed by somebody else meanwhile: " +
                     differingKeys(task::toJson(*seen), task::toJson(row)),
                 "Look at it as it is now, and decide again", {}};
}

} // namespace

Result<std::vector<ScheduleEntry>> LocalScheduleService::list() const {
    const base::Instant now = m_parts.clock.now();
    return m_parts.database.read([&, now](store::Connection& db) -> Result<std::vector<ScheduleEntry>> {
        std::vector<ScheduleEntry> entries;
        for (store::ScheduleRow& row : store::readSchedules(db))
            entries.push_back(entryOf(std::move(row), m_parts.zones, now));
        return entries;
    });
}

Result<ScheduleEntry> LocalScheduleService::find(const std::string& name) const {
    return m_parts.database.read([&](store::Connection& db) -> Result<ScheduleEntry> {
        auto row = store::readSchedule(db, name);
        if (!row)
            return noSuchSchedule(name);
        return entryOf(std::move(*row), m_parts.zones, m_parts.clock.now());
    });
}

Result<std::vector<task::Schedule>> LocalScheduleService::waiting() const {
    auto schedules = beat::defaultSchedule(m_parts.zones);
    if (schedules)
        std::erase_if(*schedules, [this](const task::Schedule& each) { return m_parts.registry.find(each.type); });
    return schedules;
}

/// What is wrong with name, type and parameters, by field; when it fires is the timetable's to judge.
std::vector<base::FieldError> LocalScheduleService::problemsOf(const task::Schedule& schedule, base::Instant now) const {
    std::vector<base::FieldError> problems;
    if (const auto named = mustBeAName(schedule.name); !named)
        problems.push_back({"name", named.error().text()});
    const auto task = m_parts.factory.fromSchedule(schedule, now, now);
    if (task)
        return problems;
    if (const auto type = m_parts.factory.typeForSchedule(schedule.type); !type)
        problems.push_back({"type", type.error().text()});
    else if (task.error().fields.empty())
        problems.push_back({"params", task.error().text()});
    for (const base::FieldError& field : task.error().fields)
        problems.push_back({"params." + field.field, field.message});
    return problems;
}

/// Everything that can be wrong with a definition, all at once, before it is stored.
Result<beat::Timetable> LocalScheduleService::check(const task::Schedule& schedule, base::Instant now) const {
    auto table = beat::Timetable::of(schedule, m_parts.zones);
    std::vector<base::FieldError> problems = problemsOf(schedule, now);
    if (!table) {
        Error error = table.error();
        error.fields.insert(error.fields.end(), problems.begin(), problems.end());
        return error;
    }
    if (problems.empty())
        return table;
    const std::string first = problems.front().message;
    return Error{ErrorCode::InvalidParams, first, {}, std::move(problems)};
}

Result<ScheduleEntry> LocalScheduleService::add(const task::Schedule& schedule, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    const auto table = check(schedule, now);
    if (!table)
        return table.error();
    store::ScheduleRow row;
    static_cast<task::Schedule&>(row) = schedule;
    row.type = m_parts.registry.find(schedule.type)->id;
    row.nextFire = table->next(now, std::nullopt);
    auto stored = m_parts.database.write([&](store::Connection& db) -> Result<void> {
        if (auto inserted = store::insertSchedule(db, row); !inserted)
            return base::atField(inserted.error(), "name");
        store::appendAudit(
            db, {"schedule_created", actor.name, actor.type, "schedule", row.name, nullptr, task::toJson(row), {}}, now);
        return {};
    });
    if (!stored)
        return stored.error();
    m_parts.scheduleChanged();
    m_parts.bus.publish({0, now, events::EventKind::ScheduleChanged, row.name, "added", nullptr});
    return entryOf(std::move(row), m_parts.zones, now);
}

Result<void> LocalScheduleService::act(const std::string& name, const std::string& action,
                                       const std::optional<task::Schedule>& seen, const Actor& actor,
                                       std::function<Result<void>(store::Connection&, store::ScheduleRow&)> work) {
    const base::Instant now = m_parts.clock.now();
    auto changed = m_parts.database.write([&](store::Connection& db) -> Result<void> {
        auto row = store::readSchedule(db, name);
        if (!row)
            return noSuchSchedule(name);
        if (auto same = mustBeAsSeen(*row, seen); !same)
            return same;
        const base::Json before = task::toJson(*row);
        if (auto done = work(db, *row); !done)
            return done;
        const auto after = store::readSchedule(db, name);
        store::appendAudit(db,
                           {"schedule_" + action, actor.name, actor.type, "schedule", name, before,
                            after ? task::toJson(*after) : base::Json(), {}},
                           now);
        return {};
    });
    if (!changed)
        return changed;
    m_parts.scheduleChanged();
    m_parts.bus.publish({0, now, events::EventKind::ScheduleChanged, name, action, nullptr});
    return {};
}

Result<ScheduleEntry> LocalScheduleService::change(const task::Schedule& schedule,
                                                   const std::optional<task::Schedule>& seen, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    const auto table = check(schedule, now);
    if (!table)
        return table.error();
    auto done = act(schedule.name, "changed", seen, actor,
                    [&](store::Connection& db, store::ScheduleRow& row) -> Result<void> {
                        if (auto sound = mustBeSound(row); !sound)
                            return sound;
                        store::changeSchedule(db, row, schedule, table->next(now, row.lastFire));
                        return {};
                    });
    if (!done)
        return done.error();
    return find(schedule.name);
}

Result<ScheduleEntry> LocalScheduleService::reset(const std::string& name, const std::optional<task::Schedule>& seen,
                                                  const Actor& actor) {
    auto done = act(name, "reset", seen, actor, [](store::Connection& db, store::ScheduleRow& row) -> Result<void> {
        if (!row.builtIn)
            return Error{ErrorCode::Conflict, "'" + row.name + "' did not come with the program: there is nothing to go back to",
                         "Change it instead", {}};
        store::resetSchedule(db, row.name);
        return {};
    });
    if (!done)
        return done.error();
    return find(name);
}

Result<void> LocalScheduleService::remove(const std::string& name, const std::optional<task::Schedule>& seen,
                                          const Actor& actor) {
    return act(name, "removed", seen, actor, [](store::Connection& db, store::ScheduleRow& row) -> Result<void> {
        if (row.builtIn)
            return Error{ErrorCode::Conflict, "'" + row.name + "' comes with the program and cannot be removed",
                         "Disable it instead: beatwarden beat disable " + row.name, {}};
        store::removeSchedule(db, row.name);
        return {};
    });
}

Result<void> LocalScheduleService::setEnabled(const std::string& name, bool enabled, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    return act(name, enabled ? "enabled" : "disabled", std::nullopt, actor,
               [&](store::Connection& db, store::ScheduleRow& row) -> Result<void> {
                   if (auto sound = mustBeSound(row); !sound)
                       return sound;
                   task::Schedule changed = row;
                   changed.enabled = enabled;
                   const auto table = beat::Timetable::of(changed, m_parts.zones);
                   if (!table)
                       return table.error();
                   // What would have fired while it was disabled is not made up for.
                   store::changeSchedule(db, row, changed, enabled ? table->next(now, row.lastFire) : std::nullopt);
                   return {};
               });
}

Result<task::Task> LocalScheduleService::runNow(const std::string& name, const Actor& actor) {
    const auto entry = find(name);
    if (!entry)
        return entry.error();
    if (auto sound = mustBeSound(*entry); !sound)
        return sound.error();
    Submission submission;
    submission.type = entry->type;
    submission.params = entry->params;
    submission.priority = entry->priority;
    submission.metadata = {{"schedule", name}};
    return m_tasks.submit(submission, actor);
}

Result<std::vector<store::FireRow>> LocalScheduleService::history(const std::string& name, int limit) const {
    if (limit < 1 || limit > kMostHistory)
        return Error{ErrorCode::InvalidParams, "a history of " + std::to_string(limit) + " firings is not possible",
                     "Ask for 1 to 1,000", {}};
    return m_parts.database.read([&](store::Connection& db) -> Result<std::vector<store::FireRow>> {
        if (!store::readSchedule(db, name))
            return noSuchSchedule(name);
        return store::readFires(db, name, limit);
    });
}

Result<RecentFires> LocalScheduleService::recentFires(int perEntry) const {
    if (perEntry < 1 || perEntry > kMostRecent)
        return Error{ErrorCode::InvalidParams, std::to_string(perEntry) + " firings of each entry are not possible",
                     "Ask for 1 to 100", {}};
    return m_parts.database.read([perEntry](store::Connection& db) -> Result<RecentFires> {
        RecentFires fires;
        for (store::FireRow& fire : store::readRecentFires(db, perEntry))
            fires[fire.schedule].push_back(std::move(fire));
        return fires;
    });
}

Result<SchedulePreview> LocalScheduleService::preview(const task::Schedule& schedule, int count) const {
    const base::Instant now = m_parts.clock.now();
    const auto table = beat::Timetable::of(schedule, m_parts.zones);
    if (!table)
        return table.error();
    const auto entries = list();
    if (!entries)
        return entries.error();
    const auto stored = std::find_if(entries->begin(), entries->end(),
                                     [&](const ScheduleEntry& entry) { return entry.name == schedule.name; });
    SchedulePreview preview = previewOf(*table, stored == entries->end() ? std::nullopt : stored->lastFire, *entries, m_parts.zones, now, count);
    preview.problems = problemsOf(schedule, now);
    return preview;
}

Result<ComingLoad> LocalScheduleService::coming(base::Instant from, base::Instant to) const {
    from = std::max(from, m_parts.clock.now());
    if (to <= from || to - from > kLongestForecast)
        return Error{ErrorCode::InvalidParams, "a forecast of that time is not possible",
                     "Ask for a time that ends after now, of at most 31 days", {}};
    LoadBasis basis{m_parts.registry, m_parts.zones, {}, {}, m_parts.workers};
    for (const QueueStatus& queue : m_parts.live.queues())
        basis.slots[queue.name] = queue.slots;
    const auto entries = m_parts.database.read([&](store::Connection& db) -> Result<std::vector<store::ScheduleRow>> {
        auto rows = store::readSchedules(db);
        std::set<std::string> types;
        for (const store::ScheduleRow& row : rows)
            if (const task::TaskType* type = m_parts.registry.find(row.type))
                types.insert(type->id);
        basis.runTimes = store::readRunTimes(db, types);
        return rows;
    });
    if (!entries)
        return entries.error();
    return comingLoad(*entries, basis, from, to);
}

} // namespace core::engine
