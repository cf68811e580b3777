#pragma once

#include "core/store/Database.h"
#include "core/store/Pruning.h"
#include "core/upkeep/LateFailure.h"
#include "core/upkeep/Loop.h"
#include "core/upkeep/PruneStatus.h"

namespace core::upkeep {

/// Takes away what has been kept long enough, in small slices between other work: at most 500 rows or about 5 ms each.
/// After a jump of the wall clock nothing goes for a day: what looks old then may be young. Thread: upkeep; the rows go
/// on the writers' threads.
class Pruner final : public Loop {
  public:
    /// Told of every task whose row is gone, on the writer's thread.
    using Forget = std::function<void(const std::vector<store::ForgottenTask>&)>;

    /// `telemetry` may be nullptr. The databases outlive what was posted to them.
    Pruner(store::Database& core, std::shared_ptr<store::Database> telemetry, const policy::Retention& retention,
           const base::Clock& clock, Forget forget);

    std::string name() const override { return "pruner"; }
    base::Result<NextLook> look(base::Instant now) override;

    PruneStatus status() const;

  private:
    struct Duty {
        store::Database* database;
        std::unique_ptr<store::Broom> broom;
    };
    bool mayTrust(base::Instant now);
    NextLook nextLook() const;
    base::Result<bool> findMore(Duty& duty, base::Instant now);
    void post(Duty& duty, base::Instant now);
    void endPass(base::Instant now);

    store::Database& m_core;
    const std::shared_ptr<store::Database> m_telemetry;
    const base::Clock& m_clock;
    const Forget m_forget;
    std::vector<Duty> m_duties;
    size_t m_at = 0; ///< in m_duties; upkeep thread, as the next five
    std::optional<base::milliseconds> m_wallOffset;
    base::milliseconds m_restUntil{0};
    uint64_t m_requestsSeen = 0;
    std::atomic<bool> m_underWay{false};
    LateFailure m_late;
    mutable std::mutex m_mutex; // guards m_status
    PruneStatus m_status;
};

} // namespace core::upkeep
