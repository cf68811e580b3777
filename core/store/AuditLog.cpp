#include "core/store/AuditLog.h"

#include "core/base/Uuid.h"

#include <openssl/evp.h>

namespace core::store {

std::string sha256(std::string_view text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr);
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string hex;
    hex.reserve(length * 2);
    for (unsigned i = 0; i < length; ++i) {
        hex += kDigits[digest[i] >> 4];
        hex += kDigits[digest[i] & 15];
    }
    return hex;
}

void appendAudit(Connection& db, const task::AuditEntry& entry, base::Instant now) {
    int64_t sequence = 1;
    std::string previous(64, '0');
    Query last = db.query("SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1");
    if (last.step()) {
        sequence = last.integer(0) + 1;
        previous = last.text(1);
    }
    const std::string id = base::newUuidV7(now);
    const std::string at = base::formatInstant(now);
    // nlohmann keeps object keys sorted, so the dump is the canonical form.
    const base::Json canonical{{"seq", sequence},
                               {"id", id},
                               {"ts", at},
                               {"actor", entry.actor},
                               {"actor_type", entry.actorType},
                               {"action", entry.action},
                               {"entity_type", entry.entityType},
                               {"entity_id", entry.entityId},
                               {"before", entry.before},
                               {"after", entry.after},
                               {"reason", entry.reason}};
    const auto textOrNull = [](const base::Json& json) {
        return json.is_null() ? std::nullopt : std::optional(base::dumpJson(json));
    };
    db.run("INSERT INTO audit_log(seq, id, ts, actor, actor_type, action, entity_type, entity_id, before_json, "
           "after_json, reason, prev_hash, hash) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
           sequence, id, at, entry.actor, entry.actorType, entry.action, entry.entityType, entry.entityId,
           textOrNull(entry.before), textOrNull(entry.after), entry.reason, previous,
           sha256(previous + base::dumpJson(canonical)));
}

} // namespace core::store
