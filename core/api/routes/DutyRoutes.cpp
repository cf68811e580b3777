#include "core/api/routes/Routes.h"
#include "core/engine/Engine.h"
#include "core/programme/duty/Documents.h"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;
namespace duty = programme::duty;

namespace {

constexpr const char* kStatuses = "open, acknowledged, overridden, resolved or all, several separated by commas; "
                                  "everything but resolved when absent";

/// The number that the path names; one that does not exist is not found, rather than a wrong parameter.
Result<int64_t> violationId(const Call& call) {
    const std::string& text = call.path.at("id");
    int64_t id = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (failed != std::errc() || end != text.data() + text.size())
        return Error{
            ErrorCode::NotFound, "there is no violation " + text, "Ids are numbers; see programme/violations", {}};
    return id;
}

Result<void> readStatuses(const std::string& text, std::vector<duty::ViolationStatus>& statuses) {
    using enum duty::ViolationStatus;
    if (text.empty())
        statuses = {Open, Acknowledged, Overridden};
    if (text.empty() || text == "all")
        return {};
    std::istringstream words(text);
    for (std::string word; std::getline(words, word, ',');) {
        const auto status = duty::violationStatusFromText(word);
        if (!status)
            return Error{ErrorCode::InvalidParams,
                         "'" + word + "' is no status of a violation",
                         "Statuses are open, acknowledged, overridden, resolved and all",
                         {{"status", "is not known"}}};
        statuses.push_back(*status);
    }
    return {};
}

Result<duty::ViolationFilter> filterOf(const Call& call) {
    duty::ViolationFilter filter;
    if (auto read = readStatuses(call.queryText("status"), filter.statuses); !read)
        return read.error();
    filter.person = call.queryText("person");
    filter.rule = call.queryText("rule");
    if (!filter.rule.empty() && !duty::ruleFromText(filter.rule))
        return Error{ErrorCode::InvalidParams,
                     "'" + filter.rule + "' is no rule",
                     "Rules are H80, D1IN7, C24, R14, R8, Q3, MOON, SUP, WDAY, NF",
                     {{"rule", "is not known"}}};
    filter.leastSeverity = duty::severityFromText(call.queryText("severity"));
    if (const std::string day = call.queryText("from"); !day.empty())
        filter.from = *base::parseDate(day);
    if (const std::string day = call.queryText("to"); !day.empty())
        filter.to = *base::parseDate(day);
    filter.after = call.query.value("after", int64_t(0));
    filter.limit = call.query.value("limit", filter.limit);
    return filter;
}

Result<Json> listViolations(const Call& call) {
    const auto filter = filterOf(call);
    if (!filter)
        return filter.error();
    const auto page = call.engine.programme().violations(*filter);
    if (!page)
        return page.error();
    Json document = Json::object();
    document["violations"] = Json::array();
    for (const duty::Violation& violation : page->violations)
        document["violations"].push_back(toDocument(violation));
    document["total"] = page->total;
    const bool more = int(page->violations.size()) == filter->limit;
    document["next_after"] = more ? Json(page->violations.back().id) : Json();
    return document;
}

Result<Json> documentOf(const Result<duty::Violation>& violation) {
    if (!violation)
        return violation.error();
    return toDocument(*violation);
}

Result<Json> showViolation(const Call& call) {
    const auto id = violationId(call);
    if (!id)
        return id.error();
    return documentOf(call.engine.programme().violation(*id));
}

std::optional<int64_t> versionOf(const Call& call) {
    return call.body.contains("version") ? std::optional(call.body["version"].get<int64_t>()) : std::nullopt;
}

Result<Json> acknowledgeViolation(const Call& call) {
    const auto id = violationId(call);
    if (!id)
        return id.error();
    return documentOf(
        call.engine.programme().acknowledgeViolation(*id, versionOf(call), call.bodyText("note"), call.actor()));
}

Result<Json> overrideViolation(const Call& call) {
    const auto id = violationId(call);
    if (!id)
        return id.error();
    duty::OverrideRequest request;
    request.approvedBy = call.bodyText("approved_by");
    request.reasonCode = call.bodyText("reason_code");
    request.reason = call.bodyText("reason");
    const std::string expires = call.bodyText("expires");
    if (const auto day = base::parseDate(expires))
        request.lastDay = *day;
    else if (!expires.empty()) {
        const auto expiry = base::parseInstant(expires);
        if (!expiry)
            return expiry.error().in("expires");
        request.expiresAt = *expiry;
    }
    return documentOf(call.engine.programme().overrideViolation(*id, versionOf(call), request, call.actor()));
}

Result<Json> overrideChoices(const Call& call) {
    const auto approvers = call.engine.programme().overrideApprovers();
    if (!approvers)
        return approvers.error();
    Json document = Json::object();
    document["approvers"] = *approvers;
    document["reason_codes"] = Json::object();
    for (const duty::OverrideReason& reason : duty::overrideReasons())
        document["reason_codes"][reason.code] = reason.meaning;
    return document;
}

Result<Json> hoursOutlook(const Call& call) {
    const auto outlooks = call.engine.programme().hoursOutlook();
    if (!outlooks)
        return outlooks.error();
    const bool all = call.query.value("all", false);
    Json document = Json::object();
    document["residents"] = Json::array();
    for (const duty::HoursOutlook& outlook : all ? *outlooks : duty::nearLimit(*outlooks))
        document["residents"].push_back(toDocument(outlook));
    document["evaluated"] = std::count_if(outlooks->begin(), outlooks->end(), [](const duty::HoursOutlook& outlook) {
        return outlook.level != duty::NearLimit::Unknown;
    });
    document["unknown"] = int64_t(outlooks->size()) - document["evaluated"].get<int64_t>();
    return document;
}

Result<Json> showPolicy(const Call& call) {
    const auto policy = call.engine.programme().dutyPolicy();
    if (!policy)
        return policy.error();
    return toDocument(*policy);
}

Result<Json> changePolicy(const Call& call) {
    Json changes = call.body;
    changes.erase("reason");
    const auto policy = call.engine.programme().changeDutyPolicy(changes, call.bodyText("reason"), call.actor());
    if (!policy)
        return policy.error();
    return toDocument(*policy);
}

task::Parameter dateField(std::string name, std::string description) {
    task::Parameter field = textField(std::move(name), std::move(description));
    field.kind = task::ParameterKind::Date;
    return field;
}

task::ParameterSchema listSchema() {
    task::Parameter severity = textField("severity", "Only as severe as this or more");
    severity.kind = task::ParameterKind::Choice;
    severity.choices = {"LOW", "MEDIUM", "HIGH", "CRITICAL"};
    return task::ParameterSchema({textField("status", kStatuses), textField("person", "An id, or a part of a name"),
                                  textField("rule", "H80, D1IN7, C24, R14, R8, Q3, MOON, SUP, WDAY or NF"), severity,
                                  dateField("from", "Whose windows reach this day or a later one"),
                                  dateField("to", "Whose windows begin on this day or before"),
                                  integerField("after", "The id of the last violation of the page before", 1, 9.0e15),
                                  integerField("limit", "200 when absent", 1, duty::ViolationFilter::kMostListed)});
}

task::ParameterSchema overrideSchema(const task::Parameter& version) {
    task::Parameter code = requiredText("reason_code", "Why, in one word");
    code.kind = task::ParameterKind::Choice;
    code.choices = duty::overrideReasonCodes();
    return task::ParameterSchema(
        {code, requiredText("reason", "Why, for the record: 20 to 1000 characters"),
         textField("approved_by", "The programme director or an administrator; whoever asks when absent"),
         textField("expires",
                   "Until when it may stand: a day with its end, or an ISO-8601 time; at most 366 days, 28 when absent"),
         version});
}

task::ParameterSchema policySchema() {
    std::vector<task::Parameter> fields = duty::dutyPolicySchema().parameters();
    fields.push_back(textField("reason", "Why, for the record"));
    return task::ParameterSchema(std::move(fields));
}

} // namespace

