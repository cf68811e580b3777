#include "core/api/ApiFile.h"
#include "core/base/Clock.h"
#include "core/base/Json.h"
#include "tests/support/CommandLine.h"
#include "tests/support/EngineHarness.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace tests::cli {

using core::base::Json;

constexpr const char* kNoTask = "01a1f94e-0000-7000-8000-000000000000";

/// Exactly one JSON document on one line.
Json documentOf(const Finished& finished) {
    EXPECT_EQ(std::count(finished.out.begin(), finished.out.end(), '\n'), 1) << finished.out << finished.err;
    const auto json = core::base::parseJson(finished.out);
    EXPECT_TRUE(json) << finished.out;
    return json ? *json : Json();
}

bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string contentOf(const std::filesystem::path& file) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

/// Commands on an empty data directory.
class Cli : public testing::Test {
  protected:
    Finished run(std::vector<std::string> words) const { return command.run(std::move(words)); }
    Json json(std::vector<std::string> words, int status = 0) const {
        words.push_back("--json");
        const Finished finished = command.run(words);
        EXPECT_EQ(finished.status, status) << finished.out << finished.err;
        return documentOf(finished);
    }
    /// The error document of a refused command, which says the same on stderr.
    Json refused(std::vector<std::string> words, int status) const {
        words.push_back("--json");
        const Finished finished = command.run(words);
        EXPECT_EQ(finished.status, status) << finished.out << finished.err;
        EXPECT_TRUE(mentions(finished.err, "beatwarden: ")) << finished.err;
        const Json error = documentOf(finished).value("error", Json::object());
        EXPECT_TRUE(error.contains("code") && error.contains("message") && error.contains("details"));
        EXPECT_TRUE(mentions(finished.err, error.value("message", "?"))) << finished.err;
        return error;
    }

    TemporaryFolder folder;
    std::filesystem::path data = folder / "data";
    CommandLine command{data};
};

/// Commands on a data directory with the sample programme, made once.
class CliOnSample : public Cli {
  protected:
    static void SetUpTestSuite() {
        s_sample = new TemporaryFolder;
        const Finished made = CommandLine(*s_sample / "data").run({"programme", "create-sample", "--json"});
        ASSERT_EQ(made.status, 0) << made.err;
    }
    static void TearDownTestSuite() { delete s_sample; }
    void SetUp() override {
        std::filesystem::copy(*s_sample / "data", data, std::filesystem::copy_options::recursive);
        ::chmod(data.c_str(), 0700);
    }
    std::string startLater() const {
        return json({"task", "start", "resilience_health_check", "--countdown", "3600"}).value("id", "");
    }

  private:
    static inline TemporaryFolder* s_sample = nullptr;
};

/// True while the process holds a socket.
bool hasConnection(pid_t process) {
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd", gone)) {
        std::error_code vanished;
        if (std::filesystem::read_symlink(entry.path(), vanished).string().starts_with("socket:"))
            return true;
    }
    return false;
}

/// A serving process that ends with the object.
class Serving {
  public:
    Serving(const CommandLine& command, const std::filesystem::path& data)
        : m_process(command.start({"serve", "--workers", "2"})) {
        EXPECT_TRUE(EngineHarness::eventually([&] { return std::filesystem::exists(data / "api.json"); }));
    }
    ~Serving() {
        if (m_process > 0)
            end(SIGKILL);
    }
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;
    int end(int signal) { return CommandLine::end(std::exchange(m_process, 0), signal); }

  private:
    pid_t m_process;
};

TEST_F(Cli, SaysItsVersionAndHelpsWithEveryVerb) {
    EXPECT_TRUE(run({"--version"}).out.starts_with("beatwarden "));
    for (const std::string verb :
         {"task types", "task start", "task list", "task show", "task result", "task log", "task history",
          "task cancel", "task retry", "task reschedule", "queue list", "queue pause", "queue resume", "queue purge",
          "beat list", "beat coming", "beat run-now", "beat enable", "beat disable", "beat add", "beat remove", "beat backfill",
          "beat next", "trigger list", "trigger enable", "trigger disable",
          "programme create-sample", "programme import", "programme stats", "programme fallbacks", "fallback show",
          "fallback activate", "fallback deactivate", "crisis activate", "crisis deactivate",
          "crisis status", "health", "serve", "bench engine", "bench beat", "bench cron", "backup create", "backup list", "backup verify",
          "backup restore", "audit verify", "doctor"}) {
        std::vector<std::string> words;
        std::istringstream stream(verb);
        for (std::string word; stream >> word;)
            words.push_back(word);
        words.push_back("--help");
        const Finished help = run(words);
        EXPECT_EQ(help.status, 0) << verb;
        EXPECT_TRUE(mentions(help.out, "Example:\n  beatwarden " + verb)) << verb << help.out;
    }
    EXPECT_FALSE(std::filesystem::exists(data)) << "help must not make a data directory";
}

