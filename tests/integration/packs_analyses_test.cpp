#include "core/programme/HealthReport.h"
#include "tests/integration/packs_harness.h"

#include <chrono>
#include <ctime>

using core::base::Json;
using core::store::Connection;
using core::task::Verdict;
using tests::PackBench;

namespace {

constexpr const char* kAnalyses[] = {"resilience_health_check", "resilience_contingency",
                                     "resilience_utilization_forecast", "metrics_computation",
                                     "acgme_compliance_check"};

/// The obstetrics faculty member that the sample makes irreplaceable.
std::string onlyObstetrician(PackBench& bench) {
    EXPECT_EQ(bench.ask("SELECT count(*) FROM person WHERE type = 'faculty' AND specialties LIKE '%obstetrics%'"), 1);
    return bench.ask("SELECT name FROM person WHERE type = 'faculty' AND specialties LIKE '%obstetrics%'")
        .get<std::string>();
}

core::programme::Pulse pulseOf(PackBench& bench) {
    const auto pulse = bench.database->read([](Connection& db) -> core::base::Result<core::programme::Pulse> {
        return core::programme::store::readPulse(db);
    });
    EXPECT_TRUE(pulse);
    return *pulse;
}

std::vector<core::programme::TrendPoint> trendOf(PackBench& bench) {
    const auto trend =
        bench.database->read([](Connection& db) -> core::base::Result<std::vector<core::programme::TrendPoint>> {
            return core::programme::store::readTrend(db, core::base::Instant{});
        });
    EXPECT_TRUE(trend);
    return *trend;
}

void backfill(PackBench& bench) {
    const auto done = bench.database->write(
        [&](Connection& db) { return core::programme::store::backfillHistory(db, bench.clock.now()); });
    EXPECT_TRUE(done) << done.error().text();
}

void change(PackBench& bench, const std::string& sql) {
    const auto done = bench.database->write([&](Connection& db) -> core::base::Result<void> {
        db.exec(sql);
        return {};
    });
    ASSERT_TRUE(done) << done.error().text();
}

} // namespace

TEST(PacksContingency, NamesTheOnlyObstetricianAndNobodyElseIsIrreplaceableForAService) {
    PackBench bench;
    bench.createSample();
    const std::string name = onlyObstetrician(bench);
    const auto outcome = bench.run("resilience_contingency", {{"days_ahead", 90}});
    ASSERT_EQ(outcome.verdict, Verdict::Success) << outcome.errorMessage;
    const Json& result = outcome.result;
    EXPECT_EQ(result.at("n1_pass"), false);
    const Json& worst = result.at("n1_vulnerabilities").at(0);
    EXPECT_EQ(worst.at("person"), name);
    EXPECT_EQ(worst.at("severity"), "critical");
    EXPECT_GT(worst.at("irreplaceable_blocks"), 0);
    EXPECT_EQ(worst.at("services_at_risk").at(0).at("service"), "OB clinic");
    EXPECT_EQ(worst.at("services_at_risk").at(0).at("sole_qualified"), true);
    for (const Json& vulnerability : result.at("n1_vulnerabilities"))
        for (const Json& service : vulnerability.at("services_at_risk"))
            EXPECT_EQ(service.at("sole_qualified").get<bool>(),
                      vulnerability.at("person") == name && service.at("service") == "OB clinic")
                << vulnerability.at("person") << " in " << service.at("service");
    const std::string advice = result.at("recommendations").at(0).get<std::string>();
    EXPECT_NE(advice.find("cross-train a backup for " + name + " in OB clinic"), std::string::npos) << advice;
}

