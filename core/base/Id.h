#pragma once

#include <compare>
#include <functional>
#include <string>

namespace core::base {

/// A text id that cannot be mistaken for another kind of id.
template <class Tag>
struct Id {
    std::string text;

    bool empty() const { return text.empty(); }
    auto operator<=>(const Id&) const = default;
};

} // namespace core::base

template <class Tag>
struct std::hash<core::base::Id<Tag>> {
    size_t operator()(const core::base::Id<Tag>& id) const { return std::hash<std::string>()(id.text); }
};
