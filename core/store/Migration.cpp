#include "core/store/Migration.h"

#include <algorithm>
#include <map>
#include <utility>

namespace core::store {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

/// "BtDw": says whose database a file is.
constexpr int kApplicationId = 0x42744477;

bool isOurs(Connection& db) {
    Query applicationId = db.query("PRAGMA application_id");
    applicationId.step();
    return applicationId.intAt(0) == kApplicationId;
}

Error notOurs() {
    return {ErrorCode::Corrupt, "the file is a database of another program", "Choose another data directory", {}};
}

/// The version of every room in the database; none of an empty one.
std::map<std::string, int> presentVersions(Connection& db) {
    std::map<std::string, int> versions;
    if (!hasTable(db, "schema_version"))
        return versions;
    Query rows = db.query("SELECT room, version FROM schema_version");
    while (rows.step())
        versions[rows.text(0)] = rows.intAt(1);
    return versions;
}

} // namespace

bool hasTable(Connection& db, const std::string& name) {
    return db.query("SELECT 1 FROM sqlite_schema WHERE type='table' AND name=?", name).step();
}

Result<void> claimFile(Connection& db) {
    if (isOurs(db))
        return {};
    Query tables = db.query("SELECT count(*) FROM sqlite_schema");
    tables.step();
    if (tables.intAt(0) != 0)
        return notOurs();
    db.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
    return {};
}

Result<void> requireOurs(Connection& db) {
    return isOurs(db) ? Result<void>() : Result<void>(notOurs());
}

Result<void> refuseNewerSchema(Connection& db, const std::vector<Migration>& known) {
    std::map<std::string, int> latest;
    for (const Migration& step : known)
        latest[step.room] = std::max(latest[step.room], step.version);
    for (const auto& [room, version] : presentVersions(db))
        if (version > latest[room])
            return Error{ErrorCode::Unsupported,
                         "the database was written by a newer Beatwarden (" + room + " schema " +
                             std::to_string(version) + ", this one knows " + std::to_string(latest[room]) + ")",
                         "Update Beatwarden, or choose another data directory", {}};
    return {};
}

Result<void> migrate(Connection& db, const std::vector<Migration>& steps,
                     const std::function<Result<void>()>& before) {
    if (auto known = refuseNewerSchema(db, steps); !known)
        return known;
    db.exec("CREATE TABLE IF NOT EXISTS schema_version(room TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID");
    auto present = presentVersions(db);
    bool asked = present.empty() || !before;
    for (const Migration& step : steps) {
        if (step.version <= present[step.room])
            continue;
        if (!std::exchange(asked, true))
            if (auto ready = before(); !ready)
                return ready.error().in("the schema is not changed, since no backup could be made before");
        db.exec("BEGIN IMMEDIATE");
        db.exec(step.sql);
        db.run("INSERT INTO schema_version(room, version) VALUES(?,?) "
               "ON CONFLICT(room) DO UPDATE SET version=excluded.version",
               step.room, step.version);
        db.exec("COMMIT");
    }
    return {};
}

} // namespace core::store