TEST_F(Cli, WrongUsageIsStatusTwo) {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"frobnicate"},
             {"task"},
             {"task", "start"},
             {"task", "list", "--colour", "red"},
             {"task", "list", "--limit", "many"},
             {"task", "start", "resilience_health_check", "--priority", "high"},
             {"task", "start", "resilience_health_check", "--wait", "soon"},
             {"task", "cancel"},
             {"queue", "pause"},
             {"--workers", "0", "health"},
             {"--api-port", "70000", "serve"},
             {"bench", "engine", "--tasks", "0"},
             {"bench", "engine", "--payload", "-1"},
             {"bench", "cron", "--expression", "0 25 * * *"},
             {"bench", "cron", "--zone", "Mars/Olympus"},
             {"bench", "beat", "--fires", "0"},
             {"--tour", "x", "--size", "large"},
             {"--tour", "x", "--theme", "pink"}}) {
        const Json error = refused(words, 2);
        EXPECT_EQ(error.value("code", ""), "invalid_params");
    }
    EXPECT_FALSE(std::filesystem::exists(data)) << "wrong usage must not make a data directory";
}

TEST_F(Cli, MeasuringTheEngineLooksAtEveryTaskAndLeavesNothingBehind) {
    const Json line = json({"bench", "engine", "--tasks", "60", "--rows", "40", "--latency-tasks", "5", "--workers", "2"});
    EXPECT_EQ(line.value("n", 0), 60);
    EXPECT_EQ(line.value("workers", 0), 2);
    EXPECT_EQ(line.value("checked", 0), 65);
    for (const char* figure : {"enqueue_per_s", "process_per_s", "e2e_p50_ms", "e2e_p99_ms", "rss_mb", "restart_ms"})
        EXPECT_GT(line.value(figure, 0.0), 0) << figure;
    EXPECT_LE(line.value("e2e_p50_ms", 0.0), line.value("e2e_p99_ms", 0.0));
    EXPECT_TRUE(mentions(line.value("durability", ""), "synchronous=FULL"));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(Cli, MeasuringTheBeatLooksAtEveryFiringAndLeavesNothingBehind) {
    const Json line = json({"bench", "beat", "--schedules", "20", "--idle-seconds", "0.5", "--fires", "30"});
    EXPECT_EQ(line.value("schedules", 0), 20);
    EXPECT_EQ(line.value("fires", 0), 30);
    EXPECT_GE(line.value("late_max_ms", -1.0), line.value("late_p50_ms", 0.0));
    EXPECT_GT(line.value("idle_cpu", 0.0), 0);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(Cli, MeasuringCronSaysForEachExpressionAndZoneWhatItFound) {
    const Finished finished = run({"bench", "cron", "--expression", "0 2 * * *", "--expression", "*/15 * * * *", "--zone",
                                   "America/New_York", "--seconds", "0.01", "--json"});
    ASSERT_EQ(finished.status, 0) << finished.err;
    std::vector<Json> lines;
    std::istringstream stream(finished.out);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(Json::parse(line));
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(lines[0].value("expression", ""), "0 2 * * *");
    EXPECT_EQ(lines[1].value("zone", ""), "America/New_York");
    EXPECT_EQ(lines[1].value("n", 0) % 1000, 0);
    EXPECT_EQ(lines[2].value("expressions", 0), 2);
    for (const Json& line : lines)
        EXPECT_GT(line.value("next_per_s", 0.0), 0);
    EXPECT_FALSE(std::filesystem::exists(data)) << "pure calculation must not make a data directory";
}

TEST_F(CliOnSample, TheTaskOfMeasurementsIsInNoCatalogue) {
    EXPECT_FALSE(mentions(run({"task", "types", "--json"}).out, "bench_noop"));
    refused({"task", "start", "bench_noop"}, 2);
}

TEST_F(Cli, NextFiringsArePrintedWithTheirOffset) {
    EXPECT_EQ(run({"beat", "next", "30 2 * * *", "--zone", "America/New_York", "--from", "2026-03-08T00:00:00-05:00",
                   "--count", "2"})
                  .out,
              "2026-03-08T03:00:00-04:00\n2026-03-09T02:30:00-04:00\n");
    EXPECT_EQ(json({"beat", "next", "0 6 * * *", "--from", "2026-11-20T08:00:00Z"})["firings"],
              Json::array({"2026-11-21T06:00:00+00:00"}));
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"beat", "next", "0 2 30 2 *"},
                                               {"beat", "next", "61 * * * *"},
                                               {"beat", "next", "* * * *"},
                                               {"beat", "next", ""},
                                               {"beat", "next", "* * * * *", "--zone", "Mars/Olympus"},
                                               {"beat", "next", "* * * * *", "--from", "2026-02-30T00:00:00Z"},
                                               {"beat", "next", "* * * * *", "--count", "0"}})
        EXPECT_EQ(refused(words, 2).value("code", ""), "invalid_params");
    EXPECT_FALSE(std::filesystem::exists(data)) << "the calculation needs no engine";
}