TEST(PacksContingency, ChecksEveryPairAndKeepsTheReport) {
    PackBench bench;
    bench.createSample();
    const auto outcome = bench.run("resilience_contingency");
    const Json& result = outcome.result;
    const int people = int(result.at("criticality").size());
    EXPECT_EQ(result.at("total_pairs_checked"), people * (people - 1) / 2);
    EXPECT_EQ(result.at("n2_pass"), result.at("n2_fatal_pairs_count") == 0);
    EXPECT_EQ(result.at("most_critical_faculty").size(), 5u);
    EXPECT_EQ(result.at("leading_indicators").size(), 4u);
    EXPECT_EQ(result.at("period").at("start"), "2026-11-20");
    EXPECT_EQ(result.at("period").at("end"), "2027-02-18");
    EXPECT_EQ(bench.ask("SELECT document FROM contingency_report"), result);
    for (const Json& loss : result.at("n1_vulnerabilities")) {
        EXPECT_EQ(loss.at("substitutes_count").get<int>() + loss.at("rejected_count").get<int>(), 12) << loss.at("person");
        for (const Json& candidate : loss.at("substitutes"))
            EXPECT_NE(candidate.at("why").get<std::string>().find("qualified and free on"), std::string::npos);
        for (const Json& candidate : loss.at("rejected"))
            EXPECT_FALSE(candidate.at("reasons").empty()) << candidate;
        for (const Json& open : loss.at("open_half_days"))
            EXPECT_EQ(open.at("rejected").size(), 12u) << "a reason for every colleague";
    }
    EXPECT_EQ(result.at("cascade_losses_followed"), people);
    EXPECT_EQ(pulseOf(bench).n1Pass, false);
}

TEST(PacksContingency, RefusesDaysOutsideItsRangeWithTheirTexts) {
    PackBench bench;
    EXPECT_EQ(bench.compute("resilience_contingency", {{"days_ahead", "90"}}).errorMessage,
              "days_ahead must be an integer");
    EXPECT_EQ(bench.compute("resilience_contingency", {{"days_ahead", 0}}).errorMessage,
              "days_ahead must be between 1 and 365");
    EXPECT_EQ(bench.compute("resilience_utilization_forecast", {{"days_ahead", 6}}).errorMessage,
              "days_ahead must be between 7 and 365");
    EXPECT_EQ(bench.compute("resilience_utilization_forecast", {{"days_ahead", 366}}).errorMessage,
              "days_ahead must be between 7 and 365");
}

TEST(PacksHealthCheck, JudgesTheWeekAndFeedsThePulse) {
    PackBench bench;
    bench.createSample();
    EXPECT_EQ(pulseOf(bench).utilization.reason, "no health check yet");
    const auto outcome = bench.run("resilience_health_check");
    ASSERT_EQ(outcome.verdict, Verdict::Success) << outcome.errorMessage;
    const Json& result = outcome.result;
    const double ratio = result.at("utilization_ratio");
    EXPECT_NEAR(result.at("utilization").get<double>(), 100 * ratio, 0.05);
    EXPECT_GT(ratio, 0.3);
    EXPECT_LT(ratio, 1.5);
    EXPECT_GT(result.at("coverage_rate").get<double>(), 0.9);
    EXPECT_EQ(result.at("faculty").at("total"), result.at("faculty").at("on_duty").get<int>() +
                                                    result.at("faculty").at("on_leave").get<int>());
    const auto pulse = pulseOf(bench);
    EXPECT_EQ(pulse.status, result.at("status").get<std::string>());
    EXPECT_DOUBLE_EQ(pulse.utilization.value.value(), ratio);
    EXPECT_EQ(pulse.utilization.at, bench.clock.now());
    EXPECT_EQ(pulse.n1Pass, false); // its own contingency analysis was the first
    EXPECT_EQ(pulse.fairness.reason, "no schedule metrics yet");
}

TEST(PacksHealthCheck, AlertsOnceOnEnteringAndNotWhileNothingChanges) {
    PackBench bench;
    bench.createSample();
    const auto first = bench.run("resilience_health_check");
    EXPECT_GE(core::programme::healthRank(first.result.at("status").get<std::string>()), 2); // N-1 fails
    EXPECT_EQ(first.result.at("alerts_sent"), 1);
    EXPECT_EQ(first.result.at("alert").at("transition"), "entering");
    EXPECT_EQ(bench.ask("SELECT document FROM health_check"), first.result);
    bench.clock.advance(std::chrono::minutes(15));
    const auto second = bench.run("resilience_health_check");
    EXPECT_EQ(second.result.at("alerts_sent"), 0);
    EXPECT_TRUE(second.result.at("alert").is_null());
    EXPECT_EQ(bench.ask("SELECT count(*) FROM health_check"), 2);
    EXPECT_TRUE(first.outbox.empty()) << "a trigger makes the task that sends it";
}

