#include "tests/arch/TestTables.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

using namespace arch;

namespace {

std::set<std::string> testsHere() {
    return definedTests(sourceFiles({"tests"}));
}

std::vector<std::string> problemsOf(const std::string& text) {
    return readTestTables({"page.md", text}, {"Engine.Starts", "Engine.Stops", "Broker.Claims"}).problems;
}

} // namespace

TEST(TestTables, EveryTestThatADocumentNamesIsThere) {
    const auto tests = testsHere();
    for (const SourceFile& document : documents({"core", "ui", "app", "tests", "packaging"}))
        for (const std::string& problem : readTestTables(document, tests).problems)
            ADD_FAILURE() << problem;
}

TEST(TestTables, FeaturesAndGuaranteesOfTheEngineHaveTheirTables) {
    const auto tests = testsHere();
    const std::map<std::string, int> atLeast{{"core/engine/README.md", 30}, {"tests/README.md", 20}};
    for (const auto& [path, rows] : atLeast) {
        const auto all = documents({"core", "tests"});
        const auto document = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.path == path; });
        ASSERT_NE(document, all.end()) << path;
        EXPECT_GE(readTestTables(*document, tests).rows, rows) << path;
    }
}

TEST(TestTables, AMissingTestAndARowWithoutOneAreFound) {
    EXPECT_EQ(problemsOf("| Feature | Test |\n|---|---|\n| start | `Engine.Starts`, `.Stops`, `Broker.*` |\n| more | – |\n").size(), 0u);
    EXPECT_EQ(problemsOf("| Feature | Test |\n|---|---|\n| start | `Engine.Begins` |\n"),
              std::vector<std::string>{"page.md:3: there is no test Engine.Begins"});
    EXPECT_EQ(problemsOf("| Feature | Test |\n|---|---|\n| claim | `Broker.Claims`, `.Starts` |\n"),
              std::vector<std::string>{"page.md:3: there is no test Broker.Starts"});
    EXPECT_EQ(problemsOf("text\n\n| Feature | Test |\n|---|---|\n| start | its own |\n"),
              std::vector<std::string>{"page.md:5: names no test"});
    EXPECT_EQ(problemsOf("| Feature | Test |\n|---|---|\n| all | `Nothing.*` |\n").size(), 1u);
    EXPECT_EQ(problemsOf("| a \\| b | Test |\n|---|---|\n| c \\| d | `Engine.Gone` |\n").size(), 1u);
    EXPECT_EQ(problemsOf("| Feature | Bar |\n|---|---|\n| start | `Engine.Begins` |\n").size(), 0u);
}

TEST(TestTables, EveryWayToWriteATestIsRead) {
    const std::string test = "TE" + std::string("ST");
    const auto tests = definedTests({{"a.cpp", test + "(A, One) {}\n" + test + "_F(B,\n       Two) {}\n" + test +
                                                   "_P(C, Three)\nRC_GTEST_" + "PROP(D, Four, ())\n" + test +
                                                   "(A, DISABLED_Five) {}"}});
    EXPECT_EQ(tests, (std::set<std::string>{"A.One", "B.Two", "C.Three", "D.Four"}));
}
