#include "core/programme/store/FallbackStore.h"
#include "core/programme/store/GaugeReader.h"
#include "tests/integration/packs_harness.h"

#include <gtest/gtest.h>

using core::base::ErrorCode;
using core::base::Json;
using namespace core::programme;
using namespace core::programme::fallback;
using tests::PackBench;

namespace {

constexpr const char* kTask = "resilience_fallback_precompute";
constexpr const char* kReason = "Two are ill until Friday";

std::vector<FallbackCard> cardsOf(PackBench& bench) {
    const auto cards = bench.database->read(
        [&](core::store::Connection& db) -> core::base::Result<std::vector<FallbackCard>> {
            return store::readFallbacks(db, bench.clock.now());
        });
    EXPECT_TRUE(cards) << cards.error().text();
    return *cards;
}

void sendAway(PackBench& bench, const std::string& condition) {
    const auto done = bench.database->write([&](core::store::Connection& db) -> core::base::Result<void> {
        db.run("UPDATE person SET status = 'away' WHERE " + condition);
        return {};
    });
    EXPECT_TRUE(done) << done.error().text();
}

/// Applies what the pure part proposes, as the crisis activation does.
core::base::Result<void> apply(PackBench& bench, const core::base::Result<core::task::ChangeSet>& changes) {
    if (!changes)
        return changes.error();
    core::store::ChangeApplier applier(store::tablesWritableByTasks());
    return bench.database->write(
        [&](core::store::Connection& db) { return applier.apply(db, *changes, bench.clock.now()); });
}

FallbackDecision decision() {
    FallbackDecision made;
    made.reason = kReason;
    made.approvedBy = "Dr. Okafor";
    made.actor = "operator";
    return made;
}

} // namespace

TEST(FallbackTask, WorksOutSevenScenariosAndKeepsThem) {
    PackBench bench;
    bench.createSample();
    const Json result = bench.run(kTask).result;
    EXPECT_EQ(result.at("scenarios_computed"), 7);
    EXPECT_EQ(result.at("scenarios_failed"), 0);
    EXPECT_EQ(result.at("period").at("start"), "2026-11-20");
    EXPECT_EQ(result.at("period").at("end"), "2027-02-17");
    ASSERT_EQ(result.at("results").size(), 7u);
    const auto cards = cardsOf(bench);
    ASSERT_EQ(cards.size(), 7u);
    for (const FallbackCard& card : cards) {
        const Json& told = result.at("results").at(toText(card.scenario));
        EXPECT_EQ(told.at("id"), card.id);
        EXPECT_EQ(told.at("valid_until"), "2027-02-17");
        EXPECT_DOUBLE_EQ(told.at("coverage_rate").get<double>(), card.coverage.value());
        EXPECT_EQ(told.at("gap_count"), card.gapCount);
        EXPECT_EQ(told.at("services_reduced"), Json(card.servicesReduced));
        EXPECT_TRUE(told.at("gaps").is_array());
        EXPECT_EQ(card.generation, 1);
        EXPECT_FALSE(card.stale || card.active || card.superseded);
        EXPECT_GE(*card.coverage, *card.keptCoverage - 1e-9);
        const auto detail = bench.database->read([&](core::store::Connection& db) {
            return store::readFallbackDetail(db, card.id, bench.clock.now());
        });
        ASSERT_TRUE(detail);
        int duties = 0, gaps = 0;
        for (const FallbackDay& day : detail->days) {
            duties += int(day.duties.size());
            gaps += int(day.gaps.size());
            for (const FallbackDuty& duty : day.duties)
                EXPECT_NE(duty.personName, duty.personId);
        }
        EXPECT_EQ(duties, card.assignmentCount);
        EXPECT_EQ(gaps, card.gapCount);
    }
}

TEST(FallbackTask, TellsWhenAScenarioWouldCoverTooLittleAndOnlyOnce) {
    PackBench bench;
    bench.createSample();
    sendAway(bench, "type = 'resident'");
    const Json first = bench.run(kTask).result;
    ASSERT_FALSE(first.at("alert").is_null());
    EXPECT_EQ(first.at("alert").at("kind"), "fallback");
    EXPECT_EQ(first.at("alert").at("level"), "warning");
    EXPECT_FALSE(first.at("alert").at("details").at("poor_scenarios").empty());
    bench.clock.advance(std::chrono::hours(24 * 7));
    EXPECT_TRUE(bench.run(kTask).result.at("alert").is_null());
}