TEST(PacksHealthCheck, RecordsChangesOfTheDefenseAndRecoversWithOneAlert) {
    PackBench bench;
    bench.createSample();
    const std::string entering = "entering " + bench.run("resilience_health_check").result.at("status").get<std::string>();
    const std::string levels = "SELECT group_concat(coalesce(from_level, 0) || '-' || to_level, ' ') FROM"
                               " (SELECT * FROM defense_event WHERE from_level IS NOT to_level ORDER BY id)";
    EXPECT_EQ(bench.ask(levels), "0-1");
    const std::string alerts = "SELECT group_concat(transition || ' ' || status, ', ') FROM"
                               " (SELECT * FROM resilience_alert WHERE kind = 'health' ORDER BY id)";
    ASSERT_EQ(bench.ask(alerts), entering); // N-1 fails
    const auto check = [&] {
        bench.clock.advance(std::chrono::minutes(15));
        return bench.run("resilience_health_check", Json::object(), "schedule:resilience-health-check").result;
    };
    change(bench, "UPDATE person SET status = 'away' WHERE type = 'faculty'");
    const Json worst = check();
    EXPECT_EQ(worst.at("status"), "emergency");
    EXPECT_TRUE(worst.at("defense_needs_decision").get<bool>());
    EXPECT_EQ(bench.ask("SELECT by FROM defense_event ORDER BY id DESC LIMIT 1"), "schedule:resilience-health-check");
    EXPECT_EQ(bench.ask("SELECT to_level FROM defense_event ORDER BY id DESC LIMIT 1"), worst.at("defense_level_number"));
    EXPECT_NE(bench.ask("SELECT reason FROM defense_event ORDER BY id DESC LIMIT 1").get<std::string>().find("raised: coverage"),
              std::string::npos);
    EXPECT_EQ(bench.ask(alerts), entering + ", worsening emergency");
    check();
    EXPECT_EQ(bench.ask(alerts), entering + ", worsening emergency");
    change(bench, "UPDATE person SET status = 'active' WHERE type = 'faculty'");
    const Json first = check();
    EXPECT_EQ(first.at("defense_level_number"), worst.at("defense_level_number")) << "one better check is not enough";
    const Json second = check();
    EXPECT_EQ(second.at("defense_level_number"), 1);
    EXPECT_NE(bench.ask("SELECT reason FROM defense_event ORDER BY id DESC LIMIT 1").get<std::string>().find(
                  "lowered after two better checks"),
              std::string::npos);
}

TEST(PacksHealthCheck, ShedsProtectedTimeByItselfAndTakesItBackAfterTwoBetterChecks) {
    PackBench bench;
    bench.createSample();
    const auto check = [&] {
        bench.clock.advance(std::chrono::minutes(15));
        return bench.run("resilience_health_check");
    };
    change(bench, "UPDATE person SET fte = 0.45 WHERE type = 'faculty'");
    const auto tight = check();
    ASSERT_GT(tight.result.at("utilization_ratio"), 1.0);
    EXPECT_EQ(tight.result.at("load_shedding_advice").at("level").get<int>() >= 1, true);
    EXPECT_EQ(bench.ask("SELECT level FROM shed_state"), 2) << "up to ORANGE, the colour below the threshold";
    EXPECT_EQ(bench.ask("SELECT approval_method FROM shed_event"), "automatic");
    EXPECT_TRUE(bench.ask("SELECT crisis_id FROM shed_event").is_null());
    EXPECT_EQ(bench.ask("SELECT transition || ' ' || level FROM resilience_alert WHERE kind = 'load_shedding'"),
              "event warning");
    ASSERT_EQ(tight.changes.audit.size(), 1u);
    EXPECT_EQ(tight.changes.audit[0].action, "shed_level_changed");
    EXPECT_EQ(tight.changes.audit[0].actorType, "system");
    const auto relieved = check();
    EXPECT_LT(relieved.result.at("utilization_ratio"), tight.result.at("utilization_ratio"));
    EXPECT_EQ(bench.ask("SELECT count(*) FROM shed_event"), 1);
    change(bench, "UPDATE person SET fte = 1.0 WHERE type = 'faculty'");
    check();
    EXPECT_EQ(bench.ask("SELECT level FROM shed_state"), 2);
    check();
    EXPECT_EQ(bench.ask("SELECT level FROM shed_state"), 0);
    change(bench, "UPDATE defense_automation SET auto_shed_load = 0");
    change(bench, "UPDATE person SET fte = 0.45 WHERE type = 'faculty'");
    EXPECT_NE(check().result.at("immediate_actions").dump().find("Shed load to level"), std::string::npos);
    EXPECT_EQ(bench.ask("SELECT level FROM shed_state"), 0) << "the programme does not want it";
}

