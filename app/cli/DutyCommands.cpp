#include "app/cli/DutyCommands.h"

#include "app/cli/Text.h"
#include "core/api/Message.h"

#include <cstdio>

namespace app::cli {

using core::base::Error;
using core::base::ErrorCode;
using core::base::Json;

namespace {

constexpr const char* kViolations = "/api/v1/programme/violations";
constexpr const char* kPolicy = "/api/v1/programme/duty-policy";

std::string violationPath(const std::string& id, const char* verb = "") {
    return std::string(kViolations) + "/" + core::api::percentEncode(id) + verb;
}

std::string number(const Json& value) {
    if (!value.is_number())
        return "-";
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value.get<double>());
    return text;
}

/// Who, or where.
std::string subject(const Json& violation) {
    return violation["person"].is_string() ? cell(violation, "person")
                                           : cell(violation, "rotation") + " " + cell(violation, "half");
}

void printViolations(std::ostream& out, const Json& document) {
    if (document["violations"].empty()) {
        out << "No violation is on record that fits. The record is kept by the task acgme_compliance_check.\n";
        return;
    }
    Table table({{"ID", Align::Right}, {"SEVERITY"}, {"RULE"}, {"STATUS"}, {"WHO"}, {"WORST WINDOW"}, {"WHAT"}});
    for (const Json& violation : document["violations"])
        table.add({cell(violation, "id"), cell(violation, "severity"), cell(violation, "rule"),
                   cell(violation, "status"), subject(violation),
                   cell(violation, "worst_window_start") + " to " + cell(violation, "worst_window_end"),
                   cell(violation, "message")});
    table.print(out);
    if (document["next_after"].is_number())
        out << "\n" << cell(document, "total") << " in all; more with --after " << cell(document, "next_after") << "\n";
}

void printAnswer(std::ostream& out, const Json& violation) {
    const Json& said = violation["override"];
    const Json& seen = violation["acknowledgement"];
    if (seen.is_object())
        printSheet(out, {{"acknowledged", cell(seen, "by") + " at " + cell(seen, "at")}, {"note", cell(seen, "note")}});
    if (said.is_object())
        printSheet(out, {{"overridden", cell(said, "by") + " at " + cell(said, "at")},
                         {"approved by", cell(said, "approved_by")},
                         {"until", cell(said, "expires_at")},
                         {"reason", cell(said, "reason_code") + ": " + cell(said, "reason")}});
}

void printWorked(std::ostream& out, const Json& worked) {
    if (!worked.is_array() || worked.empty())
        return;
    out << "\nWorked out from:\n";
    Table table({{"DAY"}, {"HOURS", Align::Right}, {"MARK"}, {"DUTY"}});
    for (const Json& day : worked) {
        std::string lines;
        for (const Json& line : day["lines"])
            lines += (lines.empty() ? "" : ", ") + cell(line);
        table.add({cell(day, "date"), number(day["hours"]), cell(day, "mark"), lines});
    }
    table.print(out);
}

void printViolation(std::ostream& out, const Json& violation) {
    printSheet(out, {{"id", cell(violation, "id")},
                     {"rule", cell(violation, "rule") + " (" + cell(violation, "basis") + ")"},
                     {"severity", cell(violation, "severity")},
                     {"status", cell(violation, "status")},
                     {"who", subject(violation)},
                     {"what", cell(violation, "message")},
                     {"suggestion", cell(violation, "suggested_fix")},
                     {"value", cell(violation, "value") + ", limit " + cell(violation, "limit")},
                     {"windows", cell(violation, "windows") + " from " + cell(violation, "window_start") + " to " +
                                     cell(violation, "window_end")},
                     {"first seen", cell(violation, "first_seen_at")},
                     {"last seen", cell(violation, "last_seen_at")}});
    printAnswer(out, violation);
    printWorked(out, violation.value("worked", Json()));
}

void printNearLimit(std::ostream& out, const Json& document) {
    if (document["residents"].empty()) {
        out << "Nobody is near the weekly limit, of " << cell(document, "evaluated") << " residents";
        out << (document["unknown"] == 0 ? ".\n" : "; of " + cell(document, "unknown") + " nothing is known.\n");
        return;
    }
    Table table({{"RESIDENT"},
                 {"LEVEL"},
                 {"H/WEEK", Align::Right},
                 {"LEFT", Align::Right},
                 {"AHEAD", Align::Right},
                 {"LEFT THEN", Align::Right},
                 {"WINDOW AHEAD"},
                 {"ABOVE LIMIT"}});
    for (const Json& resident : document["residents"])
        table.add(
            {cell(resident, "person"), cell(resident, "level"), number(resident["average"]),
             number(resident["remaining_hours"]), number(resident["projected_average"]),
             number(resident["projected_remaining_hours"]),
             cell(resident, "projected_window_start") + " to " + cell(resident, "projected_window_end"),
             resident["exceeds_on"].is_string() ? "from " + cell(resident, "exceeds_on") : cell(resident, "reason")});
    table.print(out);
}

void printPolicy(std::ostream& out, const Json& document) {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const auto& [name, value] : document["policy"].items())
        rows.emplace_back(plain(name), cell(value));
    printSheet(out, rows);
    if (document["updated_by"].is_string())
        out << "\nChanged by " << cell(document, "updated_by") << " at " << cell(document, "updated_at") << ".\n";
}

