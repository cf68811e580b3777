#include "core/programme/LoadShedding.h"
#include "core/programme/store/ResilienceInputs.h"
#include "tests/integration/packs_harness.h"

using core::base::Json;
using core::store::Connection;
using core::task::Verdict;
using tests::PackBench;

namespace {

constexpr const char* kActivate = "resilience_crisis_activation";
constexpr const char* kDeactivate = "resilience_crisis_deactivation";

Json severe() {
    return {{"severity", "severe"}, {"reason", "Flooding closed the ward tower"}, {"approved_by", "Ada Director"}};
}

Json over() {
    return {{"reason", "The tower is open again"}, {"approved_by", "Ada Director"}};
}

core::programme::CrisisStatus crisisOf(PackBench& bench) {
    const auto crisis = bench.database->read([](Connection& db) -> core::base::Result<core::programme::CrisisStatus> {
        return core::programme::store::readCrisis(db);
    });
    EXPECT_TRUE(crisis);
    return *crisis;
}

core::base::Result<core::programme::CrisisPreview> preview(PackBench& bench, const std::string& severity) {
    return bench.database->read(
        [&](Connection& db) { return core::programme::store::previewCrisis(db, severity, bench.clock.now()); });
}

std::string refusal(PackBench& bench, const Json& params) {
    const auto outcome = bench.compute(kActivate, params);
    EXPECT_EQ(outcome.verdict, Verdict::Failure);
    EXPECT_TRUE(outcome.changes.empty());
    return outcome.errorMessage;
}

} // namespace

TEST(PacksCrisis, ActivationShedsRecordsAndAlertsInOneOutcome) {
    PackBench bench;
    bench.createSample();
    const auto outcome = bench.run(kActivate, severe());
    ASSERT_EQ(outcome.verdict, Verdict::Success) << outcome.errorMessage;
    const Json& result = outcome.result;
    EXPECT_EQ(result.at("crisis_mode"), true);
    EXPECT_EQ(result.at("severity"), "severe");
    EXPECT_EQ(result.at("load_shedding_level"), 3);
    EXPECT_TRUE(result.at("fallback_id").is_null());
    EXPECT_TRUE(result.at("fallback_coverage").is_null());
    EXPECT_NE(result.at("actions_taken").dump().find("No fallback schedule was activated"), std::string::npos);
    EXPECT_EQ(result.at("approved_by"), "Ada Director");
    const auto crisis = crisisOf(bench);
    EXPECT_TRUE(crisis.active);
    EXPECT_EQ(crisis.shedName, "RED");
    EXPECT_EQ(crisis.requestedBy, "operator");
    EXPECT_EQ(crisis.approvalMethod, "manual");
    EXPECT_EQ(crisis.suspended.size(), result.at("suspended_activities").size());
    EXPECT_GT(crisis.suspended.size(), 2u);
    EXPECT_EQ(bench.ask("SELECT level FROM shed_state"), 3);
    EXPECT_EQ(bench.ask("SELECT categories FROM shed_state"), Json({4, 5, 6, 7}));
    EXPECT_EQ(bench.ask("SELECT to_level FROM shed_event"), 3);
    EXPECT_EQ(result.at("alert").at("level"), "critical");
    ASSERT_EQ(outcome.changes.audit.size(), 1u);
    EXPECT_EQ(outcome.changes.audit[0].action, "crisis_activated");
    EXPECT_EQ(outcome.changes.audit[0].entityId, crisis.id);
    ASSERT_EQ(outcome.followUps.size(), 1u);
    EXPECT_EQ(outcome.followUps[0].type, "resilience_health_check");
}

TEST(PacksCrisis, ActivationLowersTheUtilizationThatTheNextHealthCheckSees) {
    PackBench bench;
    bench.createSample();
    const double before = bench.run("resilience_health_check").result.at("utilization_ratio");
    const auto promised = preview(bench, "severe");
    ASSERT_TRUE(promised);
    EXPECT_DOUBLE_EQ(promised->utilizationBefore.value(), before);
    EXPECT_LT(promised->utilizationAfter.value(), before);
    bench.run(kActivate, severe());
    const auto check = bench.run("resilience_health_check");
    EXPECT_DOUBLE_EQ(check.result.at("utilization_ratio").get<double>(), promised->utilizationAfter.value());
    EXPECT_EQ(check.result.at("load_shedding_level"), 3);
}