TEST(PacksHealthCheck, ReusesAContingencyReportForADay) {
    PackBench bench;
    bench.createSample();
    change(bench, "UPDATE shed_state SET level = 3, categories = '[4,5,6,7]'"); // a relaxed week
    bench.run("resilience_health_check");
    ASSERT_LE(bench.ask("SELECT utilization FROM health_check"), 0.8);
    bench.clock.advance(std::chrono::hours(2));
    bench.run("resilience_health_check");
    EXPECT_EQ(bench.ask("SELECT count(*) FROM contingency_report"), 1);
    bench.clock.advance(std::chrono::hours(25));
    bench.run("resilience_health_check");
    EXPECT_EQ(bench.ask("SELECT count(*) FROM contingency_report"), 2);
}

TEST(PacksHealthCheck, InATightWeekItAnalysesAgainButKeepsOneReportAnHour) {
    PackBench bench;
    bench.createSample();
    change(bench, "UPDATE defense_automation SET auto_shed_load = 0"); // what is shed would change the verdict
    change(bench, "UPDATE person SET fte = 0.6 WHERE type = 'faculty'");
    bench.run("resilience_health_check");
    ASSERT_GT(bench.ask("SELECT utilization FROM health_check"), 0.8);
    bench.clock.advance(std::chrono::minutes(15));
    bench.run("resilience_health_check");
    EXPECT_EQ(bench.ask("SELECT count(*) FROM contingency_report"), 1);
    bench.clock.advance(std::chrono::minutes(60));
    bench.run("resilience_health_check");
    EXPECT_EQ(bench.ask("SELECT count(*) FROM contingency_report"), 2);
}

TEST(PacksForecast, SaysEveryDayWithItsBand) {
    PackBench bench;
    bench.createSample();
    const auto outcome = bench.run("resilience_utilization_forecast", {{"days_ahead", 30}});
    ASSERT_EQ(outcome.verdict, Verdict::Success) << outcome.errorMessage;
    const Json& result = outcome.result;
    ASSERT_EQ(result.at("daily").size(), 30u);
    EXPECT_EQ(result.at("daily").at(0).at("date"), "2026-11-20");
    int days = 0;
    for (const auto& [level, count] : result.at("days_by_level").items())
        days += count.get<int>();
    EXPECT_EQ(days, 30);
    double highest = 0;
    for (const Json& day : result.at("daily"))
        highest = std::max(highest, day.at("utilization").get<double>());
    EXPECT_EQ(result.at("peak").at("value"), highest);
    EXPECT_EQ(bench.ask("SELECT json_array_length(daily) FROM utilization_forecast"), 30);
    EXPECT_EQ(pulseOf(bench).highRiskDays, result.at("high_risk_days").get<int>());
}

