#pragma once

#include "core/base/Json.h"
#include "core/base/Time.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// A crisis as it stands or stood.
struct CrisisStatus {
    bool active = false;
    std::string id; ///< empty: there never was one
    std::string severity; ///< minor, moderate, severe, critical
    std::string requestedWord; ///< as asked, which may be `warning` or `emergency`
    std::string reason, requestedBy, approvedBy;
    std::string approvalMethod; ///< manual, emergency_override
    base::Instant activatedAt{};
    std::optional<base::Instant> deactivatedAt;
    std::string deactivatedBy, deactivationReason;
    int shedLevel = 0;       ///< 0..5
    std::string shedName;    ///< NORMAL, YELLOW …
    std::vector<std::string> suspended; ///< activities suspended, for people
};

/// One activity that a shed level suspends.
struct ShedActivity {
    std::string name;
    int category = 7; ///< 1..7 of the sacrifice hierarchy
    std::string categoryName;
    double halfDaysPerWeek = 0;
};

/// What activating would do, before it is done.
struct CrisisPreview {
    std::string severity;
    int shedLevel = 0;
    std::string shedName;
    std::string defenseAction;
    std::vector<ShedActivity> activities;
    std::optional<double> utilizationBefore, utilizationAfter; ///< ratios, next 7 days
    std::optional<double> coverageBefore, coverageAfter;       ///< ratios, next 7 days
    std::string unknownReason; ///< why the four are absent
    bool needsApprover = false;     ///< severe and critical
    bool needsTypedConfirmation = false;
    std::optional<base::Instant> at;
};

base::Json toDocument(const CrisisStatus& status);
base::Json toDocument(const ShedActivity& activity);
base::Json toDocument(const CrisisPreview& preview);

} // namespace core::programme
