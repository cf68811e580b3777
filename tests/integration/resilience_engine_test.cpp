#include "core/packs/Packs.h"
#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tests::resilience_engine {

using core::base::Json;
using core::metrics::Labels;
using core::metrics::MetricFamily;
using core::task::TaskState;

/// An engine with the programme's tasks, run in this process, over a sample.
class ResilienceInTheEngine : public testing::Test, protected EngineHarness {
  protected:
    void SetUp() override {
        open();
        const auto stats = engine().programme().createSample({}, kTester);
        ASSERT_TRUE(stats) << stats.error().text();
    }

    void open() {
        core::engine::EngineOptions eager = options();
        eager.eager = true;
        eager.beat = false;
        eager.workerProgram = "/nonexistent/worker";
        core::task::TaskRegistry types;
        core::packs::registerAll(types);
        start(eager, std::move(types));
    }

    Json run(const std::string& type, Json params = Json::object()) {
        const auto ended = wait(submit(type, std::move(params)));
        EXPECT_EQ(ended.state, TaskState::Success) << ended.errorMessage;
        return ended.result;
    }

    std::optional<double> gauge(const std::string& name, const Labels& labels = {}) {
        return engine().gauges().value("resilience_" + name, labels);
    }

    MetricFamily family(const std::string& name) {
        for (MetricFamily& each : engine().gauges().read())
            if (each.name == "resilience_" + name)
                return each;
        ADD_FAILURE() << "no family " << name;
        return {};
    }
};

TEST_F(ResilienceInTheEngine, GaugesSayWhatTheLatestHealthCheckFoundAndNothingBefore) {
    EXPECT_FALSE(gauge("coverage_rate"));
    EXPECT_FALSE(gauge("n1_compliant"));
    ASSERT_TRUE(eventually([&] { return gauge("load_shedding_level") == 0.0; }));
    const Json result = run("resilience_health_check");
    ASSERT_TRUE(eventually([&] { return gauge("coverage_rate").has_value(); }));
    EXPECT_EQ(gauge("coverage_rate"), result.at("coverage_rate").get<double>());
    EXPECT_EQ(gauge("utilization_rate", {{"component", "overall"}}), result.at("utilization_ratio").get<double>());
    EXPECT_TRUE(gauge("utilization_rate", {{"component", "essential"}}));
    EXPECT_EQ(gauge("defense_level"), result.at("defense_level_number").get<double>());
    EXPECT_EQ(gauge("n1_compliant"), result.at("n1_pass").get<bool>() ? 1.0 : 0.0);
    EXPECT_EQ(gauge("faculty_available", {{"type", "on_duty"}}), result.at("faculty").at("on_duty").get<double>());
    EXPECT_EQ(gauge("buffer_remaining"), result.at("buffer_remaining").get<double>());
    for (const Json& service : result.at("redundancy"))
        EXPECT_TRUE(gauge("redundancy_level", {{"service", service.at("service")}})) << service;
    EXPECT_EQ(gauge("defense_activations_total", {{"level", "1"}, {"action", "cross-training"}}), 1.0);
    ASSERT_EQ(family("health_check_duration_seconds").histograms.size(), 1u);
    EXPECT_EQ(family("health_check_duration_seconds").histograms[0].durations.count(), 1u);
    EXPECT_TRUE(family("health_check_failures_total").samples.empty());
}

TEST_F(ResilienceInTheEngine, GaugesAreThereAgainAfterARestartAndCountWhatWasRecorded) {
    const Json check = run("resilience_health_check");
    run("resilience_crisis_activation", {{"severity", "minor"}, {"reason", "A burst pipe in the clinic"}});
    ASSERT_TRUE(eventually([&] { return gauge("load_shedding_level") == 1.0; }));
    EXPECT_EQ(gauge("crisis_activations_total", {{"severity", "minor"}}), 1.0);
    EXPECT_EQ(gauge("load_shedding_events_total", {{"from_level", "0"}, {"to_level", "1"}}), 1.0);
    EXPECT_GT(gauge("suspended_activities").value(), 0);
    stop();
    open();
    ASSERT_TRUE(eventually([&] { return gauge("load_shedding_level") == 1.0; }));
    EXPECT_TRUE(gauge("coverage_rate"));
    EXPECT_EQ(gauge("crisis_activations_total", {{"severity", "minor"}}), 1.0);
}

