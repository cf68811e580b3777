#include "app/cli/FallbackCommands.h"

#include "app/cli/Text.h"
#include "core/api/Message.h"

#include <charconv>
#include <cstdio>

namespace app::cli {

using core::base::Error;
using core::base::ErrorCode;
using core::base::Json;

namespace {

constexpr const char* kFallbacks = "/api/v1/programme/fallbacks";

std::string fallbackPath(const std::string& id, const char* verb = "") {
    return std::string(kFallbacks) + "/" + core::api::percentEncode(id) + verb;
}

std::string percentOf(const Json& ratio) {
    if (!ratio.is_number())
        return "-";
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", 100 * ratio.get<double>());
    return text;
}

std::string standing(const Json& card) {
    std::string text = card["is_active"] == true ? "in force" : "ready";
    if (card["superseded"] == true)
        text += ", superseded";
    if (card["stale"] == true)
        text += ", stale";
    return text;
}

void printFallbacks(std::ostream& out, const Json& document) {
    if (document["fallbacks"].empty()) {
        out << "No fallback schedule was computed yet. The task resilience_fallback_precompute does it.\n";
        return;
    }
    Table table({{"SCENARIO"},
                 {"COVERAGE", Align::Right},
                 {"GOAL", Align::Right},
                 {"GAPS", Align::Right},
                 {"STEP IN", Align::Right},
                 {"AGE", Align::Right},
                 {"VALID UNTIL"},
                 {"STATE"}});
    for (const Json& card : document["fallbacks"])
        table.add({cell(card, "scenario"), percentOf(card["coverage_rate"]), percentOf(card["coverage_goal"]),
                   cell(card, "gap_count"), cell(card, "assignment_count"), cell(card, "age_days") + " d",
                   cell(card, "valid_until"), standing(card)});
    table.print(out);
}

std::string lostText(const Json& card) {
    std::string text;
    if (card["assumptions"].is_object() && card["assumptions"].contains("lost"))
        for (const Json& lost : card["assumptions"]["lost"])
            text += (text.empty() ? "" : ", ") + cell(lost, "name");
    return text.empty() ? "nobody" : text;
}

void printCard(std::ostream& out, const Json& card) {
    printSheet(out, {{"id", cell(card, "id")},
                     {"scenario", cell(card, "scenario") + ": " + cell(card, "name")},
                     {"what", cell(card, "description")},
                     {"state", standing(card)},
                     {"valid", cell(card, "valid_from") + " to " + cell(card, "valid_until")},
                     {"computed", cell(card, "created_at") + ", generation " + cell(card, "generation")},
                     {"coverage", percentOf(card["coverage_rate"]) + " of what is left to do; goal " +
                                      percentOf(card["coverage_goal"])},
                     {"without stepping in", percentOf(card["coverage_kept"])},
                     {"greedy, exact", percentOf(card["coverage_greedy"]) + ", " + percentOf(card["coverage_exact"])},
                     {"gaps", cell(card, "gap_count")},
                     {"lost", lostText(card)},
                     {"activations", cell(card, "activation_count")},
                     {"version", cell(card, "version")}});
    if (card["coverage_unknown_reason"].is_string())
        out << "\nNo coverage: " << cell(card, "coverage_unknown_reason") << ".\n";
    if (card["is_active"] == true)
        printSheet(out, {{"since", cell(card, "last_activated_at")},
                         {"by", cell(card, "activated_by") + ", approved by " + cell(card, "approved_by")},
                         {"reason", cell(card, "reason")}});
}

void printDetail(std::ostream& out, const Json& detail) {
    printCard(out, detail);
    for (const Json& day : detail["days"]) {
        out << "\n" << cell(day, "date") << "\n";
        Table table({{"HALF"}, {"SERVICE"}, {"WHO"}, {"INSTEAD OF"}});
        for (const Json& duty : day["assignments"])
            table.add({cell(duty, "half"), cell(duty, "service"), cell(duty, "person"), cell(duty, "replaces")});
        for (const Json& gap : day["gaps"])
            table.add({cell(gap, "half"), cell(gap, "service"),
                       "OPEN: " + cell(gap, "missing") + " " + cell(gap, "role"), cell(gap, "reason")});
        table.print(out);
    }
}

Outcome answer(Session& session, const core::base::Result<Json>& document, void (*print)(std::ostream&, const Json&)) {
    if (!document)
        return document.error();
    session.show(*document, print);
    return ExitStatus::Done;
}

core::base::Result<Json> wordsOf(const FallbackChoice& choice) {
    Json body{{"reason", choice.reason}, {"approved_by", choice.approvedBy}};
    if (choice.seen.empty())
        return body;
    int64_t version = 0;
    const char* end = choice.seen.data() + choice.seen.size();
    if (const auto read = std::from_chars(choice.seen.data(), end, version);
        read.ec != std::errc() || read.ptr != end)
        return Error{ErrorCode::InvalidParams, "'" + choice.seen + "' is no version",
                     "It is the number that `beatwarden fallback show` tells", {}};
    body["version"] = version;
    return body;
}

} // namespace

Outcome listFallbacks(Session& session) {
    return answer(session, session.get(kFallbacks), printFallbacks);
}

Outcome showFallback(Session& session, const FallbackLook& look) {
    auto detail = session.get(fallbackPath(look.id));
    if (!look.day.empty()) {
        if (const auto day = core::base::parseDate(look.day); !day)
            return day.error().in("--day");
        if (detail) {
            Json& days = (*detail)["days"];
            Json only = Json::array();
            for (Json& day : days)
                if (day["date"] == look.day)
                    only.push_back(std::move(day));
            days = std::move(only);
        }
    }
    return answer(session, detail, printDetail);
}

Outcome activateFallback(Session& session, const FallbackChoice& choice) {
    auto body = wordsOf(choice);
    if (!body)
        return body.error();
    if (choice.allowStale)
        (*body)["allow_stale"] = true;
    return answer(session, session.post(fallbackPath(choice.id, "/activate"), std::move(*body)), printCard);
}

Outcome deactivateFallback(Session& session, const FallbackChoice& choice) {
    auto body = wordsOf(choice);
    if (!body)
        return body.error();
    return answer(session, session.post(fallbackPath(choice.id, "/deactivate"), std::move(*body)), printCard);
}

} // namespace app::cli
