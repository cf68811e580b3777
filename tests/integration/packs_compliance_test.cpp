#include "core/programme/duty/RuleCheck.h"
#include "core/programme/store/DutyPolicyStore.h"
#include "core/programme/store/DutySchema.h"
#include "core/programme/store/GaugeReader.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ViolationStore.h"
#include "core/store/AuditLog.h"
#include "tests/integration/packs_harness.h"

#include <chrono>

namespace packs_compliance_test {

using core::base::ErrorCode;
using core::base::Json;
using core::base::Result;
using core::store::Connection;
using core::task::Verdict;
using tests::PackBench;
using Gauges = std::map<std::string, std::vector<core::metrics::MetricSample>>;
namespace duty = core::programme::duty;
namespace residency = core::programme::store;

constexpr const char* kCheck = "acgme_compliance_check";
constexpr const char* kAdministrator = "Operations Desk";
constexpr const char* kReason = "granted by the review committee in March";

class DutyCheckTask : public testing::Test {
  protected:
    void SetUp() override { bench.createSample(); }

    void change(const std::string& sql) {
        const auto done = bench.database->write([&](Connection& db) -> Result<void> {
            db.exec(sql);
            return {};
        });
        ASSERT_TRUE(done) << done.error().text();
    }
    /// 96 hours in a ward week instead of 72, or as it was.
    void makeWardsHeavy() { setWardHours(8); }
    void makeWardsLight() { setWardHours(6); }
    void setWardHours(int hours) {
        change("UPDATE rotation_template SET hours_am = " + std::to_string(hours) +
               ", hours_pm = " + std::to_string(hours) + ", start_minute_pm = " + std::to_string(420 + 60 * hours) +
               " WHERE abbreviation = 'FMIT'");
    }
    Json check() {
        const auto outcome = bench.run(kCheck);
        EXPECT_EQ(outcome.verdict, Verdict::Success) << outcome.errorMessage;
        return outcome.result;
    }
    int count(const std::string& where) {
        return bench.ask("SELECT count(*) FROM acgme_violation WHERE " + where).get<int>();
    }
    /// What a check asks to be told.
    static std::string transitionIn(const Json& result) {
        return result.at("alert").is_null() ? "" : result.at("alert").at("transition").get<std::string>();
    }
    int64_t worst() {
        return bench
            .ask("SELECT id FROM acgme_violation WHERE status = 'open' AND severity_rank <= 1"
                 " ORDER BY severity_rank, worst_start, id LIMIT 1")
            .get<int64_t>();
    }
    Result<duty::Violation> override(int64_t id, const duty::OverrideRequest& request,
                                     std::optional<int64_t> version = std::nullopt) {
        return bench.database->write([&](Connection& db) {
            return residency::overrideViolation(db, id, request, {kAdministrator, "human", version}, bench.clock.now());
        });
    }
    Result<duty::Violation> acknowledge(int64_t id, const std::string& note = {}) {
        return bench.database->write([&](Connection& db) {
            return residency::acknowledgeViolation(db, id, note, {"coordinator", "human", {}}, bench.clock.now());
        });
    }
    duty::Violation find(int64_t id) {
        const auto found = bench.database->read([&](Connection& db) { return residency::findViolation(db, id); });
        EXPECT_TRUE(found) << found.error().text();
        return *found;
    }
    duty::ViolationPage list(const duty::ViolationFilter& filter) {
        return *bench.database->read(
            [&](Connection& db) -> Result<duty::ViolationPage> { return residency::readViolations(db, filter); });
    }

    PackBench bench;
};

} // namespace packs_compliance_test

using namespace packs_compliance_test;

TEST_F(DutyCheckTask, KeepsTheFiguresOfTheYearApart) {
    const Json result = check();
    EXPECT_EQ(result.at("task_status"), "completed");
    EXPECT_EQ(result.at("period").at("start_date"), "2026-07-01");
    EXPECT_EQ(result.at("period").at("end_date"), "2027-02-18");
    const Json& compliance = result.at("compliance");
    EXPECT_GT(compliance.at("checks"), 5000);
    EXPECT_GE(compliance.at("compliance_pct"), 99.0);
    EXPECT_EQ(compliance.at("residents"), 18);
    EXPECT_GE(compliance.at("rules").at("H80").at("rule_score"), 0.9);
    EXPECT_TRUE(compliance.at("rules").at("MOON").at("rule_score").is_null());
    EXPECT_EQ(compliance.at("rules").at("MOON").at("reason"), "not evaluated");
    EXPECT_GT(compliance.at("rules").at("SUP").at("checks"), 300);
}

