#include "core/api/Problem.h"
#include "core/api/Router.h"
#include "tests/support/FakeEngine.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <thread>

namespace tests::api_router {

using core::api::Method;
using core::api::Request;
using core::api::Response;
using core::base::Json;
using core::task::TaskState;

class ApiRouter : public testing::Test {
  protected:
    Response send(Method method, const std::string& path, core::api::Fields query = {}, Json body = nullptr) {
        Request request;
        request.method = method;
        request.path = path;
        request.query = std::move(query);
        request.body = std::move(body);
        request.actor = "amara";
        return router.handle(request);
    }
    Response get(const std::string& path, core::api::Fields query = {}) {
        return send(Method::Get, path, std::move(query));
    }
    Response post(const std::string& path, Json body = Json::object()) {
        return send(Method::Post, path, {}, std::move(body));
    }
    std::string startEcho() { return post("/api/v1/tasks", {{"type", "test_echo"}}).document["id"]; }

    tests::FakeEngine engine;
    core::api::Router router{engine};
};

void expectProblem(const Response& response, int status, const std::string& code) {
    EXPECT_EQ(response.status, status) << response.body();
    EXPECT_EQ(response.contentType, "application/problem+json");
    for (const char* member : {"type", "title", "status", "detail", "code", "errors"})
        EXPECT_TRUE(response.document.contains(member)) << member;
    EXPECT_EQ(response.document["status"], status);
    EXPECT_EQ(response.document["code"], code);
}

TEST_F(ApiRouter, StartingATaskAnswersWithItsDocument) {
    const Response response = post("/api/v1/tasks", {{"type", "test_echo"},
                                                     {"params", {{"days_ahead", 30}}},
                                                     {"priority", 9},
                                                     {"tags", {"morning"}},
                                                     {"timeout", 2.5},
                                                     {"metadata", {{"ticket", 7}}}});
    ASSERT_EQ(response.status, 201) << response.body();
    EXPECT_EQ(response.document["type"], "test_echo");
    EXPECT_EQ(response.document["params"]["days_ahead"], 30);
    EXPECT_EQ(response.document["priority"], 9);
    EXPECT_EQ(response.document["metadata"]["ticket"], 7);
    EXPECT_EQ(response.document["tags"][0], "morning");
    EXPECT_EQ(response.document["time_limit_seconds"], 2.5);
    EXPECT_EQ(response.document["state"], "pending");
    EXPECT_EQ(engine.lastActor().name, "amara");
    EXPECT_EQ(engine.lastActor().type, "human");
}

TEST_F(ApiRouter, FallbackSchedulesAreShownPutInForceAndTakenBack) {
    const Json list = get("/api/v1/programme/fallbacks").document["fallbacks"];
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0]["scenario"], "2_faculty_loss");
    EXPECT_EQ(list[0]["coverage_rate"], 0.94);
    EXPECT_TRUE(list[0]["coverage_unknown_reason"].is_null());
    const std::string path = "/api/v1/programme/fallbacks/2_faculty_loss";
    const Json shown = get(path).document;
    EXPECT_EQ(shown["days"][0]["assignments"][0]["source"], "fallback");
    EXPECT_EQ(shown["days"][0]["gaps"][0]["reason"], "12 not qualified");
    expectProblem(get("/api/v1/programme/fallbacks/nothing"), 404, "not_found");
    const Json words{{"reason", "Two are ill until Friday"}, {"approved_by", "Dr. Okafor"}, {"version", 1}};
    expectProblem(post(path + "/activate", {{"reason", "Two are ill until Friday"}}), 400, "invalid_params");
    expectProblem(post(path + "/activate", {{"reason", 7}, {"approved_by", "Dr. Okafor"}}), 400, "invalid_params");
    const Response active = post(path + "/activate", words);
    ASSERT_EQ(active.status, 200) << active.body();
    EXPECT_EQ(active.document["is_active"], true);
    expectProblem(post(path + "/activate", words), 409, "conflict");
    EXPECT_EQ(post(path + "/deactivate", {{"reason", "Both are back"}, {"approved_by", "Dr. Okafor"}}).document["is_active"], false);
}

