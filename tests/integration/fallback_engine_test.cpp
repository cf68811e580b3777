#include "core/engine/FallbackService.h"
#include "core/packs/Packs.h"
#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tests::fallback_engine {

using core::base::ErrorCode;
using core::base::Json;
using core::engine::FallbackRequest;
using core::programme::fallback::AllowStale;
using core::programme::fallback::FallbackCard;
using core::task::TaskState;

/// An engine with the programme's tasks, run in this process by a clock of the test's, over a sample with its fallback
/// schedules.
class FallbackInTheEngine : public testing::Test, protected EngineHarness {
  protected:
    void SetUp() override {
        core::engine::EngineOptions eager = options();
        eager.eager = true;
        eager.beat = false;
        eager.workerProgram = "/nonexistent/worker";
        core::task::TaskRegistry types;
        core::packs::registerAll(types);
        start(eager, std::move(types), m_clock);
        ASSERT_TRUE(engine().programme().createSample({}, kTester));
    }
    void TearDown() override { stop(); }

    void compute(int days) {
        const auto ended = wait(submit("resilience_fallback_precompute", {{"days_ahead", days}}));
        ASSERT_EQ(ended.state, TaskState::Success) << ended.errorMessage;
    }

    static FallbackRequest request(const std::string& id) {
        FallbackRequest asked;
        asked.id = id;
        asked.reason = "Two are ill until Friday";
        asked.approvedBy = "Dr. Okafor";
        return asked;
    }

    int64_t audited(const std::string& action) {
        int64_t count = 0;
        core::store::Connection& db = connection();
        auto row = db.query("SELECT count(*) FROM audit_log WHERE action = ?", action);
        if (row.step())
            count = row.integer(0);
        return count;
    }

    core::store::Connection& connection() {
        if (!m_reader) {
            auto opened = core::store::Connection::open(engine().dataDirectory() / "core.db", core::store::OpenMode::ReadOnly);
            EXPECT_TRUE(opened) << opened.error().text();
            m_reader = std::move(*opened);
        }
        return *m_reader;
    }

    core::base::ManualClock m_clock{*core::base::parseInstant("2026-11-20T18:00:00Z")};

  private:
    std::unique_ptr<core::store::Connection> m_reader;
};

TEST_F(FallbackInTheEngine, ListsNothingBeforeTheFirstComputationAndSevenAfterIt) {
    EXPECT_TRUE(engine().fallbacks().list()->empty());
    EXPECT_EQ(engine().fallbacks().show("1_faculty_loss").error().code, ErrorCode::NotFound);
    compute(14);
    const auto cards = engine().fallbacks().list();
    ASSERT_TRUE(cards);
    ASSERT_EQ(cards->size(), 7u);
    const auto shown = engine().fallbacks().show("pcs_season_50_percent");
    ASSERT_TRUE(shown) << shown.error().text();
    EXPECT_FALSE(shown->days.empty());
    EXPECT_EQ(engine().fallbacks().show(shown->card.id)->card.id, shown->card.id);
    EXPECT_EQ(engine().fallbacks().show("no-such-id").error().code, ErrorCode::NotFound);
}

TEST_F(FallbackInTheEngine, PutsOneInForceAndTakesItBackAsItWasSeen) {
    compute(14);
    const FallbackCard seen = engine().fallbacks().show("2_faculty_loss")->card;
    FallbackRequest asked = request(seen.id);
    asked.version = seen.version + 1;
    EXPECT_EQ(engine().fallbacks().activate(asked, kTester).error().code, ErrorCode::Conflict);
    asked.version = seen.version;
    const auto active = engine().fallbacks().activate(asked, kTester);
    ASSERT_TRUE(active) << active.error().text();
    EXPECT_TRUE(active->active);
    EXPECT_EQ(active->activatedBy, kTester.name);
    EXPECT_EQ(engine().fallbacks().activate(asked, kTester).error().code, ErrorCode::Conflict);
    const auto over = engine().fallbacks().deactivate(request("2_faculty_loss"), kTester);
    ASSERT_TRUE(over) << over.error().text();
    EXPECT_FALSE(over->active);
    EXPECT_EQ(audited("fallback_activated"), 1);
    EXPECT_EQ(audited("fallback_deactivated"), 1);
}

TEST_F(FallbackInTheEngine, RefusesAStaleOneAndKeepsTheRefusalInTheAuditTrail) {
    compute(7);
    m_clock.advance(std::chrono::hours(24 * 8));
    EXPECT_TRUE(engine().fallbacks().list()->front().stale);
    FallbackRequest asked = request("1_faculty_loss");
    EXPECT_EQ(engine().fallbacks().activate(asked, kTester).error().code, ErrorCode::Conflict);
    EXPECT_EQ(audited("fallback_refused"), 1);
    EXPECT_EQ(audited("fallback_activated"), 0);
    asked.reason = "short";
    EXPECT_EQ(engine().fallbacks().activate(asked, kTester).error().code, ErrorCode::InvalidParams);
    EXPECT_EQ(audited("fallback_refused"), 1);
    asked = request("1_faculty_loss");
    asked.allowStale = AllowStale::Yes;
    EXPECT_TRUE(engine().fallbacks().activate(asked, kTester));
}

TEST_F(FallbackInTheEngine, KeepsOneOfAScenarioInForceOverANewGeneration) {
    compute(7);
    ASSERT_TRUE(engine().fallbacks().activate(request("weather_emergency"), kTester));
    m_clock.advance(std::chrono::hours(1));
    compute(7);
    const auto refused = engine().fallbacks().activate(request("weather_emergency"), kTester);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_NE(refused.error().text().find("Deactivate it first"), std::string::npos);
    EXPECT_EQ(engine().fallbacks().list()->size(), 8u);
}

} // namespace tests::fallback_engine
