#include "core/programme/Summary.h"

#include "core/programme/OrNull.h"

namespace core::programme {

base::Json toDocument(const Stats& stats) {
    base::Json document = base::Json::object();
    document["present"] = stats.present;
    document["name"] = orNull(stats.name);
    document["zone"] = orNull(stats.zone);
    document["academic_year_start"] =
        stats.present ? base::Json(base::formatDate(stats.academicYearStart)) : base::Json();
    document["academic_year_end"] = stats.present ? base::Json(base::formatDate(stats.academicYearEnd)) : base::Json();
    document["residents"] = stats.residents;
    document["faculty"] = stats.faculty;
    document["rotations"] = stats.rotations;
    document["requirements"] = stats.requirements;
    document["half_days"] = stats.halfDays;
    document["assignments"] = stats.assignments;
    document["calls"] = stats.calls;
    document["absences"] = stats.absences;
    document["utilization_full"] = orNull(stats.utilizationFull);
    document["utilization_ordinary"] = orNull(stats.utilizationOrdinary);
    document["utilization_three_away"] = orNull(stats.utilizationThreeAway);
    return document;
}

base::Json toDocument(const ImportReport& report) {
    base::Json errors = base::Json::array();
    for (const ImportError& error : report.errors) {
        base::Json row = base::Json::object();
        row["file"] = error.file;
        row["row"] = error.row;
        row["field"] = orNull(error.field);
        row["message"] = error.message;
        errors.push_back(std::move(row));
    }
    base::Json document = base::Json::object();
    document["dry_run"] = report.dryRun;
    document["created"] = report.created;
    document["skipped"] = report.skipped;
    document["errors"] = std::move(errors);
    return document;
}

} // namespace core::programme
