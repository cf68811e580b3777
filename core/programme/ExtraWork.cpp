#include "core/programme/ExtraWork.h"

#include "core/programme/Words.h"

namespace core::programme {

namespace {

constexpr Word<ExtraWorkKind> kExtraWorkKinds[] = {{ExtraWorkKind::Moonlighting, "moonlighting"},
                                                   {ExtraWorkKind::HomeWork, "home_work"},
                                                   {ExtraWorkKind::Handoff, "handoff"},
                                                   {ExtraWorkKind::Voluntary, "voluntary"}};

} // namespace

const char* toText(ExtraWorkKind kind) {
    return wordOf(kExtraWorkKinds, kind);
}

std::optional<ExtraWorkKind> extraWorkKindFromText(std::string_view text) {
    return valueOf(kExtraWorkKinds, text);
}

} // namespace core::programme
