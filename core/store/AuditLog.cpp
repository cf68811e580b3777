#include "core/store/AuditLog.h"

#include "core/base/Uuid.h"
#include "core/store/Migration.h"

#include <openssl/evp.h>

namespace core::store {

namespace {

struct AuditRow {
    int64_t sequence = 0;
    std::string id, at;
    task::AuditEntry entry;
};

std::string hashOf(const std::string& previous, const AuditRow& row) {
    // nlohmann keeps object keys sorted, so the dump is the canonical form.
    const base::Json canonical{{"seq", row.sequence},
                               {"id", row.id},
                               {"ts", row.at},
                               {"actor", row.entry.actor},
                               {"actor_type", row.entry.actorType},
                               {"action", row.entry.action},
                               {"entity_type", row.entry.entityType},
                               {"entity_id", row.entry.entityId},
                               {"before", row.entry.before},
                               {"after", row.entry.after},
                               {"reason", row.entry.reason}};
    return sha256(previous + base::dumpJson(canonical));
}

/// Columns in the order of verifyAudit's query.
AuditRow auditRowAt(const Query& columns) {
    AuditRow row;
    row.sequence = columns.integer(0);
    row.id = columns.text(1);
    row.at = columns.text(2);
    row.entry.actor = columns.text(3);
    row.entry.actorType = columns.text(4);
    row.entry.action = columns.text(5);
    row.entry.entityType = columns.text(6);
    row.entry.entityId = columns.text(7);
    row.entry.before = columns.json(8);
    row.entry.after = columns.json(9);
    row.entry.reason = columns.text(10);
    return row;
}

/// What is wrong with the entry after the `report`'s last one; empty: nothing.
std::string problemOf(const Query& columns, const AuditReport& report) {
    if (columns.integer(0) != report.lastSequence + 1)
        return "entry " + std::to_string(report.lastSequence + 1) + " is missing";
    const std::string name = "entry " + std::to_string(columns.integer(0));
    if (columns.text(11) != report.lastHash)
        return name + " does not continue the chain";
    try {
        if (columns.text(12) != hashOf(report.lastHash, auditRowAt(columns)))
            return name + " was changed after it had been written";
    } catch (const SqlError& unreadable) {
        return name + " was changed after it had been written: " + unreadable.what();
    }
    return {};
}

const std::string kNoHash(64, '0');

} // namespace

std::string hexText(const unsigned char* bytes, size_t size) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string hex;
    hex.reserve(size * 2);
    for (size_t i = 0; i < size; ++i) {
        hex += kDigits[bytes[i] >> 4];
        hex += kDigits[bytes[i] & 15];
    }
    return hex;
}

std::string sha256(std::string_view text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr);
    return hexText(digest, length);
}

AuditReport verifyAudit(Connection& db) {
    AuditReport report;
    report.lastHash = kNoHash;
    if (!hasTable(db, "audit_log"))
        return report;
    Query rows = db.query("SELECT seq, id, ts, actor, actor_type, action, entity_type, entity_id, before_json, "
                          "after_json, reason, prev_hash, hash FROM audit_log ORDER BY seq");
    while (rows.step()) {
        report.problem = problemOf(rows, report);
        if (!report.problem.empty()) {
            report.firstBad = report.lastSequence + 1;
            return report;
        }
        ++report.entries;
        report.lastSequence = rows.integer(0);
        report.lastHash = rows.text(12);
    }
    return report;
}

std::optional<base::Instant> lastAudited(Connection& db, const std::string& entityType, const std::string& entityId,
                                         const std::vector<std::string>& actions) {
    Query row = db.query("SELECT ts FROM audit_log WHERE entity_type=? AND entity_id=? AND action IN "
                         "(SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT 1",
                         entityType, entityId, base::Json(actions).dump());
    if (!row.step())
        return std::nullopt;
    const auto at = base::parseInstant(row.text(0));
    return at ? std::optional(*at) : std::nullopt;
}

void appendAudit(Connection& db, const task::AuditEntry& entry, base::Instant now) {
    AuditRow row{1, base::newUuidV7(now), base::formatInstant(now), entry};
    std::string previous = kNoHash;
    Query last = db.query("SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1");
    if (last.step()) {
        row.sequence = last.integer(0) + 1;
        previous = last.text(1);
    }
    const auto textOrNull = [](const base::Json& json) {
        return json.is_null() ? std::nullopt : std::optional(base::dumpJson(json));
    };
    db.run("INSERT INTO audit_log(seq, id, ts, actor, actor_type, action, entity_type, entity_id, before_json, "
           "after_json, reason, prev_hash, hash) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
           row.sequence, row.id, row.at, entry.actor, entry.actorType, entry.action, entry.entityType, entry.entityId,
           textOrNull(entry.before), textOrNull(entry.after), entry.reason, previous, hashOf(previous, row));
}

} // namespace core::store