std::vector<Route> dutyRoutes() {
    using task::ParameterSchema;
    const auto version = integerField("version", "As it was seen; refused when it is another by now", 1, 9.0e15);
    std::vector<Route> routes;
    routes.push_back({.method = Method::Get,
                      .pattern = "/api/v1/programme/violations",
                      .summary = "Violations of the duty rules on record, the most severe first",
                      .query = listSchema(),
                      .body = {},
                      .handle = listViolations});
    routes.push_back({.method = Method::Get,
                      .pattern = "/api/v1/programme/violations/{id}",
                      .summary = "One violation with the days it was worked out from",
                      .query = {},
                      .body = {},
                      .handle = showViolation});
    routes.push_back({.method = Method::Post,
                      .pattern = "/api/v1/programme/violations/{id}/acknowledge",
                      .summary = "Say that it was seen",
                      .query = {},
                      .body = ParameterSchema({textField("note", "What will be done"), version}),
                      .handle = acknowledgeViolation});
    routes.push_back({.method = Method::Post,
                      .pattern = "/api/v1/programme/violations/{id}/override",
                      .summary = "Let it stand for a while, with a reason",
                      .query = {},
                      .body = overrideSchema(version),
                      .handle = overrideViolation});
    routes.push_back({.method = Method::Get,
                      .pattern = "/api/v1/programme/violations/override-choices",
                      .summary = "Who may approve an override, and the codes of its reasons",
                      .query = {},
                      .body = {},
                      .handle = overrideChoices});
    routes.push_back({.method = Method::Get,
                      .pattern = "/api/v1/programme/near-limit",
                      .summary = "Residents close to the weekly limit, with the hours that they have left",
                      .query = ParameterSchema({flagField("all", "Every resident")}),
                      .body = {},
                      .handle = hoursOutlook});
    routes.push_back({.method = Method::Get,
                      .pattern = "/api/v1/programme/duty-policy",
                      .summary = "The limits that the rules are checked against",
                      .query = {},
                      .body = {},
                      .handle = showPolicy});
    routes.push_back({.method = Method::Post,
                      .pattern = "/api/v1/programme/duty-policy",
                      .summary = "Change limits; what is not named stays",
                      .query = {},
                      .body = policySchema(),
                      .handle = changePolicy});
    return routes;
}

} // namespace core::api
