#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace arch {

/// The repository's root, from the build.
std::filesystem::path sourceRoot();

/// A source file: its path from the root and its text.
struct SourceFile {
    std::string path;
    std::string text;
};
/// Every .h and .cpp under the named top-level folders.
std::vector<SourceFile> sourceFiles(const std::vector<std::string>& folders);
/// Every .md under them.
std::vector<SourceFile> documents(const std::vector<std::string>& folders);

/// An `#include "…"` of a file.
struct IncludeEdge {
    std::string file;
    int line = 0;
    std::string included;
};
std::vector<IncludeEdge> includesOf(const SourceFile& file);

/// The rooms, uppermost first: a room may include itself and the rooms before it.
const std::vector<std::string>& rooms();
/// `core/task/Task.h` → `core/task`, `ui/window/MainWindow.h` → `ui`; empty for a file outside every room.
std::string roomOf(std::string_view path);
/// What is wrong with an include; absent when nothing is.
std::optional<std::string> objection(const IncludeEdge& edge);

} // namespace arch
