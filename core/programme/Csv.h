#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::programme {

/// One record of a comma-separated file.
struct CsvRow {
    int number = 0; ///< as a spreadsheet counts: 1 = the first record, empty lines counted, embedded newlines not
    std::vector<std::string> fields;
};

struct CsvProblem {
    int row = 0;
    std::string message;
};

/// What a file holds, up to its first problem.
struct CsvSheet {
    std::vector<CsvRow> rows; ///< empty lines left out
    std::optional<CsvProblem> problem;
};

/// Longest record that is accepted, in bytes: more is a file that is not a sheet, or a quote that never closes.
inline constexpr size_t kMaxCsvRecord = 64 * 1024;

/// Reads text by RFC 4180: commas, quotes with "" inside, newlines inside quotes; CRLF, LF or CR ends a record; a UTF-8
/// byte order mark is skipped. Text that is not UTF-8, holds NUL, has a stray or an open quote, or a record longer than
/// kMaxCsvRecord is a problem, told with its row.
CsvSheet readCsv(std::string_view text);

} // namespace core::programme
