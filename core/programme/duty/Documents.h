#pragma once

#include "core/base/Json.h"
#include "core/programme/duty/Compliance.h"
#include "core/programme/duty/HoursOutlook.h"

namespace core::programme::duty {

// What rules, outlooks and figures look like in documents. Hours are rounded to one decimal, the value of a
// finding to two; absent is null.

/// A finding without its worked window.
base::Json toDocument(const Programme& programme, const Finding& finding);
/// The worked window: `{date, hours, mark, lines}` a day.
base::Json toDocument(const std::vector<WorkedDay>& worked);
base::Json toDocument(const Programme& programme, const ResidentFigures& resident);
base::Json toDocument(const Programme& programme, const NotEvaluated& entry);
/// The three figures with what they were counted from, and by rule.
base::Json toDocument(const RuleReport& report, const ComplianceFigures& figures);
base::Json toDocument(const HoursOutlook& outlook);

} // namespace core::programme::duty