TEST(PacksCrisis, ThePreviewChangesNothingAndShedsMoreTheWorseItIs) {
    PackBench bench;
    bench.createSample();
    double last = 2;
    for (const char* word : {"minor", "moderate", "severe", "critical"}) {
        const auto shown = preview(bench, word);
        ASSERT_TRUE(shown) << shown.error().text();
        EXPECT_LE(shown->utilizationAfter.value(), last);
        EXPECT_EQ(shown->needsApprover, shown->shedLevel >= 3);
        last = *shown->utilizationAfter;
    }
    EXPECT_FALSE(crisisOf(bench).active);
    EXPECT_EQ(bench.ask("SELECT version FROM shed_state"), 0);
    EXPECT_EQ(preview(bench, "awful").error().message,
              "severity must be one of minor, moderate, severe, critical (or warning, emergency)");
}

TEST(PacksCrisis, EveryRefusalHasItsText) {
    PackBench bench;
    bench.createSample();
    EXPECT_EQ(refusal(bench, Json::object()), "severity parameter required for crisis activation");
    EXPECT_EQ(refusal(bench, {{"severity", "minor"}}), "reason parameter required for crisis activation");
    EXPECT_EQ(refusal(bench, {{"severity", "apocalyptic"}, {"reason", "a burst water main"}}),
              "severity must be one of minor, moderate, severe, critical (or warning, emergency)");
    EXPECT_EQ(refusal(bench, {{"severity", "minor"}, {"reason", "too short"}}),
              "reason must have 10 to 500 characters");
    EXPECT_EQ(refusal(bench, {{"severity", "minor"}, {"reason", std::string(501, 'x')}}),
              "reason must have 10 to 500 characters");
    EXPECT_NE(refusal(bench, {{"severity", "severe"}, {"reason", "a burst water main"}})
                  .find("approved_by is required for severe and critical"),
              std::string::npos);
    EXPECT_NE(refusal(bench, {{"severity", "critical"}, {"reason", "a burst water main"}, {"approved_by", " OPERATOR "}})
                  .find("somebody other than the operator"),
              std::string::npos);
    EXPECT_FALSE(crisisOf(bench).active);
}

TEST(PacksCrisis, AMinorOneIsApprovedByTheOperatorAndAnEmergencyIsRecordedAsOverride) {
    PackBench bench;
    bench.createSample();
    EXPECT_EQ(bench.run(kActivate, {{"severity", "warning"}, {"reason", "a burst water main"}}).result["approved_by"],
              "operator");
    EXPECT_EQ(crisisOf(bench).severity, "minor");
    EXPECT_EQ(crisisOf(bench).requestedWord, "warning");
    bench.run(kDeactivate, over());
    bench.clock.advance(std::chrono::minutes(1));
    const auto emergency = bench.run(kActivate, {{"severity", "emergency"}, {"reason", "a burst water main"}});
    EXPECT_EQ(emergency.result["severity"], "critical");
    EXPECT_EQ(emergency.result["load_shedding_level"], 4);
    EXPECT_EQ(crisisOf(bench).approvalMethod, "emergency_override");
    EXPECT_EQ(emergency.result["alert"]["level"], "emergency");
}

TEST(PacksCrisis, ASecondActivationIsAConflict) {
    PackBench bench;
    bench.createSample();
    bench.run(kActivate, severe());
    const auto second = bench.run(kActivate, {{"severity", "minor"}, {"reason", "a burst water main"}});
    EXPECT_EQ(second.errorType, "conflict");
    EXPECT_EQ(second.errorMessage, "crisis already active at level 3 RED");
}

