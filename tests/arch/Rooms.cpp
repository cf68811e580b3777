#include "tests/arch/Rooms.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace arch {

namespace {

/// Value types of rooms that the window otherwise does not know: the engine's services speak of them.
const std::set<std::string> kUiMayAlsoInclude{"core/pch.h", "core/store/TaskFilter.h", "core/worker/WorkerPool.h"};
const std::set<std::string> kRoomsOfUi{"core/base",   "core/task",      "core/events", "core/metrics",
                                       "core/alerts", "core/programme", "core/engine", "ui"};

std::string readText(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<SourceFile> filesUnder(const std::vector<std::string>& folders, const std::set<std::string>& extensions) {
    std::vector<SourceFile> files;
    for (const std::string& folder : folders)
        for (const auto& entry : std::filesystem::recursive_directory_iterator(sourceRoot() / folder))
            if (entry.is_regular_file() && extensions.contains(entry.path().extension().string()))
                files.push_back({entry.path().lexically_relative(sourceRoot()).string(), readText(entry.path())});
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return files;
}

} // namespace

std::filesystem::path sourceRoot() {
    return BEATWARDEN_SOURCE_ROOT;
}

std::vector<SourceFile> sourceFiles(const std::vector<std::string>& folders) {
    return filesUnder(folders, {".h", ".cpp"});
}

std::vector<SourceFile> documents(const std::vector<std::string>& folders) {
    return filesUnder(folders, {".md"});
}

std::vector<IncludeEdge> includesOf(const SourceFile& file) {
    std::vector<IncludeEdge> edges;
    std::istringstream lines(file.text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
        constexpr std::string_view kStart = "#include\"";
        if (!line.starts_with(kStart))
            continue;
        const size_t end = line.find('"', kStart.size());
        edges.push_back({file.path, number, line.substr(kStart.size(), end - kStart.size())});
    }
    return edges;
}

const std::vector<std::string>& rooms() {
    static const std::vector<std::string> order{
        "core/base",    "core/task",   "core/policy",    "core/store", "core/broker", "core/worker",
        "core/upkeep",  "core/beat",   "core/events",    "core/metrics", "core/alerts", "core/programme",
        "core/packs",   "core/engine", "core/celery",    "core/api",   "ui",          "app",
        "tests"};
    return order;
}

std::string roomOf(std::string_view path) {
    for (const std::string& room : rooms())
        if (path.starts_with(room + "/"))
            return room;
    return {};
}

std::optional<std::string> objection(const IncludeEdge& edge) {
    const auto say = [&edge](const std::string& why) {
        return edge.file + ":" + std::to_string(edge.line) + " includes \"" + edge.included + "\": " + why;
    };
    if (edge.file == "core/pch.h" || edge.included == "core/pch.h")
        return std::nullopt;
    if (edge.included.ends_with(".moc") || edge.included.starts_with("moc_"))
        return std::nullopt;
    const std::string from = roomOf(edge.file), to = roomOf(edge.included);
    if (from.empty())
        return say("the file is in no room of the table; give it a place in core/README.md and in the arch test");
    if (to.empty())
        return say("write it from the root of the repository, as a file of a room");
    if (from == "ui" && to.starts_with("core/") && !kRoomsOfUi.contains(to) && !kUiMayAlsoInclude.contains(edge.included))
        return say("ui names only value types of base, task, events, metrics, alerts and programme, and the engine");
    const auto& order = rooms();
    if (std::find(order.begin(), order.end(), to) > std::find(order.begin(), order.end(), from))
        return say(from + " may include only rooms above it in the table, and " + to + " is below");
    return std::nullopt;
}

} // namespace arch
