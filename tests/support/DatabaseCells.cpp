#include "tests/support/DatabaseCells.h"

#include <stdexcept>

namespace tests {

using core::store::Connection;
using core::store::Query;

namespace {

constexpr size_t kPage = 4096;
constexpr unsigned char kTableLeaf = 0x0d, kIndexLeaf = 0x0a;

/// Reads a page (sqlite.org/fileformat2.html, 1.6).
class Page {
  public:
    Page(const std::string& file, size_t number) : m_file(file), m_begin((number - 1) * kPage) {
        if (m_begin + kPage > file.size())
            throw std::logic_error("no such page");
    }
    size_t begin() const { return m_begin; }
    size_t header() const { return m_begin == 0 ? 100 : 0; }
    unsigned char at(size_t offset) const { return static_cast<unsigned char>(m_file.at(m_begin + offset)); }
    size_t two(size_t offset) const { return size_t(at(offset)) << 8 | at(offset + 1); }
    uint64_t varint(size_t& offset) const {
        uint64_t value = 0;
        for (int i = 0; i < 8; ++i) {
            const unsigned char byte = at(offset++);
            value = value << 7 | (byte & 0x7f);
            if (!(byte & 0x80))
                return value;
        }
        return value << 8 | at(offset++);
    }

  private:
    const std::string& m_file;
    const size_t m_begin;
};

/// How much of a payload lies in its cell; the rest is on overflow pages.
size_t localPayload(uint64_t payload, bool isTable) {
    const size_t most = isTable ? kPage - 35 : (kPage - 12) * 64 / 255 - 23;
    if (payload <= most)
        return size_t(payload);
    const size_t least = (kPage - 12) * 32 / 255 - 23;
    const size_t kept = least + size_t(payload - least) % (kPage - 4);
    return kept <= most ? kept : least;
}

void addLeaf(const Page& page, std::vector<ByteRange>& cells) {
    const size_t header = page.header();
    const unsigned char kind = page.at(header);
    if (kind != kTableLeaf && kind != kIndexLeaf)
        return; // rows of tables without rowid lie in inner pages, too; enough of them lie here
    for (size_t i = 0; i < page.two(header + 3); ++i) {
        const size_t begin = page.two(header + 8 + 2 * i);
        size_t offset = begin;
        const uint64_t payload = page.varint(offset);
        if (kind == kTableLeaf)
            (void)page.varint(offset); // the rowid
        const size_t local = localPayload(payload, kind == kTableLeaf);
        const size_t end = offset + local + (local < payload ? 4 : 0);
        cells.push_back({page.begin() + begin, page.begin() + end});
    }
}

} // namespace

std::vector<ByteRange> cellsOf(Connection& db, const std::string& file, const std::string& table) {
    std::vector<ByteRange> cells;
    Query pages = db.query("SELECT pageno, pagetype, payload FROM dbstat WHERE name=? ORDER BY pageno", table);
    while (pages.step()) {
        const Page page(file, size_t(pages.integer(0)));
        if (pages.text(1) == "leaf")
            addLeaf(page, cells);
        else if (pages.text(1) == "overflow")
            cells.push_back({page.begin() + 4, page.begin() + 4 + size_t(pages.integer(2))});
    }
    return cells;
}

size_t sizeOf(const std::vector<ByteRange>& ranges) {
    size_t size = 0;
    for (const ByteRange& range : ranges)
        size += range.size();
    return size;
}

size_t byteOf(const std::vector<ByteRange>& ranges, size_t number) {
    for (const ByteRange& range : ranges) {
        if (number < range.size())
            return range.begin + number;
        number -= range.size();
    }
    throw std::out_of_range("no such byte");
}

} // namespace tests
