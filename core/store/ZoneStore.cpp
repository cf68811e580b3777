#include "core/store/ZoneStore.h"

namespace core::store {

namespace {

constexpr const char* kZoneRules = R"sql(
CREATE TABLE zone_rules(
  zone TEXT PRIMARY KEY,
  version TEXT NOT NULL,
  content BLOB NOT NULL,
  sum INTEGER GENERATED ALWAYS AS (row_sum(zone, version, content)) STORED) WITHOUT ROWID;
)sql";

} // namespace

const char* zoneSchema() {
    return kZoneRules;
}

std::vector<ZoneRow> readZones(Connection& db) {
    Query rows = db.query("SELECT zone, version, content FROM zone_rules WHERE sum=row_sum(zone, version, content)");
    std::vector<ZoneRow> zones;
    while (rows.step())
        zones.push_back({rows.text(0), rows.text(1), rows.text(2)});
    return zones;
}

void replaceZones(Connection& db, const std::vector<ZoneRow>& zones) {
    db.run("DELETE FROM zone_rules");
    for (const ZoneRow& row : zones)
        db.run("INSERT INTO zone_rules(zone, version, content) VALUES(?,?,CAST(? AS BLOB))", row.zone, row.version,
               row.content);
}

} // namespace core::store
