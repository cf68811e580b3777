#include "core/api/routes/Routes.h"
#include "core/engine/Engine.h"

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

Result<programme::Stats> presentProgramme(const Call& call) {
    auto stats = call.engine.programme().stats();
    if (stats && !stats->present)
        return Error{ErrorCode::NotFound, "there is no programme in this data directory yet",
                     "Create the sample with `beatwarden programme create-sample`, or read yours with "
                     "`beatwarden programme import`", {}};
    return stats;
}

Result<Json> showProgramme(const Call& call) {
    const auto stats = presentProgramme(call);
    if (!stats)
        return stats.error();
    return toDocument(*stats);
}

Result<Json> showPulse(const Call& call) {
    const auto pulse = call.engine.programme().pulse();
    if (!pulse)
        return pulse.error();
    return toDocument(*pulse);
}

Result<Json> createSample(const Call& call) {
    programme::SampleOptions options;
    options.seed = call.body.value("seed", options.seed);
    options.residents = call.body.value("residents", options.residents);
    options.faculty = call.body.value("faculty", options.faculty);
    if (const std::string start = call.bodyText("start"); !start.empty()) {
        const auto date = base::parseDate(start);
        if (!date)
            return date.error();
        options.start = *date;
    }
    const auto stats = call.engine.programme().createSample(options, call.actor());
    if (!stats)
        return stats.error();
    return toDocument(*stats);
}

Result<Json> importProgramme(const Call& call) {
    const std::filesystem::path path = call.bodyText("path");
    if (!path.is_absolute())
        return Error{ErrorCode::InvalidParams, "path must be absolute", {}, {{"path", "must be absolute"}}};
    const bool dryRun = call.body.value("dry_run", false);
    const auto report = call.engine.programme().import(path, dryRun, call.actor());
    if (!report)
        return report.error();
    if (dryRun || report->errors.empty())
        return toDocument(*report);
    Error refused{ErrorCode::InvalidParams,
                  "nothing was imported: " + std::to_string(report->errors.size()) + " rows are wrong",
                  "Correct them and try with --dry-run first", {}};
    for (const programme::ImportError& row : report->errors)
        refused.fields.push_back({row.file + ":" + std::to_string(row.row) + " " + row.field, row.message});
    return refused;
}

Result<Json> crisisStatus(const Call& call) {
    const auto status = call.engine.programme().crisisStatus();
    if (!status)
        return status.error();
    return toDocument(*status);
}

Result<Json> crisisLog(const Call& call) {
    const auto log = call.engine.programme().crisisLog(call.query.value("limit", 50));
    if (!log)
        return log.error();
    Json entries = Json::array();
    for (const programme::CrisisStatus& entry : *log)
        entries.push_back(toDocument(entry));
    Json document = Json::object();
    document["crises"] = std::move(entries);
    return document;
}

Result<Json> crisisPreview(const Call& call) {
    if (const auto stats = presentProgramme(call); !stats)
        return stats.error();
    const auto preview = call.engine.programme().crisisPreview(call.queryText("severity"));
    if (!preview)
        return preview.error();
    return toDocument(*preview);
}

/// Submits the crisis task of `type` with what the body says; its rules are the task's own.
Result<Json> submitCrisis(const Call& call, const char* type) {
    if (const auto stats = presentProgramme(call); !stats)
        return stats.error();
    engine::Submission submission;
    submission.type = type;
    submission.params = call.body;
    submission.params.erase("idempotency_key");
    submission.idempotencyKey = call.bodyText("idempotency_key");
    const auto task = call.engine.tasks().submit(submission, call.actor());
    if (!task)
        return task.error();
    return task::toDocument(*task);
}

Result<Json> activateCrisis(const Call& call) {
    return submitCrisis(call, "resilience_crisis_activation");
}

Result<Json> deactivateCrisis(const Call& call) {
    return submitCrisis(call, "resilience_crisis_deactivation");
}

std::vector<Route> crisisRoutes() {
    using task::ParameterSchema;
    const auto key = textField("idempotency_key", "The same key within 24 hours: the same task again");
    const auto approver = textField("approved_by", "Who approves; needed for severe and critical");
    std::vector<Route> routes;
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/crisis", .summary = "The crisis as it stands",
                      .query = {}, .body = {}, .handle = crisisStatus});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/crisis/log", .summary = "Crises, newest first",
                      .query = ParameterSchema({integerField("limit", "50 when absent", 1, 500)}), .body = {},
                      .handle = crisisLog});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/crisis/preview",
                      .summary = "What activating would shed; changes nothing",
                      .query = ParameterSchema({requiredText("severity", "minor, moderate, severe or critical")}),
                      .body = {}, .handle = crisisPreview});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/crisis/activate",
                      .summary = "Start the task that activates a crisis; follow it at tasks/{id}", .query = {},
                      .body = ParameterSchema({textField("severity", "minor, moderate, severe or critical"),
                                               textField("reason", "10 to 500 characters"), approver, key}),
                      .success = 202, .handle = activateCrisis});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/crisis/deactivate",
                      .summary = "Start the task that ends the crisis; follow it at tasks/{id}", .query = {},
                      .body = ParameterSchema({textField("reason", "10 to 500 characters"), approver, key}),
                      .success = 202, .handle = deactivateCrisis});
    return routes;
}

} // namespace

std::vector<Route> programmeRoutes() {
    using task::ParameterSchema;
    std::vector<Route> routes = crisisRoutes();
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/programme",
                      .summary = "How much of everything the programme holds", .query = {}, .body = {},
                      .handle = showProgramme});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/programme/pulse",
                      .summary = "Latest figures with their ages; computes nothing", .query = {}, .body = {},
                      .handle = showPulse});
    routes.push_back(
        {.method = Method::Post, .pattern = "/api/v1/programme/create-sample",
         .summary = "Create the deterministic sample programme", .query = {},
         .body = ParameterSchema({integerField("seed", "Same seed, same programme", 0, 9.0e15),
                                  textField("start", "First day, 1 July of the academic year"),
                                  integerField("residents", "18 when absent", 3, 300),
                                  integerField("faculty", "13 when absent", 2, 300)}),
         .success = 201, .handle = createSample});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/programme/import",
                      .summary = "Read a roster or absences from CSV files on this machine", .query = {},
                      .body = ParameterSchema({requiredText("path", "Absolute path of a file or folder"),
                                               flagField("dry_run", "Only check and count")}),
                      .handle = importProgramme});
    return routes;
}

} // namespace core::api