TEST(PacksForecast, ItsAlertIsSaidOnceAndTakenBackOnce) {
    PackBench bench;
    bench.createSample();
    const std::string alerts = "SELECT group_concat(transition || ' ' || level, ', ') FROM"
                               " (SELECT * FROM resilience_alert WHERE kind = 'utilization_forecast' ORDER BY id)";
    ASSERT_EQ(bench.run("resilience_utilization_forecast", {{"days_ahead", 30}}).result.at("high_risk_days"), 0);
    EXPECT_TRUE(bench.ask(alerts).is_null());
    change(bench, "UPDATE person SET status = 'away' WHERE type = 'faculty'");
    bench.run("resilience_utilization_forecast", {{"days_ahead", 30}});
    EXPECT_EQ(bench.ask(alerts), "entering critical");
    EXPECT_NE(bench.ask("SELECT message FROM resilience_alert").get<std::string>().find("20 Nov – 19 Dec (BLACK)"),
              std::string::npos)
        << bench.ask("SELECT message FROM resilience_alert");
    bench.clock.advance(std::chrono::hours(24));
    bench.run("resilience_utilization_forecast", {{"days_ahead", 30}});
    EXPECT_EQ(bench.ask(alerts), "entering critical");
    change(bench, "UPDATE person SET status = 'active' WHERE type = 'faculty'");
    bench.run("resilience_utilization_forecast", {{"days_ahead", 30}});
    bench.run("resilience_utilization_forecast", {{"days_ahead", 30}});
    EXPECT_EQ(bench.ask(alerts), "entering critical, recovery info");
}

TEST(PacksForecast, TodayIsTheDayInTheProgrammesZoneAlsoWhereClocksAreSet) {
    PackBench bench("2026-10-31T18:00:00Z");
    bench.createSample();
    change(bench, "UPDATE programme SET zone = 'America/New_York'");
    // Clocks are set back on 1 November 2026 at 06:00 UTC, and forth on 14 March 2027 at 07:00 UTC.
    for (const auto& [now, today] : {std::pair("2026-11-01T03:59:00Z", "2026-10-31"), {"2026-11-01T04:30:00Z", "2026-11-01"},
                                     {"2026-11-02T04:59:00Z", "2026-11-01"}, {"2026-11-02T05:00:00Z", "2026-11-02"},
                                     {"2027-03-14T06:59:00Z", "2027-03-14"}, {"2027-03-15T03:59:00Z", "2027-03-14"},
                                     {"2027-03-15T04:00:00Z", "2027-03-15"}}) {
        bench.clock.jump(*core::base::parseInstant(now) - bench.clock.now());
        const Json result = bench.run("resilience_utilization_forecast", {{"days_ahead", 7}}).result;
        EXPECT_EQ(result.at("period").at("start"), today) << now;
        EXPECT_EQ(result.at("daily").size(), 7u) << now;
    }
}

TEST(PacksForecast, AtTheEndOfTheAcademicYearItSaysThatItStops) {
    PackBench bench("2027-06-01T18:00:00Z");
    bench.createSample();
    const Json result = bench.run("resilience_utilization_forecast").result;
    EXPECT_EQ(result.at("period").at("end"), "2027-06-30");
    EXPECT_EQ(result.at("daily").size(), 30u);
    EXPECT_EQ(result.at("message"), "the calendar of the programme ends on Wed 30 Jun 2027");
}

TEST(PacksForecast, MassAbsenceTurnsTheForecastBlackAndAlerts) {
    PackBench bench;
    bench.createSample();
    change(bench, "INSERT INTO absence(id, person_key, start_date, end_date, type, status, created_at)"
                  " SELECT 'mass-' || key, key, '2026-11-30', '2026-12-13', 'sick', 'approved', 0 FROM person"
                  " WHERE type = 'faculty' AND key NOT IN (SELECT person_key FROM absence"
                  " WHERE start_date = '2026-11-30' AND end_date = '2026-12-13')");
    const auto outcome = bench.run("resilience_utilization_forecast", {{"days_ahead", 30}});
    EXPECT_GT(outcome.result.at("high_risk_days"), 5);
    EXPECT_GT(outcome.result.at("days_by_level").at("BLACK"), 0);
    EXPECT_NE(outcome.result.at("high_risk_periods").at(0).at("factors").dump().find("faculty absent"),
              std::string::npos);
    EXPECT_EQ(outcome.result.at("alert").at("level"), "critical");
    bench.clock.advance(std::chrono::hours(24));
    EXPECT_TRUE(bench.run("resilience_utilization_forecast", {{"days_ahead", 30}}).result.at("alert").is_null())
        << "who was told of the worst is not told again";
}