TEST_F(ApiRouter, WrongWordsAboutATaskAreRefusedWithTheirReason) {
    const Response unknown = post("/api/v1/tasks", {{"type", "nonsense"}});
    expectProblem(unknown, 400, "invalid_params");
    EXPECT_EQ(unknown.document["detail"].get<std::string>().find("Invalid task_type: nonsense. Must be one of: ["), 0u);

    const Response wrong = post("/api/v1/tasks", {{"type", "test_echo"}, {"params", {{"days_ahead", "many"}}}});
    expectProblem(wrong, 400, "invalid_params");
    EXPECT_EQ(wrong.document["detail"], "days_ahead must be an integer");
    EXPECT_EQ(wrong.document["errors"][0]["field"], "days_ahead");

    for (const Json& body : {Json{{"type", "test_echo"}, {"colour", "red"}}, Json{{"params", Json::object()}},
                             Json{{"type", 7}}, Json{{"type", "test_echo"}, {"priority", 10}},
                             Json{{"type", "test_echo"}, {"priority", true}}, Json{{"type", "test_echo"}, {"params", 3}},
                             Json{{"type", "test_echo"}, {"eta", "2026-02-30T10:00:00Z"}},
                             Json{{"type", "test_echo"}, {"countdown", -1}},
                             Json{{"type", "test_echo"}, {"timeout", -1}}, Json{{"type", "test_echo"}, {"timeout", "soon"}},
                             Json{{"type", "test_echo"}, {"eta", "2026-12-01T10:00:00Z"}, {"countdown", 5}},
                             Json::array({1}), Json("text")})
        expectProblem(post("/api/v1/tasks", body), 400, "invalid_params");
    EXPECT_TRUE(get("/api/v1/tasks").document["tasks"].empty());
}

TEST_F(ApiRouter, AWorkflowThatIsNoneIsRefused) {
    const auto steps = [](const Json& after) {
        return Json{{"workflow", {{"steps", {{{"type", "test_echo"}}, {{"type", "test_echo"}, {"after", after}}}}}}};
    };
    for (const Json& body : {Json::object(), Json{{"workflow", Json::object()}}, Json{{"workflow", {{"steps", {1}}}}}, steps(1),
                             steps({0}), steps({2}), steps({"1"}), steps({std::numeric_limits<uint64_t>::max()})})
        expectProblem(post("/api/v1/workflows", body), 400, "invalid_params");
}

TEST_F(ApiRouter, AListIsPagedByTheLastId) {
    for (int i = 0; i < 5; ++i)
        startEcho();
    const Json first = get("/api/v1/tasks", {{"limit", "2"}}).document;
    ASSERT_EQ(first["tasks"].size(), 2u);
    EXPECT_EQ(first["tasks"][0]["id"], "task-5");
    EXPECT_EQ(first["next_after"], "task-4");
    const Json second = get("/api/v1/tasks", {{"limit", "3"}, {"after", "task-4"}}).document;
    ASSERT_EQ(second["tasks"].size(), 3u);
    EXPECT_EQ(second["tasks"][2]["id"], "task-1");
    EXPECT_TRUE(second["next_after"].is_null());
    expectProblem(get("/api/v1/tasks", {{"after", "nobody"}}), 404, "not_found");
}

TEST_F(ApiRouter, AListTakesOnlyFiltersThatMeanSomething) {
    engine.finish(startEcho(), TaskState::Success);
    startEcho();
    EXPECT_EQ(get("/api/v1/tasks", {{"state", "success"}}).document["tasks"].size(), 1u);
    EXPECT_EQ(get("/api/v1/tasks", {{"state", "success,pending"}}).document["tasks"].size(), 2u);
    EXPECT_EQ(get("/api/v1/tasks", {{"type", "app.tests.test_echo"}}).document["tasks"].size(), 2u);
    for (const auto& [name, value] : core::api::Fields{{"state", "sleeping"},
                                                       {"queue", "nowhere"},
                                                       {"type", "nonsense"},
                                                       {"from", "yesterday"},
                                                       {"limit", "0"},
                                                       {"limit", "501"},
                                                       {"limit", "two"},
                                                       {"colour", "red"}})
        expectProblem(get("/api/v1/tasks", {{name, value}}), 400, "invalid_params");
    expectProblem(get("/api/v1/tasks", {{"limit", "1"}, {"limit", "2"}}), 400, "invalid_params");
    expectProblem(get("/api/v1/tasks", {{"from", "2026-11-21T00:00:00Z"}, {"to", "2026-11-20T00:00:00Z"}}), 400,
                  "invalid_params");
}