TEST_F(DutyCheckTask, RecordsEveryFindingWithWhatItWasWorkedOutFrom) {
    makeWardsHeavy();
    const Json result = check();
    EXPECT_GT(result.at("open_violations"), 0);
    EXPECT_EQ(result.at("records").at("not_recorded"), 0);
    EXPECT_EQ(count("1"), result.at("records").at("added").get<int>());
    const duty::Violation violation = find(worst());
    EXPECT_FALSE(violation.personName.empty());
    EXPECT_FALSE(violation.message.empty());
    EXPECT_FALSE(violation.suggestedFix.empty());
    ASSERT_TRUE(violation.worked.is_array());
    EXPECT_GT(violation.worked.size(), 0u);
    EXPECT_EQ(count("person_id IS NULL AND rule <> 'SUP'"), 0);
    EXPECT_EQ(count("worked IS NULL"), 0);
}

TEST_F(DutyCheckTask, KeepsARecordUnderItsKeyUntilItIsGone) {
    makeWardsHeavy();
    check();
    const int records = count("1");
    const std::string first = bench.ask("SELECT max(first_seen_at) FROM acgme_violation").get<std::string>();
    const std::string keys =
        "SELECT group_concat(natural_key) FROM (SELECT natural_key FROM acgme_violation WHERE status = 'open' ORDER BY 1)";
    const Json before = bench.ask(keys);
    bench.clock.advance(std::chrono::hours(4));
    const Json again = check();
    EXPECT_EQ(again.at("records").at("added"), 0);
    EXPECT_EQ(count("1"), records);
    EXPECT_EQ(bench.ask("SELECT max(first_seen_at) FROM acgme_violation"), first);
    EXPECT_NE(bench.ask("SELECT min(last_seen_at) FROM acgme_violation"), first);
    EXPECT_EQ(count("version <> 1"), 0) << "nothing has changed";
    makeWardsLight();
    EXPECT_GT(check().at("records").at("resolved"), 0);
    EXPECT_EQ(count("status = 'open' AND rule = 'H80' AND severity IN ('HIGH', 'CRITICAL') AND basis = 'rolling'"), 0);
    EXPECT_EQ(count("status = 'resolved' AND resolved_at IS NULL"), 0);
    makeWardsHeavy();
    const Json back = check();
    EXPECT_GT(back.at("records").at("reopened"), 0);
    EXPECT_EQ(bench.ask(keys), before);
    EXPECT_EQ(count("status = 'open' AND resolved_at IS NOT NULL"), 0);
}

TEST_F(DutyCheckTask, TheSameThingHasTheSameKeyOnAnotherDay) {
    makeWardsHeavy();
    check();
    const int records = count("1");
    bench.clock.advance(std::chrono::days(1));
    const Json next = check();
    EXPECT_EQ(next.at("records").at("resolved"), 0);
    EXPECT_LE(next.at("records").at("added"), 12) << "only what one more day brings";
    EXPECT_EQ(count("status <> 'open'"), 0);
    EXPECT_GE(count("1"), records);
}

TEST_F(DutyCheckTask, AlertsOnTransitionsAndOnlyOnce) {
    check();
    change("DELETE FROM acgme_violation");
    makeWardsHeavy();
    const Json first = check();
    EXPECT_EQ(transitionIn(first), "entering");
    EXPECT_EQ(first.at("alert").at("level"), "critical");
    EXPECT_EQ(first.at("alert").at("kind"), "compliance");
    for (int i = 0; i < 2; ++i) {
        const Json again = check();
        EXPECT_TRUE(again.at("alert").is_null());
        EXPECT_TRUE(again.at("alert_ahead").is_null());
        bench.clock.advance(std::chrono::hours(4));
    }
}

