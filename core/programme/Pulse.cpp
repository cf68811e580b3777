#include "core/programme/Summary.h"

#include "core/programme/OrNull.h"

namespace core::programme {

namespace {

base::Json figureOfPulse(const Figure& figure) {
    base::Json document = base::Json::object();
    document["value"] = orNull(figure.value);
    document["at"] = orNull(figure.at);
    document["reason"] = orNull(figure.reason);
    return document;
}

} // namespace

base::Json toDocument(const Pulse& pulse) {
    base::Json document = base::Json::object();
    document["programme_present"] = pulse.programmePresent;
    document["status"] = orNull(pulse.status);
    document["utilization"] = figureOfPulse(pulse.utilization);
    document["utilization_level"] = orNull(pulse.utilizationLevel);
    document["coverage"] = figureOfPulse(pulse.coverage);
    document["defense_level"] = pulse.defenseLevel > 0 ? base::Json(pulse.defenseLevel) : base::Json();
    document["defense_level_name"] = orNull(pulse.defenseName);
    document["n1_pass"] = orNull(pulse.n1Pass);
    document["n2_pass"] = orNull(pulse.n2Pass);
    document["contingency_at"] = orNull(pulse.contingencyAt);
    document["fairness"] = figureOfPulse(pulse.fairness);
    document["compliance_pct"] = figureOfPulse(pulse.compliance);
    document["load_shedding_level"] = pulse.loadSheddingLevel;
    document["high_risk_days"] = pulse.highRiskDays >= 0 ? base::Json(pulse.highRiskDays) : base::Json();
    document["immediate_actions"] = pulse.immediateActions;
    return document;
}

base::Json toDocument(const TrendPoint& point) {
    base::Json document = base::Json::object();
    document["at"] = base::formatInstant(point.at);
    document["utilization"] = orNull(point.utilization);
    document["coverage"] = orNull(point.coverage);
    document["fairness"] = orNull(point.fairness);
    document["compliance_pct"] = orNull(point.compliance);
    return document;
}

} // namespace core::programme