TEST_F(ApiRouter, WaitingAnswersWhenTheTaskEnds) {
    const std::string id = startEcho();
    std::jthread ends([&] {
        while (engine.waiters() == 0)
            std::this_thread::yield();
        engine.finish(id, TaskState::Success, {{"n1_pass", true}});
    });
    const Response response = get("/api/v1/tasks/" + id, {{"wait", "60"}});
    EXPECT_EQ(response.document["state"], "success");
    EXPECT_EQ(response.document["result"]["n1_pass"], true);
    expectProblem(get("/api/v1/tasks/" + id, {{"wait", "61"}}), 400, "invalid_params");
}

TEST_F(ApiRouter, WaitingEndsWhenTheServerStops) {
    const std::string id = startEcho();
    std::stop_source stop;
    Request request;
    request.path = "/api/v1/tasks/" + id;
    request.query = {{"wait", "60"}};
    request.stop = stop.get_token();
    stop.request_stop();
    expectProblem(router.handle(request), 503, "queue_unavailable");
}

TEST_F(ApiRouter, AResultIsThereOnlyAfterTheEnd) {
    const std::string id = startEcho();
    expectProblem(get("/api/v1/tasks/" + id + "/result"), 409, "conflict");
    engine.finish(id, TaskState::Success, {{"answer", 42}});
    EXPECT_EQ(get("/api/v1/tasks/" + id + "/result").document["result"]["answer"], 42);
    EXPECT_EQ(get("/api/v1/tasks/" + id + "/log").document["lines"][0]["text"], "read 18 residents");
    const Json detail = get("/api/v1/tasks/" + id, {{"detail", "true"}}).document;
    EXPECT_TRUE(detail.contains("history") && detail.contains("attempts") && detail.contains("related"));
}

TEST_F(ApiRouter, ActingOnATaskFollowsItsState) {
    const std::string id = startEcho();
    expectProblem(post("/api/v1/tasks/" + id + "/retry"), 409, "conflict");
    EXPECT_EQ(post("/api/v1/tasks/" + id + "/reschedule", {{"eta", "2026-12-01T06:00:00Z"}}).document["scheduled_for"],
              "2026-12-01T06:00:00Z");
    expectProblem(post("/api/v1/tasks/" + id + "/reschedule"), 400, "invalid_params");
    EXPECT_EQ(post("/api/v1/tasks/" + id + "/cancel").document["state"], "revoked");
    expectProblem(post("/api/v1/tasks/" + id + "/cancel"), 409, "conflict");
    EXPECT_EQ(post("/api/v1/tasks/" + id + "/retry", {{"params", {{"days_ahead", 7}}}}).document["params"]["days_ahead"],
              7);
    for (const char* verb : {"/cancel", "/retry"})
        expectProblem(post(std::string("/api/v1/tasks/nobody") + verb), 404, "not_found");
}

TEST_F(ApiRouter, ABulkCancelTouchesOnlyWhatItsFilterNamesAndHasNotEnded) {
    const std::string ended = startEcho();
    engine.finish(ended, TaskState::Success);
    const std::string waiting = startEcho();
    const char* path = "/api/v1/tasks/bulk-cancel";
    EXPECT_EQ(post(path, {{"filter", "queue:default"}, {"dry_run", true}}).document["matched"], 1);
    EXPECT_EQ(get("/api/v1/tasks/" + waiting).document["state"], "pending");
    const Json answer = post(path, {{"filter", "queue:default"}}).document;
    EXPECT_EQ(answer["cancelled"], Json::array({waiting}));
    const Json refused = post(path, {{"ids", {ended}}}).document["refused"];
    ASSERT_EQ(refused.size(), 1u);
    EXPECT_EQ(refused[0]["code"], "conflict");
    for (const Json& body : {Json::object(), Json{{"filter", "state:success"}}, Json{{"filter", "  "}},
                             Json{{"filter", "colour:red"}}, Json{{"filter", "queue:default"}, {"ids", {waiting}}}})
        expectProblem(post(path, body), 400, "invalid_params");
}

