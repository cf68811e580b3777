#include "core/programme/Homeostasis.h"

#include "core/programme/OrNull.h"

#include <algorithm>
#include <cmath>

namespace core::programme {

namespace {

constexpr int kInARow = 3;
constexpr double kBandRounding = 1e-9;

constexpr SetPoint kSetPoints[] = {
    {SetPointKind::Coverage, "coverage", .95, .05, true, HarmfulSide::Below,
     "Fill the open requirements of the coming week, those of patient safety first"},
    {SetPointKind::FacultyUtilization, "faculty_utilization", .75, .10, true, HarmfulSide::Above,
     "Defer protected time or call in capacity until utilization is back at 75 %"},
    {SetPointKind::WorkloadBalance, "workload_balance", .15, .05, false, HarmfulSide::Above,
     "Move calls and weekends from those who carry most to those who carry least"},
    {SetPointKind::ScheduleStability, "schedule_stability", .95, .05, false, HarmfulSide::Below,
     "Freeze the published schedule; make only changes that patients need"},
    {SetPointKind::AcgmeCompliance, "acgme_compliance", 1.00, .02, true, HarmfulSide::Below,
     "Take duty from the residents above their limits"}};

bool doesHarm(const SetPoint& point, double deviation) {
    return point.harm == HarmfulSide::Below ? deviation < 0 : deviation > 0;
}

bool isOut(const SetPoint& point, double value) {
    const double deviation = (value - point.target) / point.target;
    return doesHarm(point, deviation) && std::abs(deviation) > point.tolerance + kBandRounding;
}

} // namespace

const SetPoint& setPoint(SetPointKind kind) {
    return kSetPoints[size_t(kind)];
}

const char* deviationSeverity(double deviation, double tolerance) {
    const double times = std::abs(deviation) / tolerance - kBandRounding;
    return times <= 1 ? "none" : times <= 2 ? "minor" : times <= 3 ? "moderate" : times <= 5 ? "major" : "critical";
}

SetPointReading readSetPoint(SetPointKind kind, const std::vector<double>& readings, const std::string& reason) {
    const SetPoint& point = setPoint(kind);
    SetPointReading reading;
    reading.kind = kind;
    reading.readings = int(readings.size());
    if (readings.empty()) {
        reading.reason = reason;
        return reading;
    }
    reading.value = readings.back();
    reading.newest.assign(readings.end() - std::ptrdiff_t(std::min<size_t>(kInARow, readings.size())), readings.end());
    reading.deviation = (readings.back() - point.target) / point.target;
    reading.severity =
        doesHarm(point, *reading.deviation) ? deviationSeverity(*reading.deviation, point.tolerance) : "none";
    for (auto value = readings.rbegin(); value != readings.rend() && isOut(point, *value); ++value)
        ++reading.outOfBand;
    if (reading.severity == "major" || reading.severity == "critical" || reading.outOfBand >= kInARow)
        reading.action = point.action;
    return reading;
}

base::Json toDocument(const SetPointReading& reading) {
    const SetPoint& point = setPoint(reading.kind);
    base::Json document = base::Json::object();
    document["name"] = point.name;
    document["target"] = point.target;
    document["tolerance"] = point.tolerance;
    document["critical"] = point.isCritical;
    document["value"] = orNull(reading.value);
    document["deviation"] = orNull(reading.deviation);
    document["severity"] = orNull(reading.severity);
    document["out_of_band_in_a_row"] = reading.outOfBand;
    document["readings"] = reading.readings;
    document["newest_readings"] = reading.newest;
    document["corrective_action"] = orNull(reading.action);
    document["reason"] = orNull(reading.reason);
    return document;
}

} // namespace core::programme
