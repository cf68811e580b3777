#include "core/programme/Csv.h"

#include <algorithm>

namespace core::programme {

namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

/// Bytes of the UTF-8 character at `position`, 0 if there is none: no overlong forms, no surrogates, at most U+10FFFF.
size_t utf8Length(std::string_view text, size_t position) {
    const auto byte = [&](size_t i) -> unsigned {
        return position + i < text.size() ? static_cast<unsigned char>(text[position + i]) : 0u;
    };
    const auto follows = [&](size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
    const unsigned first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool overlong = first == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = first == 0xED && byte(1) > 0x9F;
        return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool overlong = first == 0xF0 && byte(1) < 0x90;
        const bool beyond = first == 0xF4 && byte(1) > 0x8F;
        return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

/// One pass over the text, a record at a time.
class CsvReader {
  public:
    explicit CsvReader(std::string_view text) : m_text(text) {}

    CsvSheet run() {
        if (m_text.starts_with("\xFF\xFE") || m_text.starts_with("\xFE\xFF")) {
            fail("the file is UTF-16 text; save it as CSV UTF-8");
            return std::move(m_sheet);
        }
        if (m_text.starts_with(kUtf8Mark))
            m_at = kUtf8Mark.size();
        while (m_at < m_text.size() && !m_sheet.problem)
            readRecord();
        return std::move(m_sheet);
    }

  private:
    void fail(std::string message) {
        if (!m_sheet.problem)
            m_sheet.problem = CsvProblem{std::max(m_row, 1), std::move(message)};
    }

    bool atLineEnd() const { return m_at >= m_text.size() || m_text[m_at] == '\n' || m_text[m_at] == '\r'; }

    void skipLineEnd() {
        const bool carriageReturn = m_at < m_text.size() && m_text[m_at] == '\r';
        m_at = std::min(m_at + 1, m_text.size());
        if (carriageReturn && m_at < m_text.size() && m_text[m_at] == '\n')
            ++m_at;
    }

    void readRecord() {
        ++m_row;
        m_recordStart = m_at;
        CsvRow row{m_row, {}};
        do {
            row.fields.emplace_back();
            const bool read = m_at < m_text.size() && m_text[m_at] == '"' ? readQuoted(row.fields.back())
                                                                          : readPlain(row.fields.back());
            if (!read)
                return;
        } while (m_at < m_text.size() && m_text[m_at] == ',' && ++m_at);
        skipLineEnd();
        const bool isEmptyLine = row.fields.size() == 1 && row.fields.front().empty();
        if (!isEmptyLine)
            m_sheet.rows.push_back(std::move(row));
    }

    /// Appends one character; false when it is none, or the record is too long.
    bool take(std::string& field) {
        const size_t length = utf8Length(m_text, m_at);
        if (length == 0) {
            fail("the text is not UTF-8; save the file as CSV UTF-8");
            return false;
        }
        if (m_text[m_at] == '\0') {
            fail("the file holds a NUL byte: it is not text");
            return false;
        }
        if (m_at + length - m_recordStart > kMaxCsvRecord) {
            fail("the record is longer than " + std::to_string(kMaxCsvRecord) + " bytes; is a quote not closed?");
            return false;
        }
        field.append(m_text.substr(m_at, length));
        m_at += length;
        return true;
    }

    bool readPlain(std::string& field) {
        while (!atLineEnd() && m_text[m_at] != ',') {
            if (m_text[m_at] == '"') {
                fail("a quote stands inside a field that does not begin with one; double it and quote the field");
                return false;
            }
            if (!take(field))
                return false;
        }
        return true;
    }

    bool readQuoted(std::string& field) {
        ++m_at;
        while (true) {
            if (m_at >= m_text.size()) {
                fail("a quoted field is not closed");
                return false;
            }
            if (m_text[m_at] != '"') {
                if (!take(field))
                    return false;
                continue;
            }
            ++m_at;
            if (m_at < m_text.size() && m_text[m_at] == '"') {
                field += '"';
                ++m_at;
                continue;
            }
            break;
        }
        if (!atLineEnd() && m_text[m_at] != ',') {
            fail("text follows a closing quote; double the quotes inside a field");
            return false;
        }
        return true;
    }

    std::string_view m_text;
    size_t m_at = 0;
    size_t m_recordStart = 0;
    int m_row = 0;
    CsvSheet m_sheet;
};

} // namespace

CsvSheet readCsv(std::string_view text) {
    return CsvReader(text).run();
}

} // namespace core::programme