TEST_F(ApiRouter, AReportCountsEndsAndRunTimes) {
    engine.finish(startEcho(), TaskState::Success);
    engine.finish(startEcho(), TaskState::Failure);
    startEcho();
    const Json report = get("/api/v1/tasks/report").document;
    EXPECT_EQ(report["total"], 3);
    EXPECT_EQ(report["by_state"]["success"], 1);
    EXPECT_EQ(report["by_type"][0]["success_rate"], 0.5);
    EXPECT_EQ(report["by_type"][0]["run_seconds"]["max"], 0.0);
    EXPECT_EQ(report["from"], "2026-11-13T08:00:00Z");
}

TEST_F(ApiRouter, TriggersSayWhatTheyDoAndAreSwitchedByName) {
    const Json triggers = get("/api/v1/triggers").document["triggers"];
    ASSERT_EQ(triggers.size(), 2u);
    EXPECT_EQ(triggers[0]["state"], "enabled");
    EXPECT_EQ(triggers[0]["task_types"], Json::array({"test_echo"}));
    EXPECT_TRUE(triggers[0]["tables"].is_null());
    EXPECT_TRUE(triggers[0]["quiet_seconds"].is_null());
    EXPECT_EQ(triggers[1]["state"], "waiting");
    EXPECT_EQ(triggers[1]["waits_for"], "the task type test_missing");
    EXPECT_EQ(triggers[1]["quiet_seconds"], 300.0);
    EXPECT_EQ(triggers[1]["longest_wait_seconds"], 1800.0);
    EXPECT_EQ(post("/api/v1/triggers/echo-after-echo/disable").document["state"], "disabled");
    EXPECT_EQ(get("/api/v1/triggers/echo-after-echo").document["enabled"], false);
    EXPECT_EQ(post("/api/v1/triggers/echo-after-echo/enable").document["state"], "enabled");
    expectProblem(get("/api/v1/triggers/nothing"), 404, "not_found");
    expectProblem(post("/api/v1/triggers/nothing/disable"), 404, "not_found");
}

TEST_F(ApiRouter, QueuesAndSchedulesAreFoundByName) {
    EXPECT_EQ(get("/api/v1/queues").document["queues"].size(), 8u);
    EXPECT_EQ(post("/api/v1/queues/exports/pause").document["paused"], true);
    EXPECT_EQ(post("/api/v1/queues/exports/resume").document["paused"], false);
    EXPECT_EQ(post("/api/v1/queues/exports/purge").document["revoked"], 0);
    for (const char* verb : {"/pause", "/resume", "/purge"})
        expectProblem(post(std::string("/api/v1/queues/nowhere") + verb), 404, "not_found");

    const Json entry{{"name", "morning check"}, {"type", "test_echo"}, {"cron", "0 6 * * *"}};
    EXPECT_EQ(post("/api/v1/schedules", entry).status, 201);
    expectProblem(post("/api/v1/schedules", entry), 409, "conflict");
    EXPECT_EQ(post("/api/v1/schedules/morning%20check/disable").document["enabled"], false);
    EXPECT_EQ(post("/api/v1/schedules/morning%20check/run-now").document["type"], "test_echo");
    post("/api/v1/schedules/morning%20check/enable");
    const Json coming = get("/api/v1/schedules/coming", {{"days", "2"}, {"firings", "true"}}).document;
    EXPECT_EQ(coming["entries"][0]["firings"], 2);
    EXPECT_EQ(coming["entries"][0]["expected_run_ms"], Json());
    EXPECT_EQ(coming["firings"][0]["instant"], "2026-11-21T06:00:00Z");
    EXPECT_EQ(coming["hours"].size(), 48u);
    EXPECT_EQ(coming["hours"][22]["firings"], 1);
    EXPECT_EQ(coming["hours"][22]["busy_ms"], Json()) << "not known is not zero";
    EXPECT_EQ(coming["hours"][23]["busy_ms"], 0);
    EXPECT_FALSE(get("/api/v1/schedules/coming").document.contains("firings"));
    expectProblem(get("/api/v1/schedules/coming", {{"days", "32"}}), 400, "invalid_params");
    EXPECT_EQ(get("/api/v1/schedules").document["schedules"][0]["words"], "At 06:00 every day");
    EXPECT_EQ(send(Method::Delete, "/api/v1/schedules/morning%20check").document["removed"], true);
    expectProblem(get("/api/v1/schedules/morning%20check"), 404, "not_found");
    expectProblem(post("/api/v1/schedules", {{"name", "x"}, {"type", "test_echo"}}), 400, "invalid_params");
    expectProblem(post("/api/v1/schedules",
                       {{"name", "x"}, {"type", "test_echo"}, {"cron", "0 6 * * *"}, {"every_seconds", 5}}),
                  400, "invalid_params");
}

