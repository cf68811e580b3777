#pragma once

#include <optional>
#include <string_view>

namespace core::programme {

/// One value of an enumeration and its word in the database and in documents.
template <class E>
struct Word {
    E value;
    const char* text;
};

/// The word of `value`; the empty word for a value that the table does not have.
template <class E, size_t N>
constexpr const char* wordOf(const Word<E> (&table)[N], E value) {
    for (const Word<E>& word : table)
        if (word.value == value)
            return word.text;
    return "";
}

/// The value of a word, exactly as written.
template <class E, size_t N>
constexpr std::optional<E> valueOf(const Word<E> (&table)[N], std::string_view text) {
    for (const Word<E>& word : table)
        if (text == word.text)
            return word.value;
    return std::nullopt;
}

} // namespace core::programme