TEST(PacksCrisis, OfTwoActivationsAtOnceTheCommitTakesOnlyOne) {
    PackBench bench;
    bench.createSample();
    const auto first = bench.compute(kActivate, severe());
    const auto second = bench.compute(kActivate, severe());
    ASSERT_EQ(second.verdict, Verdict::Success);
    ASSERT_TRUE(bench.commit(first));
    const auto refused = bench.commit(second);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, core::base::ErrorCode::Conflict);
    EXPECT_EQ(bench.ask("SELECT count(*) FROM crisis"), 1);
    EXPECT_EQ(bench.ask("SELECT count(*) FROM shed_event"), 1);
}

TEST(PacksCrisis, DeactivationRestoresEverythingWithAPlan) {
    PackBench bench;
    bench.createSample();
    bench.run(kActivate, {{"severity", "critical"}, {"reason", "Flooding closed the ward tower"},
                          {"approved_by", "Ada Director"}});
    bench.clock.advance(std::chrono::days(31));
    const auto outcome = bench.run(kDeactivate, over());
    ASSERT_EQ(outcome.verdict, Verdict::Success) << outcome.errorMessage;
    EXPECT_EQ(outcome.result.at("crisis_mode"), false);
    EXPECT_EQ(outcome.result.at("load_shedding_level"), 0);
    EXPECT_EQ(outcome.result.at("duration_seconds"), 31 * 24 * 3600);
    const Json& plan = outcome.result.at("recovery_plan");
    ASSERT_GT(plan.size(), 3u);
    EXPECT_EQ(plan.at(0).at("category"), 3); // continuity of care comes back first
    for (size_t i = 1; i < plan.size(); ++i)
        EXPECT_LE(plan[i - 1].at("category"), plan[i].at("category"));
    EXPECT_EQ(plan.at(0).at("past_deferral_limit"), true);
    EXPECT_GT(outcome.result.at("checklist").size(), 3u);
    const auto crisis = crisisOf(bench);
    EXPECT_FALSE(crisis.active);
    EXPECT_EQ(crisis.deactivatedBy, "Ada Director");
    EXPECT_EQ(bench.ask("SELECT level FROM shed_state"), 0);
    EXPECT_EQ(bench.ask("SELECT version FROM shed_state"), 2);
    EXPECT_EQ(outcome.changes.audit.at(0).action, "crisis_deactivated");
    const auto again = bench.run(kDeactivate, over());
    EXPECT_EQ(again.errorType, "conflict");
    EXPECT_EQ(again.errorMessage, "no crisis is active");
}

TEST(PacksCrisis, OutsideTheCalendarItStillActivatesAndSaysWhatIsUnknown) {
    PackBench bench;
    bench.createSample();
    bench.clock.jump(std::chrono::days(3 * 365));
    const auto outcome = bench.run(kActivate, severe());
    ASSERT_EQ(outcome.verdict, Verdict::Success) << outcome.errorMessage;
    EXPECT_TRUE(outcome.result.at("utilization_before").is_null());
    EXPECT_EQ(bench.ask("SELECT level FROM shed_state"), 3);
    EXPECT_NE(preview(bench, "minor")->unknownReason, "");
}

TEST(PacksCrisis, TheLogTellsCrisesNewestFirst) {
    PackBench bench;
    bench.createSample();
    for (const char* word : {"minor", "moderate"}) {
        bench.run(kActivate, {{"severity", word}, {"reason", "a burst water main"}});
        bench.clock.advance(std::chrono::hours(1));
        bench.run(kDeactivate, over());
        bench.clock.advance(std::chrono::hours(1));
    }
    const auto log =
        bench.database->read([](Connection& db) -> core::base::Result<std::vector<core::programme::CrisisStatus>> {
            return core::programme::store::readCrisisLog(db, 10);
        });
    ASSERT_EQ(log->size(), 2u);
    EXPECT_EQ(log->at(0).severity, "moderate");
    EXPECT_EQ(log->at(1).severity, "minor");
    EXPECT_TRUE(log->at(0).deactivatedAt);
}