TEST_F(Cli, BadInputIsRefusedWithItsStatusAndNothingIsWritten) {
    EXPECT_EQ(refused({"task", "start", "nonsense"}, 2).value("message", "").find("Invalid task_type: nonsense. Must be "
                                                                                 "one of: ["),
              0u);
    EXPECT_TRUE(mentions(refused({"task", "start", "resilience_contingency", "--params", "{\"days_ahead\""}, 2)
                             .value("message", ""),
                         "malformed JSON"));
    refused({"task", "start", "resilience_contingency", "--params", "[90]"}, 2);
    EXPECT_EQ(refused({"task", "start", "resilience_contingency", "--params", R"({"days_ahead":"x"})"}, 2)
                  .value("message", ""),
              "days_ahead must be an integer");
    for (const char* params : {R"({"days_ahead":0})", R"({"days_ahead":366})", R"({"days_ahead":true})",
                               R"({"days_ahead":1.5})", R"({"colour":"red"})"})
        refused({"task", "start", "resilience_contingency", "--params", params}, 2);
    refused({"task", "start", "metrics_computation", "--params", R"({"start_date":"2026-02-30"})"}, 2);
    refused({"task", "start", "resilience_health_check", "--eta", "2026-02-30T00:00:00Z"}, 2);
    refused({"task", "start", "resilience_health_check", "--priority", "10"}, 2);
    refused({"task", "start", "resilience_health_check", "--max-retries", "-1"}, 2);
    refused({"task", "list", "--state", "sleeping"}, 2);
    refused({"task", "list", "--limit", "0"}, 2);
    refused({"task", "cancel", "--filter", "colour:red", "--yes"}, 2);
    refused({"beat", "add", "x", "--type", "resilience_health_check"}, 2);
    refused({"beat", "add", "x", "--type", "resilience_health_check", "--cron", "99 * * * *"}, 2);
    refused({"beat", "add", "x", "--type", "nonsense", "--cron", "0 6 * * *"}, 2);
    refused({"programme", "create-sample", "--start", "2026-13-01"}, 2);
    EXPECT_TRUE(json({"task", "list"})["tasks"].empty());
}

TEST_F(Cli, WhatDoesNotExistIsStatusThree) {
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"task", "show", kNoTask},
                                               {"task", "show", "../../etc/passwd"},
                                               {"task", "result", kNoTask},
                                               {"task", "log", kNoTask},
                                               {"task", "cancel", kNoTask},
                                               {"task", "retry", kNoTask},
                                               {"task", "reschedule", kNoTask, "--eta", "2036-01-01T00:00:00Z"},
                                               {"task", "list", "--after", kNoTask},
                                               {"queue", "pause", "nowhere"},
                                               {"queue", "purge", "nowhere", "--yes"},
                                               {"beat", "run-now", "nothing"},
                                               {"beat", "remove", "nothing"},
                                               {"programme", "import", "/nowhere.csv"}})
        EXPECT_EQ(refused(words, 3).value("code", ""), "not_found");
}

TEST_F(Cli, WithoutAProgrammeCommandsSayHowToGetOne) {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"programme", "stats"},
             {"crisis", "activate", "--preview", "--severity", "severe"},
             {"crisis", "activate", "--severity", "minor", "--reason", "the clinic is flooded"}})
        EXPECT_TRUE(mentions(refused(words, 3)["details"].value("remedy", ""), "beatwarden programme create-sample"));
    const Finished failed = run({"task", "start", "resilience_contingency", "--wait", "60", "--json"});
    EXPECT_EQ(failed.status, 1) << failed.err;
    EXPECT_EQ(documentOf(failed)["state"], "failure");
    EXPECT_TRUE(mentions(failed.err, "beatwarden programme create-sample")) << failed.err;
}

TEST_F(Cli, AnUnusableDataDirectoryIsStatusFive) {
    std::ofstream(folder / "file") << "not a folder";
    const Finished file = CommandLine(folder / "file").run({"task", "list"});
    EXPECT_EQ(file.status, 5) << file.err;
    const Finished nowhere = CommandLine("/proc/beatwarden").run({"task", "list"});
    EXPECT_EQ(nowhere.status, 5) << nowhere.err;

    std::filesystem::create_directory(data);
    std::ofstream(data / "core.db") << "this is a text file, and a long enough one to look like something";
    const std::string before = contentOf(data / "core.db");
    const Json error = refused({"task", "list"}, 5);
    EXPECT_TRUE(mentions(error.value("message", ""), "core.db")) << error;
    EXPECT_EQ(contentOf(data / "core.db"), before) << "a foreign file stays as it is";

    ::chmod(data.c_str(), 0777);
    EXPECT_EQ(run({"task", "list"}).status, 5);
}