TEST_F(ApiRouter, ABackfillIsLookedAtFirstAndThenMadeOfWhatWasSeen) {
    const std::string path = "/api/v1/schedules/morning%20check/backfill";
    post("/api/v1/schedules", {{"name", "morning check"}, {"type", "test_echo"}, {"cron", "0 6 * * *"}});
    const Json plan = post(path, {{"from", "2026-11-18T00:00:00Z"}, {"dry_run", true}}).document;
    EXPECT_EQ(plan["to"], "2026-11-20T08:00:00Z") << "until now";
    EXPECT_EQ(plan["missing"], 3);
    EXPECT_EQ(plan["dry_run"], true);
    EXPECT_TRUE(plan["run_ms"].is_null());
    EXPECT_FALSE(plan["warnings"].empty());
    ASSERT_EQ(plan["instants"].size(), 3u);
    EXPECT_EQ(plan["instants"][0],
              (Json{{"instant", "2026-11-18T06:00:00Z"}, {"state", "unrecorded"}, {"note", nullptr}}));
    const Json some = post(path, {{"instants", {"2026-10-18T06:00:00Z", "2026-11-19T06:00:00Z"}},
                                  {"order", "together"},
                                  {"definition", plan["definition"]}})
                          .document;
    EXPECT_EQ(some["tasks"].size(), 1u);
    EXPECT_EQ(some["tag"], "backfill-000000000001");
    EXPECT_EQ(some["skipped"][0]["instant"], "2026-10-18T06:00:00Z");
    EXPECT_EQ(some["skipped"][0]["state"], "fired");
    EXPECT_EQ(some["dry_run"], false);
    EXPECT_EQ(post(path, {{"from", "2026-11-18T00:00:00Z"}, {"to", "2026-11-19T00:00:00Z"}}).document["tasks"].size(), 1u);
    const Json none = post(path, {{"from", "2026-11-18T07:00:00Z"}, {"to", "2026-11-18T08:00:00Z"}}).document;
    EXPECT_TRUE(none["tasks"].empty());
    EXPECT_TRUE(none["tag"].is_null());
    EXPECT_EQ(none["left"], 0);
    EXPECT_EQ(post(path, {{"from", "2025-01-01T00:00:00Z"}}).document["left"], 189) << "689 instants, 500 at once";
}

TEST_F(ApiRouter, ABackfillThatIsNotSaidRightlyIsRefused) {
    const std::string path = "/api/v1/schedules/morning%20check/backfill";
    expectProblem(post(path, {{"from", "2026-11-18T00:00:00Z"}}), 404, "not_found");
    post("/api/v1/schedules", {{"name", "morning check"}, {"type", "test_echo"}, {"cron", "0 6 * * *"}});
    for (const Json& body : {Json::object(), Json{{"dry_run", true}}, Json{{"from", "yesterday"}},
                             Json{{"from", "2026-11-18T00:00:00Z"}, {"to", "2026-02-30T00:00:00Z"}},
                             Json{{"from", "2026-11-18T00:00:00Z"}, {"order", "sideways"}},
                             Json{{"from", "2026-11-18T00:00:00Z"}, {"dry_run", true}, {"instants", Json::array()}},
                             Json{{"instants", {"soon"}}}, Json{{"from", "2026-11-18T00:00:00Z"}, {"dry_run", 1}},
                             Json{{"from", "2026-11-18T00:00:00Z"}, {"until", "2026-11-19T00:00:00Z"}}})
        expectProblem(post(path, body), 400, "invalid_params");
}