TEST(PacksAlert, IsKeptAndToldOnTheChannelsOfItsLevel) {
    PackBench bench;
    const auto outcome = bench.run("send_resilience_alert", {{"level", "warning"}, {"message", "the ward is thin tonight"}});
    ASSERT_EQ(outcome.verdict, Verdict::Success) << outcome.errorMessage;
    EXPECT_EQ(bench.ask("SELECT kind || ' ' || transition || ' ' || level || ' ' || message FROM resilience_alert"),
              "manual event warning the ward is thin tonight");
    ASSERT_EQ(outcome.outbox.size(), 1u);
    EXPECT_EQ(outcome.outbox[0].channel, "in_app");
    EXPECT_EQ(outcome.outbox[0].body["type"], "resilience_alert_warning");
    const Json& deliveries = outcome.result.at("delivery_results");
    ASSERT_EQ(deliveries.size(), 2u);
    EXPECT_EQ(deliveries[0]["success"], true);
    EXPECT_EQ(deliveries[1]["channel"], "email");
    EXPECT_EQ(deliveries[1]["success"], false) << "nobody's address is known, and it says so";
    EXPECT_EQ(deliveries[1]["recipient_count"], 0);
    EXPECT_EQ(bench.run("send_resilience_alert", {{"level", "info"}, {"message", "all is well"}})
                  .result.at("delivery_results")
                  .size(),
              1u);
}

TEST(PacksAlert, RefusesWhatItCannotKeep) {
    PackBench bench;
    const auto refusal = [&](const Json& params) { return bench.compute("send_resilience_alert", params).errorMessage; };
    EXPECT_EQ(refusal({{"message", "m"}}), "level is required");
    EXPECT_EQ(refusal({{"level", "frantic"}, {"message", "m"}}), "level must be one of info, warning, critical, emergency");
    EXPECT_EQ(refusal({{"level", "info"}}), "message is required");
    EXPECT_EQ(refusal({{"level", "info"}, {"message", ""}}), "message is required");
}

TEST(PacksMetrics, MeasuresThePeriodAndRemembersIt) {
    PackBench bench;
    bench.createSample();
    const auto outcome = bench.run("metrics_computation");
    ASSERT_EQ(outcome.verdict, Verdict::Success) << outcome.errorMessage;
    const Json& result = outcome.result;
    EXPECT_EQ(result.at("task_status"), "completed");
    EXPECT_EQ(result.at("period").at("start_date"), "2026-11-20");
    EXPECT_EQ(result.at("period").at("end_date"), "2027-02-18");
    const Json& metrics = result.at("schedule_analysis").at("metrics");
    for (const char* name : {"fairness", "coverage", "compliance"})
        for (const char* field : {"value", "trend", "benchmark", "status", "description", "details"})
            EXPECT_TRUE(metrics.at(name).contains(field)) << name << "." << field;
    EXPECT_GT(metrics.at("compliance").at("details").at("checks"), 1000);
    const auto pulse = pulseOf(bench);
    EXPECT_EQ(pulse.fairness.value, metrics.at("fairness").at("value").get<double>());
    EXPECT_EQ(bench.run("metrics_computation").result["schedule_analysis"]["metrics"]["fairness"]["trend"], "stable");
}