TEST_F(Cli, TheDataDirectoryIsForItsUserAlone) {
    ASSERT_EQ(run({"task", "list"}).status, 0);
    struct stat facts {};
    ASSERT_EQ(::stat(data.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0700u);
    for (const auto& entry : std::filesystem::directory_iterator(data)) {
        ASSERT_EQ(::stat(entry.path().c_str(), &facts), 0);
        EXPECT_EQ(facts.st_mode & 0077, 0u) << entry.path();
    }
}

TEST_F(CliOnSample, AContingencyAnalysisPrintsOneDocumentWithItsFindings) {
    const Finished finished = run({"task", "start", "resilience_contingency", "--params", R"({"days_ahead":90})",
                                   "--wait", "120", "--json"});
    ASSERT_EQ(finished.status, 0) << finished.err;
    const Json task = documentOf(finished);
    EXPECT_EQ(task["state"], "success");
    EXPECT_EQ(task["progress"], 100);
    EXPECT_TRUE(task["result"].contains("n1_pass"));
    for (const char* type : {"resilience_health_check", "resilience_utilization_forecast", "metrics_computation"})
        EXPECT_EQ(json({"task", "start", type, "--wait"})["state"], "success") << type;
    EXPECT_EQ(refused({"programme", "create-sample"}, 4).value("code", ""), "conflict");
    EXPECT_EQ(json({"programme", "stats"})["present"], true);
}

TEST_F(CliOnSample, FallbackSchedulesAreListedExplainedPutInForceAndTakenBack) {
    EXPECT_TRUE(json({"programme", "fallbacks"})["fallbacks"].empty());
    refused({"fallback", "show", "2_faculty_loss"}, 3);
    ASSERT_EQ(json({"task", "start", "resilience_fallback_precompute", "--params", R"({"days_ahead":14})", "--wait"})["state"],
              "success");
    EXPECT_EQ(json({"programme", "fallbacks"})["fallbacks"].size(), 7u);
    EXPECT_TRUE(mentions(run({"programme", "fallbacks"}).out, "mass_casualty_event"));
    const Json shown = json({"fallback", "show", "pcs_season_50_percent"});
    ASSERT_FALSE(shown["days"].empty());
    const std::string day = shown["days"][0]["date"];
    EXPECT_EQ(json({"fallback", "show", shown["id"].get<std::string>(), "--day", day})["days"].size(), 1u);
    EXPECT_TRUE(mentions(run({"fallback", "show", "pcs_season_50_percent", "--day", day}).out, day));
    refused({"fallback", "show", "pcs_season_50_percent", "--day", "soon"}, 2);

    const std::vector<std::string> verb{"fallback", "activate", "pcs_season_50_percent", "--approved-by", "Dr. Okafor", "--reason"};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), verb.begin(), verb.end());
        return more;
    };
    refused(with({"short"}), 2);
    refused(with({"Half of them leave in May", "--seen", "nine"}), 2);
    refused(with({"Half of them leave in May", "--seen", "99"}), 4);
    EXPECT_EQ(json(with({"Half of them leave in May", "--seen", shown["version"].dump()}))["is_active"], true);
    refused(with({"Half of them leave in May"}), 4);
    EXPECT_EQ(json({"fallback", "deactivate", "pcs_season_50_percent", "--reason", "They stay after all", "--approved-by",
                    "Dr. Okafor"})["is_active"],
              false);
}

TEST_F(CliOnSample, ViolationsAreListedExplainedAndAnsweredForTheRecord) {
    refused({"programme", "duty-policy", "--set", "h80_limit=20"}, 2);
    refused({"programme", "duty-policy", "--set", "h80_limit"}, 2);
    EXPECT_TRUE(mentions(refused({"programme", "duty-policy", "--set", "sleep=8"}, 2).value("message", ""), "sleep"));
    const Json policy = json({"programme", "duty-policy", "--set", "h80_limit=60", "--set", "h80_warning=55", "--set",
                              "h80_watch=50", "--set", "near_yellow=55", "--set", "near_orange=58", "--set",
                              "day_off_mode=continuous24", "--reason", "a lighter year"});
    EXPECT_EQ(policy["policy"]["h80_limit"], 60.0);
    EXPECT_EQ(policy["policy"]["day_off_mode"], "continuous24");
    ASSERT_EQ(json({"task", "start", "acgme_compliance_check", "--wait"})["state"], "success");

    const Json list = json({"programme", "violations", "--rule", "H80", "--severity", "HIGH", "--limit", "2"});
    ASSERT_EQ(list["violations"].size(), 2u);
    EXPECT_GT(list["total"], 2);
    const std::string id = list["violations"][0]["id"].dump();
    EXPECT_EQ(json({"programme", "violations", "--rule", "H80", "--severity", "HIGH", "--limit", "1", "--after", id})
                  ["violations"][0]["id"],
              list["violations"][1]["id"]);
    const Json worked = json({"programme", "violation", id})["worked"];
    EXPECT_GT(worked.size(), 0u);
    EXPECT_LE(worked.size(), 28u) << "the days of one window, without those before the calendar and on leave";

    const std::vector<std::string> verb{"programme", "violation-override", id, "--approved-by", "Operations Desk",
                                        "--reason-code"};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), verb.begin(), verb.end());
        return more;
    };
    refused(with({"because", "--reason", "granted by the review committee"}), 2);
    refused(with({"other", "--reason", "too short"}), 2);
    refused(with({"other", "--reason", "granted by the review committee", "--expires", "2020-01-01"}), 2);
    refused({"programme", "violation-override", id, "--reason-code", "other", "--reason", "granted by the review committee",
             "--approved-by", "Nobody"}, 2);
    refused({"programme", "violation-override", "999999", "--reason-code", "other", "--reason",
             "granted by the review committee"}, 3);
    refused({"programme", "violation", "x"}, 3);
    const Json overridden = json(with({"approved_exception", "--reason", "granted by the review committee"}));
    EXPECT_EQ(overridden["status"], "overridden");
    EXPECT_EQ(overridden["override"]["reason_code"], "approved_exception");
    refused({"programme", "violation-acknowledge", id}, 4);
    const std::string other = list["violations"][1]["id"].dump();
    EXPECT_EQ(json({"programme", "violation-acknowledge", other, "--note", "it moves"})["acknowledgement"]["note"], "it moves");
    EXPECT_EQ(json({"programme", "violations", "--status", "overridden,acknowledged"})["total"], 2);
    refused({"programme", "violations", "--status", "lost"}, 2);
    refused({"programme", "violations", "--rule", "H81"}, 2);
    refused({"programme", "violations", "--from", "2026-02-30"}, 2);

    EXPECT_EQ(json({"programme", "near-limit", "--all"})["residents"].size(), 18u);
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"programme", "violations"}, {"programme", "violation", id}, {"programme", "near-limit"},
             {"programme", "near-limit", "--all"}, {"programme", "duty-policy"},
             {"programme", "violations", "--status", "resolved"}}) {
        const Finished text = run(words);
        EXPECT_EQ(text.status, 0) << words[1] << text.err;
        EXPECT_FALSE(text.out.empty()) << words[1];
    }
}

