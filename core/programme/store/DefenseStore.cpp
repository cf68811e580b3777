#include "core/programme/store/DefenseStore.h"

#include <sqlite3.h>

namespace core::programme::store {

namespace {

using core::store::Connection;
using core::store::Query;
using core::store::SqlError;

DefenseLevel storedLevel(const Query& row, int column) {
    const int level = row.intAt(column);
    if (level < int(DefenseLevel::Prevention) || level > int(DefenseLevel::Emergency))
        throw SqlError(SQLITE_CORRUPT, std::to_string(level) + " is no defense level");
    return DefenseLevel(level);
}

} // namespace

DefenseAutomation readAutomation(Connection& connection) {
    DefenseAutomation automation;
    Query row = connection.query("SELECT auto_activate_defense, auto_activate_fallback, auto_shed_load,"
                                 " escalation_threshold FROM defense_automation WHERE id = 1");
    if (!row.step())
        throw SqlError(SQLITE_CORRUPT, "the settings of defense automation are missing");
    automation.activateDefense = row.intAt(0) != 0;
    automation.activateFallback = row.intAt(1) != 0;
    automation.shedLoad = row.intAt(2) != 0;
    automation.escalation = storedLevel(row, 3);
    return automation;
}

base::Result<void> writeAutomation(Connection& connection, const DefenseAutomation& automation, base::Instant now,
                                   const std::string& by) {
    if (auto good = checkAutomation(automation); !good)
        return good;
    if (automation.activateFallback)
        return base::Error{base::ErrorCode::Unsupported, "a fallback schedule is put in force by people only",
                           "Leave auto_activate_fallback off", {{"auto_activate_fallback", "must be off"}}};
    connection.run("UPDATE defense_automation SET auto_activate_defense = ?, auto_activate_fallback = ?,"
                   " auto_shed_load = ?, escalation_threshold = ?, updated_at = ?, updated_by = ? WHERE id = 1",
                   int(automation.activateDefense), int(automation.activateFallback), int(automation.shedLoad),
                   int(automation.escalation), base::formatInstant(std::chrono::floor<base::seconds>(now)), by);
    return {};
}

std::vector<DefenseEvent> readDefenseLog(Connection& connection, int limit) {
    std::vector<DefenseEvent> log;
    Query row = connection.query("SELECT at, from_level, to_level, reason, coverage, by, actions FROM defense_event"
                                 " ORDER BY at DESC, id DESC LIMIT ?",
                                 limit);
    while (row.step()) {
        const auto at = base::parseInstant(row.text(0));
        if (!at)
            throw SqlError(SQLITE_CORRUPT, at.error().message);
        DefenseEvent event;
        event.at = *at;
        if (!row.isNull(1))
            event.from = storedLevel(row, 1);
        event.to = storedLevel(row, 2);
        event.reason = row.text(3);
        if (!row.isNull(4))
            event.coverage = row.real(4);
        event.by = row.text(5);
        event.actions = row.json(6);
        log.push_back(std::move(event));
    }
    return log;
}

} // namespace core::programme::store