Outcome show(Session& session, const core::base::Result<Json>& answer, void (*print)(std::ostream&, const Json&)) {
    if (!answer)
        return answer.error();
    session.show(*answer, print);
    return ExitStatus::Done;
}

/// `h80_limit=76` into a member of `body`: a number where it is one.
core::base::Result<void> addSetting(Json& body, const std::string& setting) {
    const size_t sign = setting.find('=');
    if (sign == std::string::npos || sign == 0)
        return Error{ErrorCode::InvalidParams,
                     "'" + setting + "' is no setting",
                     "Write NAME=VALUE, for example h80_limit=76",
                     {}};
    const std::string value = setting.substr(sign + 1);
    const Json parsed = Json::parse(value, nullptr, false);
    body[setting.substr(0, sign)] = parsed.is_number() ? parsed : Json(value);
    return {};
}

} // namespace

Outcome listViolations(Session& session, const ViolationList& which) {
    Members query;
    for (const auto& [name, value] : Members{{"status", which.status},
                                             {"person", which.person},
                                             {"rule", which.rule},
                                             {"severity", which.severity},
                                             {"from", which.from},
                                             {"to", which.to},
                                             {"after", which.after},
                                             {"limit", which.limit}})
        if (!value.empty())
            query.emplace_back(name, value);
    return show(session, session.get(kViolations, query), printViolations);
}

Outcome showViolation(Session& session, const std::string& id) {
    return show(session, session.get(violationPath(id)), printViolation);
}

Outcome acknowledgeViolation(Session& session, const ViolationAnswer& answer) {
    Json body = Json::object();
    if (!answer.note.empty())
        body["note"] = answer.note;
    return show(session, session.post(violationPath(answer.id, "/acknowledge"), std::move(body)), printViolation);
}

Outcome overrideViolation(Session& session, const ViolationAnswer& answer) {
    Json body{{"reason_code", answer.reasonCode}, {"reason", answer.reason}};
    if (!answer.expires.empty())
        body["expires"] = answer.expires;
    if (!answer.approvedBy.empty())
        body["approved_by"] = answer.approvedBy;
    return show(session, session.post(violationPath(answer.id, "/override"), std::move(body)), printViolation);
}

Outcome showNearLimit(Session& session, const NearLimitChoice& choice) {
    Members query;
    if (choice.all)
        query.emplace_back("all", "true");
    return show(session, session.get("/api/v1/programme/near-limit", query), printNearLimit);
}

Outcome dutyPolicy(Session& session, const PolicyChoice& choice) {
    if (choice.settings.empty())
        return show(session, session.get(kPolicy), printPolicy);
    Json body = Json::object();
    for (const std::string& setting : choice.settings)
        if (auto added = addSetting(body, setting); !added)
            return added.error();
    if (!choice.reason.empty())
        body["reason"] = choice.reason;
    return show(session, session.post(kPolicy, std::move(body)), printPolicy);
}

} // namespace app::cli