TEST_F(CliOnSample, ATaskCanBeFollowedThroughItsLife) {
    const std::string id = json({"task", "start", "resilience_health_check", "--wait"}).value("id", "");
    const Json shown = json({"task", "show", id});
    EXPECT_EQ(shown["attempts"].size(), 1u);
    EXPECT_EQ(shown["history"].back()["to"], "success");
    EXPECT_EQ(json({"task", "result", id})["state"], "success");
    EXPECT_EQ(json({"task", "log", id})["id"], id);
    // Beside it there may be the task that sends its alert.
    const std::string type = "resilience_health_check";
    EXPECT_EQ(json({"task", "list", "--state", "success", "--type", type})["tasks"][0]["id"], id);
    EXPECT_EQ(json({"task", "history", "--type", type})["by_state"]["success"], 1);
    const Json again = json({"task", "retry", id, "--wait"});
    EXPECT_EQ(again["state"], "success");
    EXPECT_EQ(again["retry_of"], id);
    EXPECT_EQ(refused({"task", "cancel", id}, 4).value("code", ""), "conflict");
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"task", "show", id}, {"task", "list"}, {"task", "types"}, {"task", "history"}, {"queue", "list"},
             {"beat", "list"}, {"health"}, {"crisis", "status"}, {"programme", "stats"}, {"task", "log", id}}) {
        const Finished text = run(words);
        EXPECT_EQ(text.status, 0) << words[0] << text.err;
        EXPECT_FALSE(text.out.empty()) << words[0];
    }
}

TEST_F(CliOnSample, WaitingTasksAreMovedCancelledAndPurged) {
    const std::string id = startLater();
    EXPECT_EQ(json({"task", "show", id})["state"], "scheduled");
    EXPECT_EQ(json({"task", "reschedule", id, "--eta", "2036-01-01T00:00:00Z"})["scheduled_for"],
              "2036-01-01T00:00:00Z");
    refused({"task", "retry", id}, 4);
    refused({"task", "result", id}, 4);
    EXPECT_EQ(json({"task", "cancel", id})["state"], "revoked");
    refused({"task", "cancel", id}, 4);

    startLater();
    startLater();
    EXPECT_TRUE(mentions(refused({"task", "cancel", "--filter", "queue:resilience"}, 2).value("message", ""), "2"));
    EXPECT_EQ(json({"task", "cancel", "--filter", "queue:resilience", "--yes"})["cancelled"].size(), 2u);
    startLater();
    refused({"queue", "purge", "resilience"}, 2);
    EXPECT_EQ(json({"queue", "purge", "resilience", "--yes"})["revoked"], 1);
    const Finished several = run({"task", "cancel", startLater(), kNoTask, "--json"});
    EXPECT_EQ(several.status, 3);
    EXPECT_EQ(std::count(several.out.begin(), several.out.end(), '\n'), 2) << several.out;
}

TEST_F(CliOnSample, ATimeoutIsKeptWithTheTaskAndOneBeyondTheTypesLimitIsRefused) {
    const auto started = [](const std::string& timeout) {
        return std::vector<std::string>{"task", "start", "resilience_health_check", "--countdown", "3600", "--timeout", timeout};
    };
    EXPECT_EQ(json(started("1.5"))["time_limit_seconds"], 1.5);
    EXPECT_TRUE(mentions(refused(started("100000"), 2).value("message", ""), "timeout must be more than 0 seconds"));
    refused(started("0"), 2);
}

TEST_F(CliOnSample, TheSameKeyIsTheSameTask) {
    const std::vector<std::string> words{"task",     "start",    "resilience_contingency", "--countdown",
                                         "3600",     "--params", R"({"days_ahead":30})",   "--idempotency-key",
                                         "monday-30"};
    EXPECT_EQ(json(words)["id"], json(words)["id"]);
    auto other = words;
    other[6] = R"({"days_ahead":60})";
    EXPECT_EQ(refused(other, 4).value("code", ""), "conflict");
}

