#include "tests/support/ZoneFolder.h"

#include "core/base/ZoneFooter.h"

#include <fstream>
#include <stdexcept>

namespace tests {

namespace {

void addNumber(std::string& to, int64_t value, size_t bytes) {
    for (size_t i = bytes; i-- > 0;)
        to += char(uint64_t(value) >> (8 * i));
}

std::string headerOf(size_t changes, size_t types) {
    std::string header = "TZif2" + std::string(15, '\0');
    for (const size_t count : {size_t(0), size_t(0), size_t(0), changes, types, size_t(4)})
        addNumber(header, int64_t(count), 4);
    return header;
}

/// Types are told apart by their offset alone; all are called `LMT`.
std::string typeOf(int offset) {
    std::string type;
    addNumber(type, offset, 4);
    return type + '\0' + '\0';
}

const std::string kNames{"LMT\0", 4};

} // namespace

std::string ZoneFolder::contentOf(int before, const std::vector<std::pair<int64_t, int>>& changes, const std::string& rule) {
    // Readers of today skip the block of 32-bit times.
    std::string content = headerOf(0, 1) + typeOf(before) + kNames + headerOf(changes.size(), changes.size() + 1);
    for (const auto& [at, offset] : changes)
        addNumber(content, at, 8);
    for (size_t i = 0; i < changes.size(); ++i)
        content += char(i + 1);
    content += typeOf(before);
    for (const auto& [at, offset] : changes)
        content += typeOf(offset);
    return content + kNames + "\n" + rule + "\n";
}

std::string ZoneFolder::contentOf(const std::string& rule) {
    const auto footer = core::base::ZoneFooter::parse(rule);
    if (!footer)
        throw std::invalid_argument(rule);
    return contentOf(int(footer->standardOffset()), {}, rule);
}

void ZoneFolder::putContent(const std::string& zone, const std::string& content) {
    const std::filesystem::path file = path() / zone, fresh = path() / (zone + ".new");
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(fresh, std::ios::binary) << content;
    std::filesystem::rename(fresh, file); // as a package is unpacked
}

void ZoneFolder::put(const std::string& zone, const std::string& rule) {
    putContent(zone, contentOf(rule));
}

void ZoneFolder::put(const std::string& zone, int before, const std::vector<std::pair<int64_t, int>>& changes) {
    putContent(zone, contentOf(before, changes, ""));
}

void ZoneFolder::setVersion(const std::string& version) {
    putContent("tzdata.zi", "# version " + version + "\n");
}

void ZoneFolder::remove(const std::string& zone) {
    std::filesystem::remove(path() / zone);
}

} // namespace tests
