#pragma once

#include "core/packs/Packs.h"
#include "core/programme/store/ProgrammeSchema.h"
#include "core/programme/store/ProgrammeWriter.h"
#include "core/programme/store/ResilienceReader.h"
#include "core/store/ChangeApplier.h"
#include "core/store/Database.h"
#include "core/store/EngineSchema.h"
#include "core/task/TaskRegistry.h"
#include "tests/support/HandlerContext.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

namespace tests {

/// The handlers over a database of their own, with outcomes committed as the engine commits them.
class PackBench {
  public:
    /// `now` is the instant of the sample's first look; the academic year is the one that contains it.
    explicit PackBench(const std::string& now = "2026-11-20T18:00:00Z") : clock(*core::base::parseInstant(now)) {
        auto steps = core::store::engineMigrations();
        for (auto& step : core::programme::store::programmeMigrations())
            steps.push_back(step);
        auto opened = core::store::Database::open(m_folder / "core.db", steps);
        EXPECT_TRUE(opened) << opened.error().text();
        database = std::move(*opened);
        core::packs::registerAll(registry);
    }

    core::programme::Stats createSample() {
        const auto stats = database->write([&](core::store::Connection& db) {
            return core::programme::store::createSample(db, {}, std::chrono::floor<std::chrono::days>(clock.now()));
        });
        EXPECT_TRUE(stats) << stats.error().text();
        return *stats;
    }

    /// Validates the parameters, runs the handler, and commits what it proposes.
    core::task::Outcome run(const std::string& type, const core::base::Json& params = core::base::Json::object(),
                            const std::string& user = "operator") {
        core::task::Outcome outcome = compute(type, params, user);
        if (outcome.verdict == core::task::Verdict::Success) {
            const auto committed = commit(outcome);
            EXPECT_TRUE(committed) << committed.error().text();
            for (const char* key : {"alert", "alert_ahead", "shedding_alert"}) // as the triggers do
                if (outcome.result.is_object() && outcome.result.contains(key) && !outcome.result[key].is_null())
                    run("send_resilience_alert", outcome.result[key]);
        } else {
            EXPECT_EQ(outcome.retryable, core::task::Retryable::No) << outcome.errorMessage;
        }
        return outcome;
    }

    core::task::Outcome compute(const std::string& type, const core::base::Json& params = core::base::Json::object(),
                                const std::string& user = "operator") {
        const core::task::TaskType* found = registry.find(type);
        EXPECT_NE(found, nullptr) << type;
        const auto checked = found->parameters.validate(params);
        if (!checked)
            return core::task::Outcome::permanentFailure("invalid_params", checked.error().message);
        HandlerContext context(clock, database->file(), user);
        core::task::Outcome outcome = found->run(*checked, context);
        EXPECT_TRUE(std::is_sorted(context.reports.begin(), context.reports.end())) << type;
        for (const double percent : context.reports)
            EXPECT_TRUE(percent >= 0 && percent < 100) << type << " " << percent;
        return outcome;
    }

    core::base::Result<void> commit(const core::task::Outcome& outcome) {
        core::store::ChangeApplier applier(core::programme::store::tablesWritableByTasks());
        return database->write(
            [&](core::store::Connection& db) { return applier.apply(db, outcome.changes, clock.now()); });
    }

    /// The first column of the first row; null without a row.
    core::base::Json ask(const std::string& sql) {
        const auto answer =
            database->read([&](core::store::Connection& db) -> core::base::Result<core::base::Json> {
                auto row = db.query(sql);
                if (!row.step() || row.isNull(0))
                    return core::base::Json();
                const std::string text = row.text(0);
                core::base::Json json = core::base::Json::parse(text, nullptr, false);
                return json.is_discarded() ? core::base::Json(text) : json;
            });
        EXPECT_TRUE(answer) << answer.error().text();
        return *answer;
    }

    core::base::ManualClock clock;
    core::task::TaskRegistry registry;
    std::unique_ptr<core::store::Database> database;

  private:
    TemporaryFolder m_folder;
};

} // namespace tests