TEST_F(CliOnSample, AWaitThatRunsOutSaysThatTheTaskGoesOn) {
    json({"queue", "pause", "resilience"});
    const Finished finished = run({"task", "start", "resilience_health_check", "--wait", "0.5", "--json"});
    EXPECT_EQ(finished.status, 1);
    const Json task = documentOf(finished);
    EXPECT_EQ(task["state"], "pending");
    EXPECT_TRUE(mentions(finished.err, task.value("id", "?"))) << finished.err;
    EXPECT_EQ(json({"queue", "resume", "resilience"})["paused"], false);
    EXPECT_EQ(json({"task", "result", task.value("id", ""), "--wait", "60"})["state"], "success");
}

TEST_F(CliOnSample, ACircuitIsHeldWithAReasonAndHandedBack) {
    const std::string type = "resilience_contingency";
    EXPECT_EQ(refused({"task", "breaker", type, "open", "--reason", "no"}, 2)["code"], "invalid_params");
    EXPECT_EQ(json({"task", "breaker", type, "open", "--reason", "the roster moves"})["breaker"], "open");
    const Json types = json({"task", "types", "--status"});
    const auto held = std::ranges::find_if(types["task_types"], [&](const Json& one) { return one["type"] == type; });
    EXPECT_TRUE(mentions((*held)["status"]["waits_for"], "the roster moves"));
    EXPECT_TRUE(mentions(run({"task", "types", "--status"}).out, "open (held by "));
    EXPECT_EQ(json({"task", "breaker", type, "reset", "--reason", "it has moved"})["held"], Json());
    refused({"task", "breaker", "no_such_type", "close", "--reason", "because"}, 3);
}

TEST_F(CliOnSample, SchedulesAreAddedSwitchedAndRemoved) {
    EXPECT_EQ(json({"beat", "add", "morning-check", "--cron", "0 6 * * *", "--zone", "Pacific/Honolulu", "--type",
                    "resilience_health_check"})["enabled"],
              true);
    refused({"beat", "add", "morning-check", "--every", "60", "--type", "resilience_health_check"}, 4);
    EXPECT_EQ(json({"beat", "disable", "morning-check"})["enabled"], false);
    EXPECT_EQ(json({"beat", "enable", "morning-check"})["enabled"], true);
    EXPECT_EQ(json({"beat", "run-now", "morning-check"})["type"], "resilience_health_check");
    EXPECT_TRUE(json({"beat", "history", "morning-check", "--limit", "5"})["firings"].empty());
    EXPECT_EQ(json({"beat", "remove", "morning-check"})["removed"], true);
    refused({"beat", "remove", "resilience-health-check"}, 4);
    const Json coming = json({"beat", "coming", "--days", "2"});
    const auto hourly = std::ranges::find_if(coming["entries"], [](const Json& one) { return one["name"] == "resilience-health-check"; });
    ASSERT_NE(hourly, coming["entries"].end());
    EXPECT_EQ((*hourly)["firings"], 2 * 24 * 4);
    EXPECT_TRUE(mentions(run({"beat", "coming"}).out, "resilience-health-check"));
    refused({"beat", "coming", "--days", "99"}, 2);
    const Json listed = json({"beat", "list"});
    EXPECT_TRUE(listed["waiting_for_their_type"].is_array());
    for (const Json& entry : listed["schedules"])
        EXPECT_TRUE(entry["next_fire_at"].is_string()) << entry;
}

TEST_F(CliOnSample, AChangeOfAScheduleNamesWhatIsNewAndWhatGoesBackToItsDefault) {
    json({"beat", "add", "morning-check", "--cron", "0 6 * * *", "--zone", "Pacific/Honolulu", "--type",
          "resilience_health_check", "--priority", "7"});
    const Json changed = json({"beat", "change", "morning-check", "--default", "zone", "--spread", "5"});
    EXPECT_EQ(changed["zone"], "UTC");
    EXPECT_EQ(changed["priority"], 7) << "what is not named stays";
    EXPECT_EQ(changed["spread_seconds"], 5);
    EXPECT_EQ(json({"beat", "change", "morning-check", "--default", "priority", "--default", "spread"})["priority"], Json());
    EXPECT_TRUE(mentions(refused({"beat", "change", "morning-check", "--zone", "UTC", "--default", "zone"}, 2)["message"],
                         "--zone cannot be given"));
    refused({"beat", "change", "morning-check", "--default", "cron"}, 2);
    refused({"beat", "change", "morning-check"}, 2);
}