TEST_F(DutyCheckTask, WhatComesBackAtOnceIsNoNewsAndLaterItIs) {
    makeWardsHeavy();
    check();
    bench.clock.advance(std::chrono::hours(1));
    makeWardsLight();
    check();
    bench.clock.advance(std::chrono::hours(1));
    makeWardsHeavy();
    EXPECT_EQ(transitionIn(check()), "") << "it was away for an hour";
    makeWardsLight();
    check();
    bench.clock.advance(std::chrono::hours(5));
    makeWardsHeavy();
    EXPECT_NE(transitionIn(check()), "");
}

TEST_F(DutyCheckTask, SaysOnceThatNoViolationIsLeft) {
    change("DELETE FROM assignment WHERE person_key NOT IN (SELECT key FROM person WHERE type = 'resident' LIMIT 2)");
    makeWardsHeavy();
    check();
    ASSERT_GT(count("status = 'open' AND severity_rank <= 1"), 0);
    change("DELETE FROM assignment WHERE rotation_key IN (SELECT key FROM rotation_template WHERE counts_as_duty = 1)");
    EXPECT_EQ(transitionIn(check()), "recovery");
    EXPECT_EQ(count("status = 'open' AND severity_rank <= 1"), 0);
    EXPECT_EQ(transitionIn(check()), "");
}

TEST_F(DutyCheckTask, AnOverrideSurvivesDetectionUntilItsExpiryAndIsAudited) {
    makeWardsHeavy();
    check();
    const int64_t id = worst();
    const auto overridden =
        override(id, {"", "approved_exception", kReason, bench.clock.now() + std::chrono::days(3)}, find(id).version);
    ASSERT_TRUE(overridden) << overridden.error().text();
    EXPECT_EQ(overridden->status, duty::ViolationStatus::Overridden);
    EXPECT_EQ(overridden->override->by, kAdministrator);
    EXPECT_EQ(overridden->version, 2);
    check();
    EXPECT_EQ(find(id).status, duty::ViolationStatus::Overridden);
    EXPECT_EQ(bench.ask("SELECT count(*) FROM audit_log WHERE action = 'override_approved'"), 1);
    bench.clock.advance(std::chrono::days(3));
    check();
    EXPECT_EQ(find(id).status, duty::ViolationStatus::Open);
}

TEST_F(DutyCheckTask, AnOverriddenResidentCountsAsCompliant) {
    makeWardsHeavy();
    const Json before = check();
    for (const duty::Violation& violation : list({}).violations) {
        if (duty::isViolation(violation.severity)) {
            ASSERT_TRUE(override(violation.id, {"", "other", kReason, {}}));
        }
    }
    const Json after = check();
    EXPECT_LT(before.at("compliance").at("resident_compliance_pct"), 100.0);
    EXPECT_EQ(after.at("compliance").at("resident_compliance_pct"), 100.0);
    EXPECT_EQ(after.at("compliance").at("compliance_pct"), before.at("compliance").at("compliance_pct"));
    EXPECT_EQ(after.at("open_violations"), 0);
}

TEST_F(DutyCheckTask, AnOverrideMustSayWhyForHowLongAndAboutWhatWasSeen) {
    makeWardsHeavy();
    check();
    const int64_t id = worst();
    const auto refused = override(id, {"", "because", "too short a reason", bench.clock.now()});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidParams);
    ASSERT_EQ(refused.error().fields.size(), 3u);
    EXPECT_NE(refused.error().message.find("patient_care"), std::string::npos);
    EXPECT_FALSE(override(id, {"", "other", kReason, bench.clock.now() + std::chrono::days(367)}));
    EXPECT_FALSE(override(id, {"", "other", "                      blank around", {}})) << "spaces are no reason";
    EXPECT_EQ(override(id, {"", "other", kReason, {}}, 99).error().code, ErrorCode::Conflict);
    EXPECT_EQ(override(999999, {"", "other", kReason, {}}).error().code, ErrorCode::NotFound);
    EXPECT_EQ(find(id).status, duty::ViolationStatus::Open);
    ASSERT_TRUE(override(id, {"", "other", kReason, {}}));
    EXPECT_EQ(find(id).override->expiresAt - find(id).override->at, std::chrono::days(28));
    ASSERT_TRUE(override(id, {"", "other", kReason, {}, core::base::makeDate(2026, 12, 24)}));
    EXPECT_EQ(core::base::formatInstant(find(id).override->expiresAt), "2026-12-25T10:00:00Z") << "midnight in Honolulu";
    EXPECT_TRUE(override(id, {"", "data_error", kReason, bench.clock.now() + std::chrono::days(90)})) << "again";
    EXPECT_EQ(acknowledge(id).error().code, ErrorCode::Conflict);
}

