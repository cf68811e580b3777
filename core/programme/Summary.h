#pragma once

#include "core/base/Json.h"
#include "core/base/Time.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// How much of everything the programme holds.
struct Stats {
    bool present = false; ///< false: no programme yet, all counts are zero
    std::string name;
    std::string zone; ///< IANA
    base::Date academicYearStart{};
    base::Date academicYearEnd{};
    int residents = 0, faculty = 0, rotations = 0, requirements = 0;
    int64_t halfDays = 0, assignments = 0, calls = 0, absences = 0;
    /// Calibration of a sample: utilization with nobody away, in an ordinary week, with three faculty away.
    std::optional<double> utilizationFull, utilizationOrdinary, utilizationThreeAway;
};

struct SampleOptions {
    uint64_t seed = 20260701;
    std::optional<base::Date> start; ///< 1 July of the academic year; absent: the one that contains today
    int residents = 18;
    int faculty = 13;
};

/// One row of an import that was refused.
struct ImportError {
    std::string file;
    int row = 0; ///< 1 = the header line
    std::string field;
    std::string message;
};

struct ImportReport {
    bool dryRun = false;
    int created = 0;
    int skipped = 0; ///< already there
    std::vector<ImportError> errors; ///< not empty: nothing was imported
};

/// A figure with the time at which it was computed; no value: not known, and why.
struct Figure {
    std::optional<double> value;
    std::optional<base::Instant> at;
    std::string reason; ///< why there is no value: `no health check yet`, `insufficient data`
};

/// The latest figures of the programme, for the status strip.
struct Pulse {
    bool programmePresent = false;
    std::string status;         ///< healthy, warning, degraded, critical, emergency; empty: not known
    Figure utilization;         ///< ratio
    std::string utilizationLevel; ///< GREEN … BLACK; empty: not known
    Figure coverage;            ///< ratio
    int defenseLevel = 0;       ///< 1..5; 0: not known
    std::string defenseName;    ///< PREVENTION …
    std::optional<bool> n1Pass, n2Pass;
    std::optional<base::Instant> contingencyAt;
    Figure fairness;            ///< index 0..1
    Figure compliance;          ///< percent
    int loadSheddingLevel = 0;
    int highRiskDays = -1;      ///< of the latest forecast; -1: none yet
    std::vector<std::string> immediateActions;
};

/// One point of the health and fairness history; absent: not computed then.
struct TrendPoint {
    base::Instant at{};
    std::optional<double> utilization, coverage, fairness, compliance; ///< ratios; compliance in percent
};

base::Json toDocument(const Stats& stats);
base::Json toDocument(const ImportReport& report);
base::Json toDocument(const Pulse& pulse);
base::Json toDocument(const TrendPoint& point);

} // namespace core::programme
