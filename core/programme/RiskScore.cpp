#include "core/programme/RiskScore.h"

#include "core/programme/DayText.h"
#include "core/programme/OrNull.h"

#include <algorithm>
#include <initializer_list>

namespace core::programme {

namespace {

constexpr double kBoundTolerance = 1e-9;

/// 4 from the highest bound on, one less for each bound below it, 0 for nothing at all.
double bandOf(double value, std::initializer_list<double> bounds) {
    const auto reached = std::count_if(bounds.begin(), bounds.end(),
                                       [&](double bound) { return value + kBoundTolerance >= bound; });
    if (value <= 0)
        return 0;
    return 4.0 - double(bounds.size()) + double(reached);
}

template <class T>
std::optional<double> asNumber(const std::optional<T>& value) {
    return value ? std::optional(double(*value)) : std::nullopt;
}

RiskPart colourPart(const char* name, double weight, std::optional<double> value, std::initializer_list<double> bounds,
                    const char* text) {
    RiskPart part{name, weight, value, std::nullopt, text};
    if (value)
        part.points = bandOf(*value, bounds);
    return part;
}

/// All points at `best`, none at `worst`, evenly between.
RiskPart scorePart(const char* name, double most, std::optional<double> value, double best, double worst,
                   const char* text) {
    RiskPart part{name, most, value, std::nullopt, text};
    if (value)
        part.points = most * std::clamp((worst - *value) / (worst - best), 0.0, 1.0);
    return part;
}

std::optional<double> shareOf(std::optional<int> part, std::optional<int> whole) {
    if (!part || !whole)
        return std::nullopt;
    return *whole > 0 ? double(*part) / *whole : 0.0;
}

std::string unknownParts(const std::vector<RiskPart>& parts) {
    std::vector<std::string> names;
    for (const RiskPart& part : parts)
        if (!part.points)
            names.push_back(part.name);
    return names.empty() ? std::string() : "not known: " + enumerated(names);
}

base::Json partsDocument(const std::vector<RiskPart>& parts) {
    base::Json list = base::Json::array();
    for (const RiskPart& part : parts) {
        base::Json entry = base::Json::object();
        entry["name"] = part.name;
        entry["weight"] = part.weight;
        entry["value"] = orNull(part.value);
        entry["points"] = orNull(part.points);
        entry["text"] = part.text;
        list.push_back(std::move(entry));
    }
    return list;
}

template <class Summary>
base::Json summaryDocument(const Summary& summary) {
    base::Json document = base::Json::object();
    document["total"] = orNull(summary.total);
    document["colour"] = orNull(summary.colour);
    document["parts"] = partsDocument(summary.parts);
    document["reason"] = orNull(summary.reason);
    return document;
}

} // namespace

RiskColour riskColour(const RiskFigures& figures) {
    RiskColour colour;
    colour.parts = {
        colourPart("utilization", .30, figures.utilization, {0.80, 0.90, 0.95, 0.98}, "utilization of the next 7 days"),
        colourPart("n1", .15, asNumber(figures.criticalLosses), {3, 10, 25}, "people whose loss nobody can replace"),
        colourPart("n2", .25, asNumber(figures.fatalPairs), {5, 15}, "pairs whose loss nobody can replace"),
        colourPart("cascade", .15, figures.cascadeProbability, {0.10, 0.25, 0.50},
                   "share of the losses that break somebody else"),
        colourPart("gaps", .10, asNumber(figures.gaps), {2, 5, 10}, "open requirements of the next 7 days"),
        colourPart("burnout", .05, asNumber(figures.burnoutCases), {2, 5, 10}, "faculty with an allostatic load of 50")};
    colour.reason = unknownParts(colour.parts);
    if (!colour.reason.empty())
        return colour;
    double total = 0;
    for (const RiskPart& part : colour.parts)
        total += part.weight * *part.points;
    const double t = total + kBoundTolerance;
    colour.total = total;
    colour.colour = t < 1 ? "GREEN" : t < 2 ? "YELLOW" : t < 3 ? "ORANGE" : t < 3.5 ? "RED" : "BLACK";
    return colour;
}

DashboardScore dashboardScore(const RiskFigures& figures) {
    DashboardScore score;
    const std::optional<double> level =
        figures.defense ? std::optional(double(int(*figures.defense))) : std::nullopt;
    score.parts = {
        scorePart("utilization", 30, figures.utilization, 0.70, 0.95, "utilization of the next 7 days"),
        scorePart("n1", 15, shareOf(figures.criticalLosses, figures.analysedFaculty), 0, 1,
                  "share of people whose loss nobody can replace"),
        scorePart("n2", 10, shareOf(figures.fatalPairs, figures.pairsChecked), 0, 1,
                  "share of pairs whose loss nobody can replace"),
        scorePart("defense", 20, level, 1, 5, "defense level, 1 to 5"),
        scorePart("burnout", 15, figures.burnoutShare, 0, 0.5, "share of the faculty with an allostatic load of 50"),
        scorePart("acgme_margin", 10, figures.worstAverageHours, 70, 80, "highest four-week average of a resident, h")};
    score.reason = unknownParts(score.parts);
    if (!score.reason.empty())
        return score;
    double total = 0;
    for (const RiskPart& part : score.parts)
        total += *part.points;
    score.total = total;
    const double t = total + kBoundTolerance;
    score.colour = t >= 75 ? "green" : t >= 50 ? "yellow" : t >= 25 ? "orange" : "red";
    return score;
}

base::Json toDocument(const RiskColour& colour) {
    return summaryDocument(colour);
}

base::Json toDocument(const DashboardScore& score) {
    return summaryDocument(score);
}

} // namespace core::programme