TEST(PacksMetrics, RefusesImpossiblePeriods) {
    PackBench bench;
    bench.createSample();
    const auto backwards =
        bench.run("metrics_computation", {{"start_date", "2026-12-01"}, {"end_date", "2026-11-30"}});
    EXPECT_EQ(backwards.errorType, "invalid_params");
    EXPECT_NE(backwards.errorMessage.find("must not be after"), std::string::npos);
    const auto tooLong = bench.run("metrics_computation", {{"start_date", "2026-07-01"}, {"end_date", "2027-07-02"}});
    EXPECT_EQ(tooLong.errorMessage, "the period must not be longer than 366 days");
    EXPECT_EQ(bench.run("metrics_computation", {{"start_date", "2026-07-01"}, {"end_date", "2027-07-01"}}).verdict,
              Verdict::Success);
    EXPECT_EQ(bench.compute("metrics_computation", {{"start_date", "2026-02-30"}}).errorType, "invalid_params");
    EXPECT_EQ(bench.run("metrics_computation", {{"start_date", "2031-01-01"}}).errorType, "not_found");
}

TEST(PacksMetrics, CountsViolationsAndLeavesTheRecordToTheComplianceCheck) {
    PackBench bench;
    bench.createSample();
    change(bench, "UPDATE rotation_template SET hours_am = 8, hours_pm = 8 WHERE abbreviation = 'FMIT'");
    const auto before = bench.run("metrics_computation");
    const Json& violations = before.result["schedule_analysis"]["violations"];
    EXPECT_GT(violations["total"], 0);
    EXPECT_EQ(violations["unacknowledged"], violations["total"]);
    EXPECT_LT(before.result["schedule_analysis"]["metrics"]["compliance"]["value"], 100.0);
    EXPECT_EQ(bench.ask("SELECT count(*) FROM acgme_violation"), 0);
    const Json& details = before.result["schedule_analysis"]["metrics"]["compliance"]["details"];
    EXPECT_NEAR(bench.ask("SELECT resident_compliance_pct FROM schedule_metrics").get<double>(),
                details["resident_compliance_pct"].get<double>(), 1e-9);
    bench.run("acgme_compliance_check");
    change(bench, "UPDATE acgme_violation SET status = 'acknowledged' WHERE severity IN ('HIGH', 'CRITICAL')");
    const auto after = bench.run("metrics_computation");
    EXPECT_EQ(after.result["schedule_analysis"]["violations"]["overrides_acknowledged"], violations["total"]);
    EXPECT_EQ(after.result["schedule_analysis"]["violations"]["unacknowledged"], 0);
}

TEST(PacksAnalyses, WithoutAProgrammeEveryTaskSaysHowToGetOne) {
    PackBench bench;
    std::map<std::string, Json> params{
        {"resilience_crisis_activation", {{"severity", "minor"}, {"reason", "a burst water main"}}},
        {"resilience_crisis_deactivation", {{"reason", "the water is back"}, {"approved_by", "Ada"}}}};
    for (const std::string& id : bench.registry.ids()) {
        if (id == "send_resilience_alert") // has something to say without a programme too
            continue;
        const auto outcome = bench.run(id, params.contains(id) ? params[id] : Json::object());
        EXPECT_EQ(outcome.errorType, "not_found") << id;
        EXPECT_NE(outcome.errorMessage.find("beatwarden programme create-sample"), std::string::npos) << id;
    }
}

TEST(PacksAnalyses, OutsideTheCalendarTheySaySo) {
    PackBench bench;
    bench.createSample();
    bench.clock.jump(std::chrono::days(3 * 365));
    for (const char* id : kAnalyses) {
        const auto outcome = bench.run(id);
        EXPECT_EQ(outcome.errorType, "not_found") << id;
        EXPECT_NE(outcome.errorMessage.find("calendar"), std::string::npos) << outcome.errorMessage;
    }
}

TEST(PacksAnalyses, TheDayAfterTheYearIsOutsideTheCalendarToo) {
    PackBench bench("2027-07-01T18:00:00Z");
    bench.clock.jump(std::chrono::days(-1));
    bench.createSample();
    bench.clock.jump(std::chrono::days(1));
    for (const char* id : {"resilience_health_check", "resilience_contingency", "resilience_utilization_forecast"}) {
        const auto outcome = bench.run(id);
        EXPECT_EQ(outcome.errorType, "not_found") << id;
        EXPECT_NE(outcome.errorMessage.find("today (2027-07-01) is outside the programme's calendar"), std::string::npos)
            << outcome.errorMessage;
    }
}

