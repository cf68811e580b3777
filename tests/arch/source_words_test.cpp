#include "tests/arch/Rooms.h"

#include <gtest/gtest.h>

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

} // namespace source_words_test

using namespace source_words_test;

TEST(SourceWords, NoSourceFileAdmitsToBeUnfinished) {
    for (const SourceFile& file : sourceFiles({"core", "ui", "app", "tests"}))
        EXPECT_EQ(unfinishedWord(file.text), "") << file.path;
}

TEST(SourceWords, AnUnfinishedMarkIsFoundAndAWordThatContainsItIsNot) {
    EXPECT_NE(unfinishedWord("// " + std::string("TO") + "DO: later"), "");
    EXPECT_NE(unfinishedWord("/*" + std::string("FIX") + "ME*/"), "");
    EXPECT_EQ(unfinishedWord("kAU" + std::string("TO") + "DOOR"), "");
}