TEST_F(DutyCheckTask, AnOverrideIsApprovedByTheDirectorOrAnAdministrator) {
    makeWardsHeavy();
    check();
    const int64_t id = worst();
    const auto refused = override(id, {"Programme Coordinator", "other", kReason, {}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidParams);
    ASSERT_EQ(refused.error().fields.size(), 1u);
    EXPECT_EQ(refused.error().fields[0].field, "approved_by");
    EXPECT_NE(refused.error().message.find(kAdministrator), std::string::npos) << "says who may";
    const std::string director = bench.ask("SELECT name FROM person WHERE faculty_role = 'pd'").get<std::string>();
    const auto approved = override(id, {director, "other", kReason, {}});
    ASSERT_TRUE(approved) << approved.error().text();
    EXPECT_EQ(approved->override->approvedBy, director);
    EXPECT_EQ(approved->override->by, kAdministrator);
}

TEST_F(DutyCheckTask, WhatWasSeenStaysAcknowledgedAndWhatIsResolvedCannotBeAnswered) {
    makeWardsHeavy();
    check();
    const int64_t id = worst();
    const auto seen = acknowledge(id, " the call of the 14th moves ");
    ASSERT_TRUE(seen) << seen.error().text();
    EXPECT_EQ(seen->acknowledgement->note, "the call of the 14th moves");
    check();
    EXPECT_EQ(find(id).status, duty::ViolationStatus::Acknowledged);
    makeWardsLight();
    check();
    ASSERT_EQ(find(id).status, duty::ViolationStatus::Resolved);
    EXPECT_EQ(acknowledge(id).error().code, ErrorCode::Conflict);
    EXPECT_EQ(override(id, {"", "other", kReason, {}}).error().code, ErrorCode::Conflict);
}

TEST_F(DutyCheckTask, WhatSomebodySaysWhileItRunsIsNotOverwritten) {
    makeWardsHeavy();
    check();
    makeWardsLight();
    const auto outcome = bench.compute(kCheck);
    const int64_t id = worst();
    ASSERT_TRUE(override(id, {"", "other", kReason, {}}));
    ASSERT_TRUE(bench.commit(outcome));
    EXPECT_EQ(find(id).status, duty::ViolationStatus::Overridden);
    check();
    EXPECT_EQ(find(id).status, duty::ViolationStatus::Resolved);
}

TEST_F(DutyCheckTask, IsListedByWhatIsAskedForAPageAtATime) {
    makeWardsHeavy();
    check();
    const duty::ViolationPage all = list({});
    ASSERT_GT(all.violations.size(), 5u);
    EXPECT_EQ(all.total, int64_t(all.violations.size()));
    EXPECT_TRUE(std::is_sorted(all.violations.begin(), all.violations.end(), [](const auto& a, const auto& b) {
        return a.severity > b.severity || (a.severity == b.severity && a.worstStart < b.worstStart);
    }));
    duty::ViolationFilter page;
    page.limit = 2;
    std::vector<int64_t> ids;
    for (duty::ViolationPage part = list(page); !part.violations.empty(); part = list(page)) {
        EXPECT_EQ(part.total, all.total);
        for (const duty::Violation& violation : part.violations)
            ids.push_back(violation.id);
        page.after = ids.back();
    }
    std::vector<int64_t> expected;
    for (const duty::Violation& violation : all.violations)
        expected.push_back(violation.id);
    EXPECT_EQ(ids, expected);

    duty::ViolationFilter filter;
    filter.rule = "H80";
    filter.leastSeverity = duty::Severity::High;
    filter.person = all.violations.front().personName.substr(0, 4);
    for (const duty::Violation& violation : list(filter).violations) {
        EXPECT_EQ(violation.rule, "H80");
        EXPECT_TRUE(duty::isViolation(violation.severity));
        EXPECT_NE(violation.personName.find(filter.person), std::string::npos);
    }
    filter = {};
    filter.statuses = {duty::ViolationStatus::Resolved};
    EXPECT_EQ(list(filter).total, 0);
    filter = {};
    filter.to = core::base::makeDate(2026, 6, 1);
    EXPECT_EQ(list(filter).total, 0);
}

TEST_F(DutyCheckTask, UsesTheLimitsInForceAndTheirChangeIsAudited) {
    const auto changed = bench.database->write([&](Connection& db) {
        return residency::changeDutyPolicy(
            db, {{"h80_limit", 60}, {"h80_warning", 55}, {"h80_watch", 50}, {"near_yellow", 55}, {"near_orange", 58}},
            "a lighter year", "director", "human", bench.clock.now());
    });
    ASSERT_TRUE(changed) << changed.error().text();
    EXPECT_EQ(changed->version, 1);
    const Json result = check();
    EXPECT_EQ(result.at("policy").at("h80_limit"), 60.0);
    EXPECT_GT(result.at("findings").at("H80").at("CRITICAL"), 0);
    EXPECT_EQ(
        bench.ask("SELECT json_extract(after_json, '$.h80_limit') FROM audit_log WHERE action = 'settings_changed'"),
        60.0);
    EXPECT_EQ(
        bench.ask("SELECT json_extract(before_json, '$.h80_limit') FROM audit_log WHERE action = 'settings_changed'"),
        80.0);
    const auto refused = bench.database->write([&](Connection& db) {
        return residency::changeDutyPolicy(db, {{"h80_limit", 20}}, "", "director", "human", bench.clock.now());
    });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "h80_limit must be between 40 and 100");
    const auto same = bench.database->write([&](Connection& db) {
        return residency::changeDutyPolicy(db, {{"h80_limit", 60}}, "", "director", "human", bench.clock.now());
    });
    EXPECT_EQ(same->version, 1) << "nothing has changed";
}