TEST_F(ApiRouter, ATypeShowsItsCircuitAndAPersonMayHoldItWithAReason) {
    const Json types = get("/api/v1/task-types", {{"status", "true"}}).document;
    EXPECT_EQ(types["task_types"][0]["status"]["breaker"], "closed");
    EXPECT_EQ(types["retry_budget"]["room"], 60);
    EXPECT_FALSE(get("/api/v1/task-types").document["task_types"][0].contains("status"));

    const std::string circuit = "/api/v1/task-types/test_echo/breaker";
    const Json held = post(circuit, {{"action", "open"}, {"reason", "it is being moved"}}).document;
    EXPECT_EQ(held["breaker"], "open");
    EXPECT_EQ(held["held"]["by"], "amara");
    EXPECT_EQ(held["held"]["reason"], "it is being moved");
    EXPECT_EQ(get("/api/v1/task-types/app.tests.test_echo/status").document["waits_for"], "circuit held open");
    EXPECT_EQ(post(circuit, {{"action", "reset"}, {"reason", "it has moved"}}).document["held"], Json());

    expectProblem(post(circuit, {{"action", "open"}}), 400, "invalid_params");
    expectProblem(post(circuit, {{"action", "explode"}, {"reason", "because"}}), 400, "invalid_params");
    expectProblem(post("/api/v1/task-types/nowhere/breaker", {{"action", "open"}, {"reason", "because"}}), 404,
                  "not_found");
    expectProblem(get("/api/v1/task-types/nowhere/status"), 404, "not_found");
}

TEST_F(ApiRouter, WithoutAProgrammeItSaysHowToGetOne) {
    for (const Response& response :
         {get("/api/v1/programme"), get("/api/v1/crisis/preview", {{"severity", "severe"}}),
          post("/api/v1/crisis/activate", {{"severity", "minor"}, {"reason", "the clinic is flooded"}})}) {
        expectProblem(response, 404, "not_found");
        EXPECT_NE(response.document["remedy"].get<std::string>().find("beatwarden programme create-sample"),
                  std::string::npos);
    }
    EXPECT_EQ(get("/api/v1/programme/pulse").document["programme_present"], false);
    EXPECT_EQ(get("/api/v1/crisis").document["crisis_mode"], false);
}

TEST_F(ApiRouter, ASampleIsCreatedOnce) {
    EXPECT_EQ(post("/api/v1/programme/create-sample", {{"residents", 12}}).document["residents"], 12);
    expectProblem(post("/api/v1/programme/create-sample"), 409, "conflict");
    expectProblem(post("/api/v1/programme/create-sample", {{"start", "2026-02-30"}}), 400, "invalid_params");
}

TEST_F(ApiRouter, ARefusedImportNamesEveryRow) {
    EXPECT_EQ(post("/api/v1/programme/import", {{"path", "/tmp/a.csv"}, {"dry_run", true}}).status, 200);
    const Response refused = post("/api/v1/programme/import", {{"path", "/tmp/a.csv"}});
    expectProblem(refused, 400, "invalid_params");
    EXPECT_EQ(refused.document["errors"][0]["field"], "absences.csv:3 End Date");
    expectProblem(post("/api/v1/programme/import", {{"path", "a.csv"}}), 400, "invalid_params");
}

TEST_F(ApiRouter, ACrisisBecomesATask) {
    engine.setProgrammePresent();
    const Response response =
        post("/api/v1/crisis/activate", {{"severity", "severe"}, {"reason", "three deployed"}, {"approved_by", "Okafor"}});
    ASSERT_EQ(response.status, 202) << response.body();
    EXPECT_EQ(response.document["type"], "resilience_crisis_activation");
    EXPECT_EQ(response.document["params"]["approved_by"], "Okafor");
    EXPECT_EQ(post("/api/v1/crisis/deactivate", {{"reason", "they are back"}}).document["type"],
              "resilience_crisis_deactivation");
}

TEST_F(ApiRouter, UnknownAddressesAndMethodsAreSaid) {
    expectProblem(get("/api/v1/nothing"), 404, "not_found");
    expectProblem(get(""), 404, "not_found");
    expectProblem(get("/api/v1/tasks//log"), 404, "not_found");
    const Response response = send(Method::Delete, "/api/v1/tasks");
    expectProblem(response, 405, "invalid_params");
    EXPECT_EQ(response.headers, (core::api::Fields{{"Allow", "GET, POST"}}));
}

