#include "core/upkeep/OutboxRelay.h"

#include "core/base/Log.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace core::upkeep {

using base::Result;

namespace {

struct Waiting {
    int64_t key = 0;
    std::string idempotencyKey, channel;
    base::Json body;
    int attempts = 0;
    bool sound = true; ///< it matches its checksum
};

constexpr base::Instant kNever{base::milliseconds(253'402'300'799'000)}; // the end of the year 9999

/// What a damaged message said, nobody knows: it is kept for people, and never delivered.
Result<void> putAside(store::Database& database, int64_t key) {
    base::log(base::LogLevel::Error, "outbox",
              "message " + std::to_string(key) + " does not match its checksum; it is not delivered");
    return database.write([key](store::Connection& db) -> Result<void> {
        db.run("UPDATE outbox SET channel='damaged', next_attempt_at=?, last_error='the row does not match its checksum; "
               "it was not delivered' WHERE key=?",
               kNever, key);
        return {};
    });
}

Result<std::vector<Waiting>> readWaiting(const store::Database& database, base::Instant now) {
    return database.read([now](store::Connection& db) -> Result<std::vector<Waiting>> {
        store::Query rows = db.query("SELECT key, idempotency_key, channel, body, attempts, sum=row_sum(key, "
                                     "idempotency_key, task_id, channel, body, created_at, attempts, next_attempt_at, "
                                     "delivered_at, last_error) FROM outbox WHERE delivered_at IS NULL AND "
                                     "next_attempt_at<=? ORDER BY key LIMIT 100",
                                     now);
        std::vector<Waiting> waiting;
        while (rows.step()) {
            const bool sound = rows.intAt(5) != 0;
            waiting.push_back({rows.integer(0), rows.text(1), rows.text(2), sound ? rows.json(3) : base::Json(),
                               rows.intAt(4), sound});
        }
        return waiting;
    });
}

/// 1 s, 2 s, 4 s … at most 15 min.
base::milliseconds pauseAfter(int attempts) {
    return std::min(base::milliseconds(1000ll << std::min(attempts, 10)), base::milliseconds(900'000));
}

} // namespace

Result<NextLook> OutboxRelay::look(base::Instant now) {
    // What is delivered but cannot be noted would be delivered again at every look.
    if (!m_database.health().ok())
        return NextLook{kPeriod};
    const auto waiting = readWaiting(m_database, now);
    if (!waiting)
        return waiting.error();
    for (const Waiting& message : *waiting) {
        if (!message.sound) {
            if (auto done = putAside(m_database, message.key); !done)
                return done.error();
            continue;
        }
        const auto channel = m_channels.find(message.channel);
        const Result<void> delivered =
            channel == m_channels.end()
                ? Result<void>(base::ErrorCode::Unsupported, "no channel '" + message.channel + "' is configured")
                : channel->second(message.body, message.idempotencyKey);
        auto noted = m_database.write([&](store::Connection& db) -> Result<void> {
            if (delivered)
                db.run("UPDATE outbox SET delivered_at=?, attempts=attempts+1, last_error=NULL WHERE key=?", now,
                       message.key);
            else
                db.run("UPDATE outbox SET attempts=attempts+1, next_attempt_at=?, last_error=? WHERE key=?",
                       now + pauseAfter(message.attempts), delivered.error().text(), message.key);
            return {};
        });
        if (!noted)
            return noted.error();
    }
    return NextLook{kPeriod};
}

} // namespace core::upkeep