TEST_F(DutyCheckTask, ItsViolationsAndTheScoreOfEveryRuleAreGauges) {
    makeWardsHeavy();
    const auto mark = [&] {
        return *bench.database->read([](Connection& db) -> Result<std::string> { return residency::readGaugeMark(db); });
    };
    const std::string before = mark();
    check();
    EXPECT_NE(mark(), before);
    bench.run("metrics_computation");
    auto gauges = *bench.database->read([](Connection& db) -> Result<Gauges> { return residency::readResilienceGauges(db); });
    double violations = 0;
    for (const auto& sample : gauges["acgme_violations_total"])
        violations += sample.value;
    EXPECT_EQ(violations, count("severity IN ('HIGH', 'CRITICAL')"));
    ASSERT_FALSE(gauges["acgme_compliance_score"].empty());
    for (const auto& sample : gauges["acgme_compliance_score"]) {
        EXPECT_NE(sample.labels.at(0).second, "MOON") << "was not evaluated";
        EXPECT_TRUE(sample.value >= 0 && sample.value <= 1) << sample.value;
    }
}

TEST_F(DutyCheckTask, LoggedWorkCountsOnTheProgrammesClock) {
    change("INSERT INTO extra_work(id, person_key, started_at, ended_at, kind, created_at) SELECT 'w1', key, "
           "'2026-11-21T06:00:00Z', '2026-11-21T12:00:00Z', 'moonlighting', '2026-11-20T00:00:00Z' FROM person "
           "WHERE type = 'resident' AND pgy_level = 1 LIMIT 1"); // 20:00 to 02:00 in Honolulu
    const auto programme = *bench.database->read([](Connection& db) {
        return residency::readProgramme(db, core::base::makeDate(2026, 11, 20), core::base::makeDate(2026, 11, 20));
    });
    ASSERT_EQ(programme.extraWork.size(), 1u);
    EXPECT_EQ(duty::formatMinute(programme.extraWork[0].start), "2026-11-20 20:00");
    EXPECT_EQ(duty::formatMinute(programme.extraWork[0].end), "2026-11-21 02:00");
    check();
    EXPECT_EQ(count("rule = 'MOON' AND severity = 'HIGH' AND worst_start = '2026-11-20' AND worst_end = '2026-11-21'"),
              1);
}

