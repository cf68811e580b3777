#include "tests/arch/TestTables.h"

#include <algorithm>
#include <regex>
#include <sstream>

namespace arch {

namespace {

constexpr std::string_view kNone = "–";

std::string trimmed(std::string text) {
    const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), space));
    text.erase(std::find_if_not(text.rbegin(), text.rend(), space).base(), text.end());
    return text;
}

/// The cells of a table's line; none of any other line. A bar behind a backslash divides nothing.
std::vector<std::string> cellsOf(const std::string& line) {
    if (!line.starts_with('|'))
        return {};
    std::vector<std::string> cells(1);
    for (size_t i = 1; i < line.size(); ++i)
        if (line[i] == '|' && line[i - 1] != '\\')
            cells.emplace_back();
        else
            cells.back() += line[i];
    cells.pop_back(); // behind the last bar is nothing
    std::transform(cells.begin(), cells.end(), cells.begin(), trimmed);
    return cells;
}

/// The tests that a cell names, each with its suite.
std::vector<std::string> namesIn(const std::string& cell) {
    static const std::regex name("`([A-Za-z0-9_]*)\\.([A-Za-z0-9_]+|\\*)`");
    std::vector<std::string> names;
    std::string suite;
    for (std::sregex_iterator at(cell.begin(), cell.end(), name), end; at != end; ++at) {
        if (at->length(1) > 0)
            suite = at->str(1);
        names.push_back(suite + "." + at->str(2));
    }
    return names;
}

bool isThere(const std::string& name, const std::set<std::string>& tests) {
    if (!name.ends_with(".*"))
        return tests.contains(name);
    const std::string suite = name.substr(0, name.size() - 1);
    const auto first = tests.lower_bound(suite);
    return suite.size() > 1 && first != tests.end() && first->starts_with(suite);
}

void readRow(const std::string& cell, const std::string& where, const std::set<std::string>& tests, TestTables& tables) {
    ++tables.rows;
    const auto names = namesIn(cell);
    if (names.empty() && cell != kNone)
        tables.problems.push_back(where + ": names no test");
    for (const std::string& name : names) {
        tables.names.insert(name);
        if (!isThere(name, tests))
            tables.problems.push_back(where + ": there is no test " + name);
    }
}

} // namespace

std::set<std::string> definedTests(const std::vector<SourceFile>& sources) {
    static const std::regex definition(
        "\\b(?:TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)"
        "\\s*\\(\\s*([A-Za-z0-9_]+)\\s*,\\s*([A-Za-z0-9_]+)");
    std::set<std::string> tests;
    for (const SourceFile& file : sources)
        for (std::sregex_iterator at(file.text.begin(), file.text.end(), definition), end; at != end; ++at)
            tests.insert(at->str(1) + "." + at->str(2));
    std::erase_if(tests, [](const std::string& name) { return name.find("DISABLED_") != std::string::npos; });
    return tests;
}

TestTables readTestTables(const SourceFile& document, const std::set<std::string>& tests) {
    TestTables tables;
    std::istringstream lines(document.text);
    std::string line;
    bool inTable = false, ofTests = false;
    for (int number = 1; std::getline(lines, line); ++number) {
        const auto cells = cellsOf(line);
        const bool begins = !cells.empty() && !inTable;
        inTable = !cells.empty();
        if (begins)
            ofTests = cells.back() == "Test";
        const bool divides = inTable && cells.back().find_first_not_of("-:") == std::string::npos && !cells.back().empty();
        if (inTable && ofTests && !begins && !divides)
            readRow(cells.back(), document.path + ":" + std::to_string(number), tests, tables);
    }
    return tables;
}

} // namespace arch