TEST_F(ResilienceInTheEngine, AFailedHealthCheckIsCounted) {
    // The calendar goes; what the check needs is not there any more.
    const auto empty = std::make_unique<EngineHarness>();
    core::engine::EngineOptions eager = empty->options();
    eager.eager = true;
    eager.beat = false;
    core::task::TaskRegistry types;
    core::packs::registerAll(types);
    empty->start(eager, std::move(types));
    const auto ended = empty->wait(empty->submit("resilience_health_check"));
    EXPECT_EQ(ended.state, TaskState::Failure);
    EXPECT_EQ(empty->engine().gauges().value("resilience_health_check_failures_total", {{"reason", "error"}}), 1.0);
}

TEST_F(ResilienceInTheEngine, VitalsAreKnownInPartsAndSayWhatIsMissing) {
    const auto before = engine().programme().vitals();
    ASSERT_TRUE(before) << before.error().text();
    EXPECT_TRUE(before->at("risk").at("total").is_null());
    EXPECT_EQ(before->at("unified_critical_index").at("reason"), "no contingency analysis yet");
    run("resilience_health_check");
    run("metrics_computation");
    const auto vitals = engine().programme().vitals();
    ASSERT_TRUE(vitals) << vitals.error().text();
    EXPECT_TRUE(vitals->at("risk").at("total").is_number()) << vitals->at("risk");
    EXPECT_TRUE(vitals->at("score").at("total").is_number()) << vitals->at("score");
    EXPECT_EQ(vitals->at("weekly_hours").at("people").size(), 18u);
    EXPECT_EQ(vitals->at("allostatic_load").at("loads").size(), 13u);
    EXPECT_EQ(vitals->at("unified_critical_index").at("people").at(0).at("reason"), nullptr);
    for (const Json& skill : vitals->at("specialist_coverage"))
        if (skill.at("skill") == "obstetrics") {
            EXPECT_EQ(skill.at("qualified"), 1);
            EXPECT_GT(skill.at("missing"), 0) << "the fault of the sample";
        }
    for (const Json& point : vitals->at("set_points"))
        EXPECT_FALSE(point.at("value").is_null()) << point;
    EXPECT_EQ(vitals->at("volatility").at("utilization").at("reason"), "insufficient data: 1 of 20 readings");
}

TEST_F(ResilienceInTheEngine, TheDefenseLogSaysFromToWhyAndWho) {
    EXPECT_TRUE(engine().programme().defenseLog(10)->empty());
    run("resilience_health_check");
    const auto log = engine().programme().defenseLog(10);
    ASSERT_TRUE(log);
    ASSERT_EQ(log->size(), 1u);
    EXPECT_FALSE(log->front().from);
    EXPECT_EQ(log->front().by, "tester");
    EXPECT_TRUE(log->front().coverage);
    EXPECT_FALSE(log->front().reason.empty());
}

TEST_F(ResilienceInTheEngine, TheAutomationIsChangedWithAReasonAndRefusedWhereItCannotBe) {
    auto& programme = engine().programme();
    core::programme::DefenseAutomation automation = *programme.defenseAutomation();
    EXPECT_EQ(automation, core::programme::DefenseAutomation());
    automation.shedLoad = false;
    EXPECT_EQ(programme.setDefenseAutomation(automation, "", kTester).error().message, "a reason is required");
    ASSERT_TRUE(programme.setDefenseAutomation(automation, "the director decides", kTester));
    EXPECT_EQ(*programme.defenseAutomation(), automation);
    automation.escalation = core::programme::DefenseLevel::Control;
    EXPECT_FALSE(programme.setDefenseAutomation(automation, "all by hand", kTester));
    automation.escalation = core::programme::DefenseLevel::Containment;
    automation.activateFallback = true;
    EXPECT_EQ(programme.setDefenseAutomation(automation, "go", kTester).error().code,
              core::base::ErrorCode::Unsupported);
}

TEST_F(ResilienceInTheEngine, AnAlertLeavesAsMailToTheOperationsContacts) {
    auto& programme = engine().programme();
    const auto saved = programme.saveContact(
        {"", "Night Desk", "night@example.test", core::programme::UserRole::Coordinator, true, true}, kTester);
    ASSERT_TRUE(saved) << saved.error().text();
    EXPECT_FALSE(saved->id.empty());
    EXPECT_EQ(programme.contacts()->size(), 5u);
    const Json result = run("send_resilience_alert", {{"level", "warning"}, {"message", "Two attendings are ill"}});
    EXPECT_EQ(result.at("delivery_results").at(1).at("recipient_count"), 4);
    const auto folder = this->folder() / "data" / "spool" / "mail";
    EXPECT_TRUE(eventually([&] {
        return std::filesystem::exists(folder) &&
               std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()) == 4;
    }));
}

} // namespace tests::resilience_engine