TEST_F(ApiRouter, AnExceptionBecomesAProblemThatTellsNothingOfTheInside) {
    engine.breakStatistics();
    const Response response = get("/api/v1/programme");
    expectProblem(response, 500, "internal");
    EXPECT_EQ(response.body().find("secret"), std::string::npos);
}

TEST_F(ApiRouter, ViolationsAreAskedForByStatusSeverityPersonAndDay) {
    using core::programme::duty::Severity;
    using enum core::programme::duty::ViolationStatus;
    engine.violationRows.resize(3);
    for (int i = 0; i < 3; ++i)
        engine.violationRows[size_t(i)].id = i + 1;
    const Json page = get("/api/v1/programme/violations", {{"status", "open,overridden"}, {"severity", "HIGH"}, {"person", "Ada"},
                                                           {"rule", "D1IN7"}, {"from", "2026-11-01"}, {"limit", "2"}})
                          .document;
    EXPECT_EQ(page["violations"].size(), 2u);
    EXPECT_EQ(page["total"], 3);
    EXPECT_EQ(page["next_after"], 2);
    EXPECT_EQ(engine.lastFilter.statuses, (std::vector{Open, Overridden}));
    EXPECT_EQ(engine.lastFilter.leastSeverity, Severity::High);
    EXPECT_EQ(engine.lastFilter.person, "Ada");
    EXPECT_EQ(engine.lastFilter.rule, "D1IN7");
    EXPECT_EQ(engine.lastFilter.from, core::base::makeDate(2026, 11, 1));
    get("/api/v1/programme/violations");
    EXPECT_EQ(engine.lastFilter.statuses, (std::vector{Open, Acknowledged, Overridden}));
    get("/api/v1/programme/violations", {{"status", "all"}});
    EXPECT_TRUE(engine.lastFilter.statuses.empty());
    for (const core::api::Fields& wrong : std::vector<core::api::Fields>{
             {{"status", "lost"}}, {{"severity", "BAD"}}, {{"rule", "H81"}}, {{"from", "2026-02-30"}}, {{"limit", "0"}}})
        expectProblem(get("/api/v1/programme/violations", wrong), 400, "invalid_params");
}

TEST_F(ApiRouter, AViolationIsOverriddenAsItWasSeen) {
    engine.violationRows.resize(1);
    engine.violationRows[0].id = 7;
    const std::string path = "/api/v1/programme/violations/7";
    EXPECT_EQ(get(path).document["id"], 7);
    expectProblem(get("/api/v1/programme/violations/8"), 404, "not_found");
    expectProblem(get("/api/v1/programme/violations/seven"), 404, "not_found");
    const Json request{{"reason_code", "other"}, {"reason", "granted by the committee"}, {"version", 1}, {"expires", "2026-12-24"},
                       {"approved_by", "Ada Director"}};
    const Response done = post(path + "/override", request);
    ASSERT_EQ(done.status, 200) << done.body();
    EXPECT_EQ(engine.lastOverride.lastDay, core::base::makeDate(2026, 12, 24));
    EXPECT_EQ(done.document["override"]["approved_by"], "Ada Director");
    EXPECT_EQ(get("/api/v1/programme/violations/override-choices").document["approvers"], Json({"Ada Director"}));
    EXPECT_EQ(engine.lastActor().name, "amara");
    Json late = request;
    late["version"] = 2;
    expectProblem(post(path + "/override", late), 409, "conflict");
    expectProblem(post(path + "/override", {{"reason_code", "because"}, {"reason", "x"}}), 400, "invalid_params");
    expectProblem(post(path + "/override", {{"reason_code", "other"}}), 400, "invalid_params");
    expectProblem(post(path + "/override", {{"reason_code", "other"}, {"reason", "x"}, {"expires", "soon"}}), 400, "invalid_params");
    EXPECT_EQ(post(path + "/acknowledge", {{"note", "it moves"}}).document["acknowledgement"]["note"], "it moves");
}

