#pragma once

#include "core/base/Json.h"
#include "core/base/Time.h"

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace app::cli {

/// Foreign text for a terminal: control and bidirectional characters and broken UTF-8 appear as escapes.
enum class Newlines { Escaped, Kept };
std::string plain(std::string_view text, Newlines newlines = Newlines::Escaped);

/// A JSON value as a cell: text as it is, null as `-`, the rest as JSON.
std::string cell(const core::base::Json& value);
/// `cell` of a member, which may be absent.
std::string cell(const core::base::Json& document, const char* member);

/// `45 s`, `12 min`, `3 h`, `5 d`.
std::string duration(double seconds);
/// `12 min ago`, `in 3 h`, `-` for null; `instant` is ISO-8601 text.
std::string age(const core::base::Json& instant, core::base::Instant now);
/// `93.1 %` of a ratio, `-` for null.
std::string percent(const core::base::Json& ratio);

enum class Align { Left, Right };

/// Aligned columns with a header line. The last column is not padded.
class Table {
  public:
    struct Column {
        std::string title;
        Align align = Align::Left;
    };
    explicit Table(std::vector<Column> columns) : m_columns(std::move(columns)) {}
    void add(std::vector<std::string> cells);
    bool empty() const { return m_rows.empty(); }
    void print(std::ostream& out) const;

  private:
    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

/// `name: value` lines with aligned values; rows without a value are left out.
void printSheet(std::ostream& out, const std::vector<std::pair<std::string, std::string>>& rows);

} // namespace app::cli
