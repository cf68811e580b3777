#include "core/broker/Claim.h"

#include "core/base/Log.h"
#include "core/broker/Dependencies.h"
#include "core/broker/Moves.h"
#include "core/store/TaskStore.h"

#include <algorithm>

namespace core::broker {

using base::Error;
using base::ErrorCode;
using base::Result;
using store::TaskRow;
using task::TaskState;

namespace {

/// The pending tasks of one queue and type: those that are read, and how far.
struct Lane {
    std::string queue, type;
    std::vector<TaskRow> rows; ///< best first; those before `next` are taken
    size_t next = 0;

    bool hasNext() const { return next < rows.size(); }
    const TaskRow& head() const { return rows[next]; }
};

/// One claim at work. Thread: writer.
class Claim {
  public:
    Claim(store::Connection& db, const ClaimRequest& request, Broker::Moves& moves)
        : m_db(db), m_request(request), m_moves(moves), m_queues(request.queues), m_types(request.types) {}

    void run() {
        openLanes();
        for (int batch = 0; batch < m_request.batches;) {
            Lane* lane = bestLane();
            if (!lane)
                return;
            if (takeBatch(*lane, batch))
                ++batch;
        }
    }

  private:
    bool hasRoom(const Lane& lane) const {
        return m_queues.at(lane.queue) > 0 && m_types.at(lane.type).batches > 0;
    }

    void openLanes() {
        for (const auto& [queue, room] : m_queues) {
            if (room <= 0)
                continue;
            for (std::string& type : store::readPendingTypes(m_db, queue)) {
                const auto known = m_types.find(type);
                if (known == m_types.end() || known->second.batches <= 0)
                    continue;
                Lane lane{queue, std::move(type), {}, 0};
                fill(lane);
                m_lanes.push_back(std::move(lane));
            }
        }
    }

    /// Reads the next tasks of a lane that may start; those that have expired end here. What is taken is no longer pending,
    /// so that reading begins at the front again.
    void fill(Lane& lane) {
        lane.rows.clear();
        lane.next = 0;
        for (bool more = true; more && lane.rows.empty();) {
            auto pending = store::readPending(m_db, lane.queue, lane.type, m_types.at(lane.type).batchSize);
            more = !pending.rows.empty() || !pending.damaged.empty();
            for (const int64_t key : pending.damaged)
                putAside(key);
            for (TaskRow& row : pending.rows)
                if (!row.task.expiresAt || *row.task.expiresAt > m_request.now)
                    lane.rows.push_back(std::move(row));
                else
                    expireWaiting(m_db, row, m_request.now, m_moves);
        }
    }

    Lane* bestLane() {
        Lane* best = nullptr;
        for (Lane& lane : m_lanes) {
            if (!hasRoom(lane))
                continue;
            if (!lane.hasNext())
                fill(lane);
            if (lane.hasNext() && (!best || before(lane.head(), best->head())))
                best = &lane;
        }
        return best;
    }

    static bool before(const TaskRow& a, const TaskRow& b) {
        return a.rank != b.rank ? a.rank < b.rank : a.task.key < b.task.key;
    }

    /// True when the batch has at least one task.
    bool takeBatch(Lane& lane, int batch) {
        int taken = 0;
        for (const int size = m_types.at(lane.type).batchSize; taken < size && lane.hasNext();)
            taken += start(lane.rows[lane.next++], batch) ? 1 : 0;
        if (taken == 0)
            return false;
        --m_queues.at(lane.queue);
        --m_types.at(lane.type).batches;
        return true;
    }

    bool start(TaskRow& row, int batch) {
        auto upstream = row.upstreams > 0 ? upstreamResults(m_db, row) : std::optional(base::Json());
        if (!upstream) {
            putAside(row.task.key);
            return false;
        }
        const store::Fence fence = store::fenceOf(row);
        row.task.state = TaskState::Started;
        row.task.startedAt = m_request.now;
        row.task.finishedAt.reset();
        row.task.worker.clear();
        row.epoch = m_request.epoch;
        ++row.task.attempt;
        if (!store::moveTask(m_db, row, fence, m_request.now, ""))
            return false;
        m_moves.push_back({TaskState::Pending, std::move(row.task), batch, std::move(*upstream)});
        return true;
    }

    /// It stands in nobody's way, and is not run: nobody knows what it said, or what was to be given to it.
    void putAside(int64_t key) {
        base::log(base::LogLevel::Error, "broker",
                  "the row of task number " + std::to_string(key) + ", or what it is to be given, is damaged; the task "
                  "is not run");
        store::quarantine(m_db, key, m_request.now);
    }

    store::Connection& m_db;
    const ClaimRequest& m_request;
    Broker::Moves& m_moves;
    std::map<std::string, int> m_queues;
    std::map<std::string, TypeRoom> m_types;
    std::vector<Lane> m_lanes;
};

} // namespace

Result<void> claimTasks(store::Connection& db, const ClaimRequest& request, Broker::Moves& moves) {
    store::Query owner = db.query("SELECT epoch FROM owner");
    if (!owner.step() || owner.integer(0) != request.epoch)
        return Error{ErrorCode::Conflict, "another engine owns the data directory by now", {}, {}};
    Claim(db, request, moves).run();
    return {};
}

} // namespace core::broker