TEST_F(ApiRouter, TheDutyPolicyIsChangedByNameAndChecked) {
    EXPECT_EQ(get("/api/v1/programme/duty-policy").document["policy"]["h80_limit"], 80.0);
    EXPECT_EQ(post("/api/v1/programme/duty-policy", {{"h80_limit", 88}, {"reason", "granted"}}).document["policy"]["h80_limit"], 88.0);
    expectProblem(post("/api/v1/programme/duty-policy", {{"h80_limit", 101}}), 400, "invalid_params");
    expectProblem(post("/api/v1/programme/duty-policy", {{"h80_warning", 90}}), 400, "invalid_params");
    expectProblem(post("/api/v1/programme/duty-policy", {{"sleep", 8}}), 400, "invalid_params");
}

TEST_F(ApiRouter, NearTheLimitAreThoseFromYellowOn) {
    using core::programme::duty::NearLimit;
    engine.outlooks.resize(3);
    engine.outlooks[0].level = NearLimit::Green;
    engine.outlooks[1].level = NearLimit::Orange;
    engine.outlooks[1].personName = "Ada Ward";
    engine.outlooks[1].projectedAverage = 78.5;
    const Json near = get("/api/v1/programme/near-limit").document;
    ASSERT_EQ(near["residents"].size(), 1u);
    EXPECT_EQ(near["residents"][0]["person"], "Ada Ward");
    EXPECT_EQ(near["residents"][0]["projected_average"], 78.5);
    EXPECT_EQ(near["evaluated"], 2);
    EXPECT_EQ(near["unknown"], 1);
    EXPECT_EQ(get("/api/v1/programme/near-limit", {{"all", "true"}}).document["residents"].size(), 3u);
}

TEST_F(ApiRouter, HealthWithoutWorkersIsUnhealthy) {
    const Json health = get("/api/v1/health").document;
    EXPECT_EQ(health["status"], "unhealthy");
    EXPECT_EQ(health["tasks"]["registered"][0], "test_echo");
    EXPECT_EQ(health["queues"]["resilience"], 0);
    EXPECT_EQ(get("/healthz").document, Json({{"status", "ok"}}));
}

TEST_F(ApiRouter, TheDescriptionListsEveryRoute) {
    const Json description = get("/api/v1/openapi.json").document;
    EXPECT_EQ(description["openapi"], "3.1.0");
    std::set<std::string> operations;
    for (const auto& route : router.routes()) {
        std::string method = core::api::toText(route.method);
        for (char& c : method)
            c = char(std::tolower(c));
        ASSERT_TRUE(description["paths"][route.pattern].contains(method)) << route.pattern;
        const Json& operation = description["paths"][route.pattern][method];
        EXPECT_TRUE(operations.insert(operation["operationId"]).second) << "twice: " << operation["operationId"];
        EXPECT_FALSE(route.summary.empty()) << route.pattern;
    }
    EXPECT_EQ(description["paths"]["/api/v1/tasks"]["post"]["requestBody"]["content"]["application/json"]["schema"]
                         ["properties"]["priority"]["maximum"],
              9);
}

TEST(ApiProblem, EveryErrorCodeSurvivesTheWayToAClient) {
    using core::base::ErrorCode;
    for (const ErrorCode code : {ErrorCode::InvalidParams, ErrorCode::NotFound, ErrorCode::Conflict,
                                 ErrorCode::Unavailable, ErrorCode::Unauthorized, ErrorCode::Io, ErrorCode::ReadOnly,
                                 ErrorCode::Corrupt, ErrorCode::Unsupported, ErrorCode::Cancelled, ErrorCode::Internal}) {
        const core::base::Error error{code, "what is wrong", "what to do", {{"field", "why"}}};
        const Response response = core::api::problem(error);
        EXPECT_GE(response.status, 400);
        const auto back = core::api::errorOf(response);
        EXPECT_EQ(back.code, code);
        EXPECT_EQ(back.message, error.message);
        EXPECT_EQ(back.remedy, error.remedy);
        ASSERT_EQ(back.fields.size(), 1u);
        EXPECT_EQ(back.fields[0].message, "why");
    }
}

TEST(ApiProblem, AForeignBodyIsJudgedByItsStatus) {
    Response response;
    response.status = 403;
    EXPECT_EQ(core::api::errorOf(response).code, core::base::ErrorCode::Unauthorized);
    response.status = 418;
    EXPECT_EQ(core::api::errorOf(response).code, core::base::ErrorCode::InvalidParams);
}

} // namespace tests::api_router
