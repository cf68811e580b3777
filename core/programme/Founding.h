#pragma once

#include "core/programme/Calendar.h"
#include "core/programme/Contact.h"
#include "core/programme/Programme.h"

#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// A fault that was put into sample data on purpose, with the person it is about.
struct Fault {
    std::string kind;
    int person = -1;
    std::string detail;
};

/// Utilization of a sample: with nobody away, as it is in ordinary weeks, and with three core members away in weeks of
/// the moving season (mid-May to August).
struct Calibration {
    double full = 0, ordinary = 0, threeAway = 0;
};

/// A published version of the schedule.
struct PublishedVersion {
    std::string id;
    base::Date published{};
    int violations = 0; ///< of work-hour rules, as counted then
};

/// What an assignment was in versions before the latest.
struct EarlierRow {
    size_t assignment = 0;  ///< position in Programme::assignments
    int first = 1, end = 1; ///< versions, numbered from 1: from the first to before the end
    int rotation = -1;
};

/// Everything that a new programme begins with, ready to be written. `programme` covers the whole academic year.
struct Founding {
    Programme programme;
    std::vector<AcademicBlock> blocks;
    std::vector<std::string> commitmentIds; ///< by commitment
    std::vector<std::string> tdyLocations;  ///< by absence; empty: none
    std::vector<Fault> faults;
    std::optional<Calibration> calibration; ///< of a sample
    std::optional<uint64_t> seed;           ///< of a sample
    std::vector<PublishedVersion> versions; ///< oldest first, the last is in force; empty: nothing is scheduled
    std::vector<EarlierRow> earlierRows;    ///< at most one an assignment
    std::vector<Contact> contacts;          ///< who is told of alerts
};

} // namespace core::programme