TEST_F(CliOnSample, ABackfillShowsWhatIsMissingAndMakesItOnlyWhenItIsConfirmed) {
    json({"beat", "add", "hourly", "--cron", "0 * * * *", "--type", "resilience_health_check"});
    const auto now = core::base::RealClock().now();
    const std::string from = core::base::formatInstant(std::chrono::floor<std::chrono::hours>(now) - std::chrono::hours(3));
    const std::vector<std::string> words{"beat", "backfill", "hourly", "--from", from};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), words.begin(), words.end());
        return more;
    };
    const Json plan = json(with({"--dry-run"}));
    const auto missing = plan["instants"].size();
    EXPECT_GE(missing, 4u);
    EXPECT_EQ(plan["instants"][0]["instant"], from);
    EXPECT_TRUE(mentions(run(with({"--dry-run"})).out, "instants are missing; left out: 0 fired, 0 still to come."));
    EXPECT_TRUE(mentions(refused(words, 2)["message"], "tasks would be made; nothing was done"));
    EXPECT_EQ(json({"task", "list"})["tasks"].size(), 0u);

    const Finished no = command.runOnTerminal(words, "n\n");
    EXPECT_EQ(no.status, 0) << no.err;
    EXPECT_TRUE(mentions(no.err, "tasks? [y/N]")) << no.err;
    EXPECT_TRUE(mentions(no.err, from)) << "the plan is shown above the question";
    EXPECT_TRUE(mentions(no.err, "nothing was done")) << no.err;
    EXPECT_EQ(no.out, "");
    EXPECT_EQ(json({"task", "list"})["tasks"].size(), 0u);
    const Finished yes = command.runOnTerminal(with({"--to", from}), "y\n");
    EXPECT_EQ(yes.status, 0) << yes.err;
    EXPECT_TRUE(mentions(yes.out, "1 task was made; see it with: beatwarden task list --search backfill-")) << yes.out;

    const Json made = json(with({"--yes", "--together"}));
    EXPECT_GE(made["tasks"].size(), missing - 1);
    EXPECT_EQ(json({"task", "list", "--search", made["tag"]})["tasks"].size(), made["tasks"].size());
    EXPECT_EQ(json(with({"--to", from, "--yes"})),
              (Json{{"schedule", "hourly"}, {"dry_run", false}, {"tag", nullptr}, {"tasks", Json::array()},
                    {"skipped", Json::array()}, {"left", 0}}));
    EXPECT_EQ(json({"beat", "history", "hourly"})["firings"][0]["outcome"], "backfilled");
    refused({"beat", "backfill", "nothing", "--from", from, "--yes"}, 3);
    refused({"beat", "backfill", "hourly", "--yes"}, 2);
    refused({"beat", "backfill", "hourly", "--from", "this morning", "--yes"}, 2);
    refused({"beat", "backfill", "hourly", "--from", from, "--to", "2199-01-01T00:00:00Z", "--yes"}, 2);
    refused({"beat", "backfill", "hourly", "--from", from, "--to", "2001-01-01T00:00:00Z", "--yes"}, 2);
}

TEST_F(CliOnSample, TriggersAreListedAndSwitched) {
    const Json triggers = json({"trigger", "list"})["triggers"];
    const auto conflicts = std::ranges::find_if(triggers, [](const Json& one) { return one["name"] == "absence-conflicts"; });
    ASSERT_NE(conflicts, triggers.end());
    EXPECT_EQ((*conflicts)["state"], "waiting");
    EXPECT_EQ((*conflicts)["waits_for"], "the task type detect_leave_conflicts");
    EXPECT_TRUE(mentions(run({"trigger", "list"}).out, "waits for the task type detect_leave_conflicts"));
    EXPECT_EQ(json({"trigger", "disable", "health-alert"})["state"], "disabled");
    EXPECT_TRUE(mentions(run({"trigger", "enable", "health-alert"}).out, "Trigger health-alert: enabled."));
    refused({"trigger", "disable", "no-such-trigger"}, 3);
}

TEST_F(CliOnSample, ACrisisIsPreviewedActivatedOnceAndEnded) {
    EXPECT_EQ(json({"crisis", "activate", "--preview", "--severity", "severe"})["load_shedding_level"], 3);
    EXPECT_EQ(json({"crisis", "status"})["crisis_mode"], false);
    refused({"crisis", "activate", "--preview", "--severity", "enormous"}, 2);
    const std::vector<std::string> activate{"crisis",   "activate", "--severity",
                                            "moderate", "--reason", "three faculty deployed today"};
    EXPECT_EQ(json(activate)["result"]["load_shedding_level"], 2);
    const Json status = json({"crisis", "status"});
    EXPECT_EQ(status["crisis_mode"], true);
    EXPECT_EQ(status["severity"], "moderate");
    EXPECT_EQ(run(activate).status, 4);
    EXPECT_EQ(json({"crisis", "deactivate", "--reason", "everybody is back again", "--approved-by",
                    "Dr. Okafor"})["state"],
              "success");
    EXPECT_EQ(json({"crisis", "status"})["crisis_mode"], false);
}

TEST_F(CliOnSample, ACrisisWithoutItsWordsIsRefused) {
    EXPECT_EQ(refused({"crisis", "activate"}, 2).value("message", ""),
              "severity parameter required for crisis activation");
    EXPECT_EQ(refused({"crisis", "activate", "--severity", "minor"}, 2).value("message", ""),
              "reason parameter required for crisis activation");
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"crisis", "activate", "--severity", "enormous", "--reason", "three faculty deployed"},
             {"crisis", "activate", "--severity", "minor", "--reason", "short"}})
        EXPECT_EQ(run(words).status, 2) << words[3];
    EXPECT_NE(run({"crisis", "activate", "--severity", "severe", "--reason", "three faculty deployed"}).status, 0)
        << "severe needs an approver";
    EXPECT_EQ(json({"crisis", "status"})["crisis_mode"], false);
}

