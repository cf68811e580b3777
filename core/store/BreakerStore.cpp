#include "core/store/BreakerStore.h"

namespace core::store {

namespace {

constexpr const char* kOverrides = R"sql(
CREATE TABLE breaker_override(
  type TEXT PRIMARY KEY,
  hold TEXT NOT NULL CHECK(hold IN ('open', 'closed')),
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL) WITHOUT ROWID;
)sql";

} // namespace

std::vector<Migration> admissionMigrations() {
    return {{"admission", 1, kOverrides}};
}

std::vector<BreakerRow> readBreakers(Connection& db) {
    std::vector<BreakerRow> breakers;
    Query rows = db.query("SELECT type, hold, reason, actor, at FROM breaker_override ORDER BY type");
    while (rows.step())
        breakers.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.instant(4)});
    return breakers;
}

void putBreaker(Connection& db, const BreakerRow& row) {
    db.run("INSERT INTO breaker_override(type, hold, reason, actor, at) VALUES(?,?,?,?,?) ON CONFLICT(type) DO UPDATE "
           "SET hold=excluded.hold, reason=excluded.reason, actor=excluded.actor, at=excluded.at",
           row.type, row.hold, row.reason, row.actor, row.at);
}

void removeBreaker(Connection& db, const std::string& type) {
    db.run("DELETE FROM breaker_override WHERE type=?", type);
}

} // namespace core::store
