#include "tests/arch/Rooms.h"

#include <gtest/gtest.h>

using namespace arch;

TEST(Architecture, EveryIncludePointsUpTheTableOfRooms) {
    int edges = 0;
    for (const SourceFile& file : sourceFiles({"core", "ui", "app", "tests"}))
        for (const IncludeEdge& edge : includesOf(file)) {
            ++edges;
            if (const auto wrong = objection(edge))
                ADD_FAILURE() << *wrong;
        }
    EXPECT_GT(edges, 200) << "the files were not found";
}

TEST(Architecture, AnIncludeThatPointsDownOrNowhereIsFound) {
    const SourceFile bad{"core/task/Task.cpp", "#include \"core/task/Task.h\"\n"
                                               "#include \"core/engine/Engine.h\"\n"
                                               "  # include \"ui/window/MainWindow.h\"\n"
                                               "#include \"Task.h\"\n"
                                               "#include <vector>\n"
                                               "#include \"core/base/Time.h\"\n"};
    std::vector<int> lines;
    for (const IncludeEdge& edge : includesOf(bad))
        if (objection(edge))
            lines.push_back(edge.line);
    EXPECT_EQ(lines, (std::vector<int>{2, 3, 4}));
    EXPECT_TRUE(objection({"ui/pages/tasks/TasksPage.cpp", 1, "core/store/Database.h"}));
    EXPECT_TRUE(objection({"core/newroom/Thing.cpp", 1, "core/base/Time.h"}));
    EXPECT_FALSE(objection({"ui/pages/tasks/TasksPage.cpp", 1, "core/engine/Engine.h"}));
    EXPECT_FALSE(objection({"app/main.cpp", 1, "core/store/Database.h"}));
}

TEST(Architecture, OnlyTheStoresSpeakToSqlite) {
    for (const SourceFile& file : sourceFiles({"core", "ui", "app"}))
        if (!file.path.starts_with("core/store/") && !file.path.starts_with("core/programme/store/")) {
            EXPECT_EQ(file.text.find("<sqlite3.h>"), std::string::npos) << file.path;
        }
}

TEST(Architecture, CoreNamesNoWindowingClass) {
    for (const SourceFile& file : sourceFiles({"core"}))
        for (const char* header : {"<QtWidgets", "<QtGui", "<QtCharts", "<QWidget", "<QApplication", "<QPainter"})
            EXPECT_EQ(file.text.find(header), std::string::npos) << file.path << " includes " << header;
}

TEST(Architecture, EveryHeaderIsGuardedByItsFirstDirective) {
    for (const SourceFile& file : sourceFiles({"core", "ui", "app", "tests"}))
        if (file.path.ends_with(".h")) {
            const size_t first = file.text.find('#');
            EXPECT_EQ(file.text.compare(std::min(first, file.text.size()), 12, "#pragma once"), 0) << file.path;
        }
}