TEST(FallbackTask, KeepsTheLastFourGenerationsAndTheOneInForce) {
    PackBench bench;
    bench.createSample();
    bench.run(kTask, {{"days_ahead", 7}});
    const FallbackCard first = cardsOf(bench).front();
    ASSERT_TRUE(apply(bench, activation(first, decision(), bench.clock.now())));
    for (int week = 0; week < 5; ++week) {
        bench.clock.advance(std::chrono::hours(1));
        bench.run(kTask, {{"days_ahead", 7}});
    }
    EXPECT_EQ(bench.ask("SELECT count(*) FROM fallback_schedule"), 7 * 4 + 1);
    EXPECT_EQ(bench.ask("SELECT count(*) FROM fallback_schedule WHERE superseded = 0"), 7);
    EXPECT_EQ(bench.ask("SELECT max(generation) FROM fallback_schedule"), 6);
    EXPECT_EQ(bench.ask("SELECT count(*) FROM fallback_assignment WHERE fallback_id NOT IN (SELECT id FROM fallback_schedule)"), 0);
    const auto cards = cardsOf(bench);
    ASSERT_EQ(cards.size(), 8u); // seven, and the old one that is in force
    EXPECT_EQ(cards[1].id, first.id);
    EXPECT_TRUE(cards[1].superseded && cards[1].active);
    EXPECT_FALSE(apply(bench, activation(cards[0], decision(), bench.clock.now()))); // one at a time of a scenario
}

TEST(FallbackTask, EndsWithThePublishedCalendar) {
    PackBench bench("2027-06-20T18:00:00Z");
    bench.createSample();
    const Json result = bench.run(kTask).result;
    EXPECT_EQ(result.at("period").at("end"), "2027-06-30");
}

TEST(FallbackTask, WithoutAProgrammeSaysWhatToDo) {
    PackBench bench;
    const auto outcome = bench.run(kTask);
    EXPECT_EQ(outcome.errorType, "not_found");
    EXPECT_NE(outcome.errorMessage.find("create-sample"), std::string::npos);
}

TEST(FallbackTask, RefusesAHorizonOutOfRange) {
    PackBench bench;
    for (const int wrong : {6, 181})
        EXPECT_EQ(bench.compute(kTask, {{"days_ahead", wrong}}).errorType, "invalid_params");
}

TEST(FallbackActivation, IsRecordedAuditedAndCountedByTheHealthCheck) {
    PackBench bench;
    bench.createSample();
    bench.run(kTask, {{"days_ahead", 30}});
    const FallbackCard card = cardsOf(bench)[1];
    EXPECT_EQ(bench.run("resilience_health_check").result.at("active_fallbacks"), 0);
    ASSERT_TRUE(apply(bench, activation(card, decision(), bench.clock.now())));
    const FallbackCard active = cardsOf(bench)[1];
    EXPECT_TRUE(active.active);
    EXPECT_EQ(active.activationCount, 1);
    EXPECT_EQ(active.approvedBy, "Dr. Okafor");
    EXPECT_EQ(active.version, card.version + 1);
    EXPECT_EQ(bench.ask("SELECT count(*) FROM audit_log WHERE action = 'fallback_activated'"), 1);
    EXPECT_EQ(bench.run("resilience_health_check").result.at("active_fallbacks"), 1);
    EXPECT_EQ(apply(bench, activation(active, decision(), bench.clock.now())).error().code, ErrorCode::Conflict);
    // What was seen is over: the one who saw it earlier is refused by the commit.
    EXPECT_EQ(apply(bench, activation(card, decision(), bench.clock.now())).error().code, ErrorCode::Conflict);
    ASSERT_TRUE(apply(bench, deactivation(active, decision(), bench.clock.now())));
    EXPECT_FALSE(cardsOf(bench)[1].active);
    EXPECT_EQ(bench.ask("SELECT group_concat(action) FROM fallback_event"), "activated,deactivated");
    EXPECT_EQ(apply(bench, deactivation(cardsOf(bench)[1], decision(), bench.clock.now())).error().code, ErrorCode::Conflict);
}

TEST(FallbackActivation, IsSeenByTheGauges) {
    PackBench bench;
    bench.createSample();
    bench.run(kTask, {{"days_ahead", 7}});
    const auto look = [&] {
        return *bench.database->read([](core::store::Connection& db) {
            return core::base::Result(std::pair(store::readGaugeMark(db), store::readResilienceGauges(db)));
        });
    };
    const auto [mark, before] = look();
    EXPECT_EQ(before.at("resilience_active_fallbacks").front().value, 0);
    EXPECT_FALSE(before.contains("resilience_fallback_activations_total"));
    ASSERT_TRUE(apply(bench, activation(cardsOf(bench).front(), decision(), bench.clock.now())));
    const auto [later, after] = look();
    EXPECT_NE(later, mark); // otherwise nobody would read them again
    EXPECT_EQ(after.at("resilience_active_fallbacks").front().value, 1);
    EXPECT_EQ(after.at("resilience_fallback_activations_total").front().value, 1);
    ASSERT_TRUE(apply(bench, deactivation(cardsOf(bench).front(), decision(), bench.clock.now())));
    EXPECT_EQ(look().second.at("resilience_active_fallbacks").front().value, 0);
}

