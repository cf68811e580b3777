#pragma once

#include "core/base/Json.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// One door through which bytes of outsiders come in. libFuzzer, or ReplayMain, calls it with one input after another;
/// any input is fine, and none changes what the next one does.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size);

namespace tests::fuzz {

/// Ends the program when a promise is not kept, and says which and about what.
void holds(bool kept, std::string_view promise, std::string_view about = {});

/// A refusal is the caller's to mend: it says what is wrong, and is no fault of the program.
void isExplained(const core::base::Error& error);

/// Equal, where a number that is none (NaN) equals itself.
bool same(const core::base::Json& a, const core::base::Json& b);

std::string_view textOf(const uint8_t* bytes, size_t size);

/// The text up to the first newline, which is taken off `text` with its newline.
std::string_view takeLine(std::string_view& text);

} // namespace tests::fuzz