TEST(PacksAnalyses, EachTakesLessThanTwoSecondsOfProcessorTime) {
    PackBench bench;
    bench.createSample();
    for (const char* id : kAnalyses) {
        const std::clock_t before = std::clock(); // not the wall's: the machine may be busy with something else
        EXPECT_EQ(bench.compute(id).verdict, Verdict::Success);
        const double seconds = double(std::clock() - before) / CLOCKS_PER_SEC;
        RecordProperty(id, std::to_string(seconds));
        EXPECT_LT(seconds, 2.0) << id;
    }
}

TEST(PacksAnalyses, ACancelledOneStops) {
    PackBench bench;
    bench.createSample();
    for (const char* id : kAnalyses) {
        tests::HandlerContext context(bench.clock, bench.database->file(), "operator");
        context.cancelled = true;
        const auto& type = *bench.registry.find(id);
        EXPECT_THROW(type.run(*type.parameters.validate(Json::object()), context), core::task::Cancelled) << id;
    }
}

TEST(PacksAnalyses, EveryResultHasWhatItsSchemaPromises) {
    PackBench bench;
    bench.createSample();
    for (const char* id : kAnalyses) {
        const Json result = bench.run(id).result;
        for (const Json& field : bench.registry.find(id)->resultSchema.at("required"))
            EXPECT_TRUE(result.contains(field.get<std::string>())) << id << " lacks " << field;
    }
}

TEST(PacksHistory, ANewSampleGetsOneRowForEveryPastWeekAndOnlyOnce) {
    PackBench bench;
    bench.createSample();
    backfill(bench);
    const auto weeks = (core::base::makeDate(2026, 11, 20) - core::base::makeDate(2026, 7, 1)).count() / 7;
    EXPECT_EQ(bench.ask("SELECT count(*) FROM health_check WHERE source = 'backfill'"), weeks);
    EXPECT_EQ(bench.ask("SELECT count(*) FROM schedule_metrics WHERE source = 'backfill'"), weeks);
    backfill(bench);
    EXPECT_EQ(bench.ask("SELECT count(*) FROM health_check"), weeks);
    const auto trend = trendOf(bench);
    ASSERT_EQ(int64_t(trend.size()), weeks);
    EXPECT_EQ(core::base::formatInstant(trend.front().at), "2026-07-08T10:00:00Z"); // midnight in Honolulu
    EXPECT_FALSE(trend.front().fairness);
    for (size_t i = 0; i < trend.size(); ++i) {
        EXPECT_TRUE(i == 0 || trend[i - 1].at < trend[i].at);
        EXPECT_TRUE(trend[i].utilization && *trend[i].utilization > 0.3 && *trend[i].utilization < 1.5);
        EXPECT_TRUE(trend[i].coverage && *trend[i].coverage > 0.8 && *trend[i].coverage <= 1.0);
        EXPECT_TRUE(i < 4 || trend[i].fairness);
    }
    EXPECT_EQ(pulseOf(bench).utilization.reason, "no health check yet"); // the past is not the present
}

TEST(PacksHistory, OnTheFirstDayOfTheYearThereIsNoPast) {
    PackBench bench("2026-07-01T18:00:00Z");
    bench.createSample();
    backfill(bench);
    EXPECT_TRUE(trendOf(bench).empty());
    EXPECT_EQ(bench.run("resilience_health_check").verdict, Verdict::Success);
    EXPECT_EQ(bench.run("metrics_computation").verdict, Verdict::Success);
}

TEST(PacksHistory, OnTheLastDayOfTheYearTheTasksLookAsFarAsThereIs) {
    PackBench bench("2027-06-30T18:00:00Z");
    bench.createSample();
    for (const char* id : kAnalyses)
        EXPECT_EQ(bench.run(id).verdict, Verdict::Success) << id;
    EXPECT_EQ(bench.ask("SELECT period_end FROM contingency_report ORDER BY id LIMIT 1"), "2027-06-30");
}