TEST(FallbackActivation, OfAStaleScheduleIsRefusedUnlessItIsAllowed) {
    PackBench bench;
    bench.createSample();
    bench.run(kTask, {{"days_ahead", 7}});
    bench.clock.advance(std::chrono::hours(24 * 8));
    const FallbackCard card = cardsOf(bench).front();
    EXPECT_TRUE(card.stale);
    EXPECT_EQ(card.ageDays, 8);
    const auto refused = activation(card, decision(), bench.clock.now());
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_NE(refused.error().text().find("stale"), std::string::npos);
    FallbackDecision allowed = decision();
    allowed.allowStale = AllowStale::Yes;
    ASSERT_TRUE(apply(bench, activation(card, allowed, bench.clock.now())));
    EXPECT_EQ(bench.ask("SELECT stale FROM fallback_event"), 1);
}

TEST(FallbackActivation, WantsAReasonAnApproverAndTheVersionThatWasSeen) {
    FallbackCard card;
    card.version = 3;
    FallbackDecision made = decision();
    made.reason = "short";
    EXPECT_EQ(activation(card, made, {}).error().code, ErrorCode::InvalidParams);
    made.reason = std::string(501, 'x');
    EXPECT_EQ(activation(card, made, {}).error().code, ErrorCode::InvalidParams);
    made = decision();
    made.approvedBy = "  ";
    EXPECT_EQ(activation(card, made, {}).error().code, ErrorCode::InvalidParams);
    made = decision();
    made.seenVersion = 2;
    EXPECT_EQ(activation(card, made, {}).error().code, ErrorCode::Conflict);
    made.seenVersion = 3;
    EXPECT_TRUE(activation(card, made, {}));
    card.superseded = true;
    EXPECT_EQ(activation(card, made, {}).error().code, ErrorCode::Conflict);
}

TEST(FallbackMatch, FollowsTheOrderOfTheRules) {
    EXPECT_EQ(bestMatch({.emergency = true, .pcsSeason = true, .holiday = true, .facultyLost = 6}), Scenario::MassCasualty);
    EXPECT_EQ(bestMatch({.pcsSeason = true, .holiday = true, .facultyLost = 5}), Scenario::PcsSeason);
    EXPECT_EQ(bestMatch({.pcsSeason = true, .holiday = true, .facultyLost = 4}), Scenario::HolidaySkeleton);
    EXPECT_EQ(bestMatch({.pcsSeason = true, .facultyLost = 2}), Scenario::DoubleLoss);
    EXPECT_EQ(bestMatch({.facultyLost = 1}), Scenario::SingleLoss);
    EXPECT_FALSE(bestMatch({}));
    EXPECT_FALSE(scenarioForCrisis("minor", {.facultyLost = 3}));
    EXPECT_EQ(scenarioForCrisis("moderate", {}), Scenario::SingleLoss);
    EXPECT_EQ(scenarioForCrisis("severe", {.facultyLost = 2}), Scenario::DoubleLoss);
    EXPECT_FALSE(scenarioForCrisis("severe", {}));
    EXPECT_EQ(scenarioForCrisis("critical", {}), Scenario::MassCasualty);
    EXPECT_EQ(scenarioForCrisis("critical", {.holiday = true}), Scenario::HolidaySkeleton);
    EXPECT_EQ(scenarioForCrisis("emergency", {.holiday = true}), Scenario::MassCasualty);
}

TEST(FallbackMatch, CountsThoseWhomTheScheduleCountsOnAlthoughTheyAreAway) {
    PackBench bench("2026-12-08T18:00:00Z");
    bench.createSample();
    const auto situation = [&] {
        return *bench.database->read([&](core::store::Connection& db) -> core::base::Result<Situation> {
            return store::readSituation(db, bench.clock.now());
        });
    };
    const int before = situation().facultyLost;
    EXPECT_FALSE(situation().pcsSeason || situation().holiday || situation().emergency);
    sendAway(bench, "id IN (SELECT id FROM person WHERE faculty_role = 'core' ORDER BY id LIMIT 2)");
    EXPECT_EQ(situation().facultyLost, before + 2);
}
