#include "core/programme/fallback/FallbackCard.h"

#include "core/programme/OrNull.h"

#include <cmath>

namespace core::programme::fallback {

using base::Json;

namespace {

Json ratioDocument(const std::optional<double>& ratio) {
    return ratio ? Json(std::round(10000 * *ratio) / 10000) : Json();
}

} // namespace

Json toDocument(const FallbackCard& card) {
    Json document = Json::object();
    document["id"] = card.id;
    document["scenario"] = toText(card.scenario);
    document["name"] = card.name;
    document["description"] = card.description;
    document["created_at"] = base::formatInstant(card.createdAt);
    document["age_days"] = card.ageDays;
    document["valid_from"] = base::formatDate(card.validFrom);
    document["valid_until"] = base::formatDate(card.validUntil);
    document["stale"] = card.stale;
    document["assumptions"] = card.assumptions;
    document["services_reduced"] = card.servicesReduced;
    document["coverage_rate"] = ratioDocument(card.coverage);
    document["coverage_unknown_reason"] = orNull(card.unknownReason);
    document["coverage_greedy"] = ratioDocument(card.greedyCoverage);
    document["coverage_exact"] = ratioDocument(card.exactCoverage);
    document["coverage_kept"] = ratioDocument(card.keptCoverage);
    document["coverage_published"] = ratioDocument(card.publishedCoverage);
    document["coverage_goal"] = card.goal;
    document["method"] = card.method;
    document["gap_count"] = card.gapCount;
    document["assignment_count"] = card.assignmentCount;
    document["generation"] = card.generation;
    document["superseded"] = card.superseded;
    document["is_active"] = card.active;
    document["last_activated_at"] = orNull(card.activatedAt);
    document["activation_count"] = card.activationCount;
    document["crisis_id"] = orNull(card.crisisId);
    document["activated_by"] = orNull(card.activatedBy);
    document["approved_by"] = orNull(card.approvedBy);
    document["reason"] = orNull(card.reason);
    document["version"] = card.version;
    return document;
}

Json toDocument(const FallbackGap& gap) {
    Json document = Json::object();
    document["date"] = base::formatDate(gap.when.date);
    document["half"] = programme::toText(gap.when.half);
    document["service"] = gap.service;
    document["role"] = gap.role;
    document["category"] = gap.category;
    document["missing"] = gap.missing;
    document["reason"] = gap.reason;
    return document;
}

Json toDocument(const FallbackDuty& duty) {
    Json document = Json::object();
    document["date"] = base::formatDate(duty.when.date);
    document["half"] = programme::toText(duty.when.half);
    document["person_id"] = duty.personId;
    document["person"] = duty.personName;
    document["role"] = duty.role;
    document["service"] = duty.service;
    document["rotation"] = orNull(duty.rotation);
    document["on_call"] = duty.call;
    document["replaces"] = orNull(duty.replaces);
    document["source"] = "fallback";
    return document;
}

Json toDocument(const FallbackDetail& detail) {
    Json document = toDocument(detail.card);
    document["days"] = Json::array();
    for (const FallbackDay& day : detail.days) {
        Json entry = Json::object();
        entry["date"] = base::formatDate(day.date);
        entry["assignments"] = Json::array();
        for (const FallbackDuty& duty : day.duties)
            entry["assignments"].push_back(toDocument(duty));
        entry["gaps"] = Json::array();
        for (const FallbackGap& gap : day.gaps)
            entry["gaps"].push_back(toDocument(gap));
        document["days"].push_back(std::move(entry));
    }
    return document;
}

} // namespace core::programme::fallback
