#include "tests/arch/Rooms.h"

#include <gtest/gtest.h>
#include <set>

using namespace arch;

namespace source_words_test {

/// The word found in the text as a word of its own; empty when there is none.
std::string unfinishedWord(const std::string& text) {
    // Written in two halves, so that this file passes its own test.
    for (const std::string& word : {std::string("TO") + "DO", std::string("FIX") + "ME"})
        for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
            const auto isLetter = [&text](size_t i) {
                return i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '_');
            };
            if (!isLetter(at + word.size()) && (at == 0 || !isLetter(at - 1)))
                return word;
        }
    return {};
}

/// True when the text begins a transaction that does not take the write lock at once: read, then write, and somebody
/// else has written meanwhile is "database is locked". Only a snapshot may, and a test that shows why.
bool beginsDeferred(const std::string& text) {
    const std::string begin = std::string("\"BEG") + "IN";
    for (size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1))
        if (!text.substr(at + begin.size()).starts_with(" IMMEDIATE"))
            return true;
    return false;
}

} // namespace source_words_test

using namespace source_words_test;

TEST(SourceWords, EveryTransactionButASnapshotBeginsImmediate) {
    const std::set<std::string> mayBeginDeferred{"core/store/Connection.cpp", "tests/crash/locks_test.cpp"};
    for (const SourceFile& file : sourceFiles({"core", "ui", "app", "tests"}))
        EXPECT_EQ(beginsDeferred(file.text), mayBeginDeferred.contains(file.path)) << file.path;
}

TEST(SourceWords, ADeferredTransactionIsFoundAndAnImmediateOneIsNot) {
    EXPECT_TRUE(beginsDeferred("db.exec(\"BEG" + std::string("IN\")")));
    EXPECT_TRUE(beginsDeferred("db.exec(\"BEG" + std::string("IN DEFERRED\")")));
    EXPECT_FALSE(beginsDeferred("db.exec(\"BEG" + std::string("IN IMMEDIATE\")")));
}

TEST(SourceWords, NoSourceFileAdmitsToBeUnfinished) {
    for (const SourceFile& file : sourceFiles({"core", "ui", "app", "tests"}))
        EXPECT_EQ(unfinishedWord(file.text), "") << file.path;
}

TEST(SourceWords, AnUnfinishedMarkIsFoundAndAWordThatContainsItIsNot) {
    EXPECT_NE(unfinishedWord("// " + std::string("TO") + "DO: later"), "");
    EXPECT_NE(unfinishedWord("/*" + std::string("FIX") + "ME*/"), "");
    EXPECT_EQ(unfinishedWord("kAU" + std::string("TO") + "DOOR"), "");
}