TEST_F(DutyCheckTask, RefusesWorkThatCannotBe) {
    for (const char* times :
         {"'2026-11-21T06:00:00Z', '2026-11-21T06:00:00Z'", "'2026-11-21T06:00:00Z', '2026-11-20T06:00:00Z'",
          "'2026-11-21T06:00:00Z', '2026-11-24T06:00:00Z'"}) {
        const auto refused = bench.database->write([&](Connection& db) -> Result<void> {
            db.exec(
                std::string(
                    "INSERT INTO extra_work(id, person_key, started_at, ended_at, kind, created_at) VALUES('w', 1, ") +
                times + ", 'moonlighting', '2026-11-20T00:00:00Z')");
            return {};
        });
        EXPECT_FALSE(refused) << times;
    }
}

TEST_F(DutyCheckTask, SupervisionThatIsMissingIsAboutAPlaceAndNamesNobody) {
    change(
        "DELETE FROM assignment WHERE role = 'supervising' AND block_key BETWEEN 2 * 20783 AND 2 * 20789 + 1"); // a
                                                                                                                // week
    const Json result = check();
    EXPECT_GT(count("rule = 'SUP' AND person_id IS NULL AND half IS NOT NULL AND rotation IS NOT NULL"), 0);
    EXPECT_GT(result.at("findings").at("SUP").size(), 0u);
}

TEST_F(DutyCheckTask, WithoutAScheduleNothingIsCompliant) {
    change("DELETE FROM assignment; DELETE FROM call_assignment");
    const Json result = check();
    EXPECT_EQ(result.at("task_status"), "no_data");
    EXPECT_TRUE(result.at("compliance").at("compliance_pct").is_null());
    EXPECT_EQ(result.at("compliance").at("compliance_reason"), "not evaluated");
}

TEST_F(DutyCheckTask, ASchedulePublishedForTheNextWeeksOnlyIsNotDilutedByWhatIsNotPlanned) {
    makeWardsHeavy();
    check();
    const int before = count("rule = 'H80' AND basis = 'rolling' AND worst_end <= '2026-11-30'");
    change("DELETE FROM assignment WHERE block_key > 2 * 20789 + 1"); // after 2 December
    check();
    EXPECT_EQ(count("rule = 'H80' AND basis = 'rolling' AND worst_end <= '2026-11-30' AND status = 'open'"), before);
    EXPECT_EQ(count("worst_end > '2026-12-02' AND status = 'open' AND basis IN ('rolling', 'rotation')"), 0);
}

TEST_F(DutyCheckTask, AfterTheYearItSaysThatTheCalendarHasEnded) {
    bench.clock.jump(std::chrono::days(365));
    const auto outcome = bench.run(kCheck);
    EXPECT_EQ(outcome.errorType, "not_found");
    EXPECT_NE(outcome.errorMessage.find("calendar"), std::string::npos) << outcome.errorMessage;
}

TEST(DutySchema, RecordsOfBeforeAreKept) {
    const tests::TemporaryFolder folder;
    auto steps = core::store::engineMigrations();
    for (auto& step : residency::programmeMigrations())
        if (step.room == "programme")
            steps.push_back(step);
    {
        auto old = *core::store::Database::open(folder / "core.db", steps);
        ASSERT_TRUE(old->write([](Connection& db) -> Result<void> {
            db.exec(
                "INSERT INTO acgme_violation(rule, person_id, window_start, window_end, severity, value, limit_value,"
                " message, first_seen_at, last_seen_at, status) VALUES('H80', 'p1', '2026-11-01', '2026-11-28', 'HIGH',"
                " 83.1, 80, 'too much', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z', 'open')");
            return {};
        }));
    }
    for (auto& step : residency::dutyMigrations())
        steps.push_back(step);
    auto database = *core::store::Database::open(folder / "core.db", steps);
    const auto found = database->read([](Connection& db) { return residency::findViolation(db, 1); });
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_EQ(found->key, "H80|p1|2026-11-01|rolling");
    EXPECT_EQ(found->value, 83.1);
    EXPECT_EQ(found->status, duty::ViolationStatus::Open);
    EXPECT_EQ(core::base::formatDate(found->worstEnd), "2026-11-28");
}
