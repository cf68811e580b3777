#pragma once

#include "core/base/Result.h"
#include "core/base/Time.h"

#include <optional>
#include <string>
#include <string_view>

namespace core::programme {

/// How people write names, dates and codes in sheets. Pure functions.

/// Without spaces around, runs of white space inside made one space.
std::string tidy(std::string_view text);
/// ASCII letters in lower case, everything else as it is.
std::string lowerCase(std::string_view text);

/// `First Last` from `First Last`, `Last, First` and either with titles and degrees (`Dr.`, `MD`, `DO`, `CPT` …).
std::string personName(std::string_view text);
/// What two spellings of one name have in common: `personName` in lower case.
std::string nameKey(std::string_view text);
/// 1 for equal texts, 0 for nothing in common: 1 − edit distance ÷ longer length.
double similarity(std::string_view a, std::string_view b);

/// A date as sheets write it: `2026-07-31`, `2026/07/31`, `20260731`, `07/31/2026`, `7/31/26` (month first), `31 Jul
/// 2026`, `31-Jul-26`, `31JUL2026`, `Jul 31, 2026`; a time of day behind an ISO date is ignored. Years 2000–2099.
base::Result<base::Date> sheetDate(std::string_view text);

/// The absence type of a code (`VAC`, `MAT/PAT` …) or of its own word, in any case.
std::optional<std::string> absenceTypeOf(std::string_view code);
/// The codes, for messages.
std::string absenceCodes();

} // namespace core::programme
