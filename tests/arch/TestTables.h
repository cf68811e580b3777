#pragma once

#include "tests/arch/Rooms.h"

#include <set>
#include <string>
#include <vector>

namespace arch {

/// `Suite.Name` of every test that the sources define and that is not switched off; those of properties as well.
std::set<std::string> definedTests(const std::vector<SourceFile>& sources);

/// What the tables of one document say of tests: those whose last column is headed `Test`. A row names tests in code
/// marks, as `Suite.Name`, `.Name` of the suite before it, or `Suite.*`; a dash alone says that there is none.
struct TestTables {
    int rows = 0;
    std::set<std::string> names;
    std::vector<std::string> problems; ///< rows that name no test or one that is not there
};
TestTables readTestTables(const SourceFile& document, const std::set<std::string>& tests);

} // namespace arch