TEST_F(CliOnSample, AnImportWithWrongColumnsWritesNothing) {
    const Json before = json({"programme", "stats"});
    std::ofstream(folder / "absences.csv") << "Colour,Shape\nred,round\n";
    refused({"programme", "import", (folder / "absences.csv").string()}, 2);
    std::ofstream(folder / "absences.csv") << "Person,Type,Start Date,End Date,Notes,TDY Location\n"
                                              "Nobody Atall,VAC,2026-12-24,2026-12-20,,\n";
    refused({"programme", "import", (folder / "absences.csv").string()}, 2);
    EXPECT_EQ(run({"programme", "import", (folder / "absences.csv").string(), "--dry-run"}).status, 2);
    EXPECT_EQ(json({"programme", "stats"}), before);
}

TEST_F(CliOnSample, ForeignTextNeverReachesTheTerminalRaw) {
    const Finished started =
        run({"task", "start", "resilience_health_check", "--countdown", "3600", "--tag", "a\x1b]0;owned\x07",
             "--metadata", R"({"note":"\u001b[2J\u202egnp\u0085","x":"\u009b31m"})"});
    ASSERT_EQ(started.status, 0) << started.err;
    const std::string id = started.out.substr(0, 36);
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"task", "show", id}, {"task", "list"}, {"task", "show", "no\x1b[2Jsuch"}, {"queue", "pause", "a\x1b[2J"}}) {
        const Finished shown = run(words);
        for (const std::string& text : {shown.out, shown.err}) {
            EXPECT_EQ(text.find('\x1b'), std::string::npos) << words[1];
            EXPECT_EQ(text.find('\x07'), std::string::npos) << words[1];
            EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos) << words[1];
            EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos) << words[1];
        }
    }
}

TEST_F(CliOnSample, ARunningEngineAnswersAndStopsCleanlyOnSigterm) {
    Serving serving(command, data);
    const Finished listed = run({"task", "list"});
    EXPECT_EQ(listed.status, 0) << listed.err;
    EXPECT_EQ(listed.err, "") << "no engine of its own is needed";
    EXPECT_EQ(json({"task", "start", "resilience_health_check", "--wait", "60"})["state"], "success");
    EXPECT_NE(json({"health"})["status"], "unhealthy");
    refused({"task", "show", kNoTask}, 3);
    const Json second = refused({"serve"}, 5);
    EXPECT_TRUE(mentions(second.value("message", ""), data.string())) << second;
    EXPECT_EQ(serving.end(SIGTERM), 0);
    EXPECT_FALSE(std::filesystem::exists(data / "api.json"));
    EXPECT_EQ(json({"task", "list"})["tasks"][0]["state"], "success");
}

TEST_F(CliOnSample, AfterAKillTheFileOfTheDeadEngineMisleadsNobody) {
    Serving serving(command, data);
    const std::string id = startLater();
    EXPECT_EQ(serving.end(SIGKILL), 128 + SIGKILL);
    ASSERT_TRUE(std::filesystem::exists(data / "api.json"));
    EXPECT_EQ(json({"task", "show", id})["state"], "scheduled") << "what was acknowledged is there";
}

TEST_F(CliOnSample, AnOwnerThatDoesNotAnswerIsStatusFive) {
    Serving serving(command, data);
    std::filesystem::remove(data / "api.json");
    const Json error = refused({"task", "list"}, 5);
    EXPECT_EQ(error.value("code", ""), "queue_unavailable");
    EXPECT_TRUE(mentions(error.value("message", ""), data.string())) << error;
}

TEST_F(CliOnSample, AWaitOutlivesTheEngineThatItBeganOn) {
    Serving serving(command, data);
    json({"queue", "pause", "resilience"});
    const std::string id = json({"task", "start", "resilience_health_check"}).value("id", "");
    const pid_t waiting = command.start({"task", "result", id, "--wait", "100"});
    ASSERT_TRUE(EngineHarness::eventually([&] { return hasConnection(waiting); }));
    EXPECT_EQ(serving.end(SIGTERM), 0);
    // The waiting command takes over as the owner, and others reach its engine.
    ASSERT_TRUE(EngineHarness::eventually([&] { return std::filesystem::exists(data / "api.json"); }));
    json({"queue", "resume", "resilience"});
    EXPECT_EQ(CommandLine::end(waiting, 0), 0);
}

TEST_F(CliOnSample, TwoCommandsAtOnceBothSucceed) {
    const pid_t first = command.start({"task", "start", "resilience_contingency", "--wait", "60"});
    EXPECT_EQ(json({"task", "start", "resilience_health_check", "--wait", "60"})["state"], "success");
    EXPECT_EQ(CommandLine::end(first, 0), 0);
}

} // namespace tests::cli
