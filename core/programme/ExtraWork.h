#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace core::programme {

/// A minute on the programme's own clock. Differences are those of the clock on the wall: a night on which it is set
/// forward or back counts as long as on any other day.
using LocalMinute = std::chrono::local_time<std::chrono::minutes>;

/// Why somebody worked beyond the schedule.
enum class ExtraWorkKind {
    Moonlighting, ///< paid work beyond the programme, in the house or elsewhere
    HomeWork,     ///< clinical work done from home, on at-home call or not
    Handoff,      ///< the transition after a long duty: no new patients
    Voluntary     ///< stayed of own accord for one patient or family (ACGME Common Program Requirements VI.F.4)
};

/// Logged work that is not in the schedule.
struct ExtraWork {
    std::string id;
    int person = -1;            ///< index into Programme::people
    LocalMinute start{}, end{}; ///< `end` is exclusive
    ExtraWorkKind kind = ExtraWorkKind::Moonlighting;
};

/// `moonlighting`, `home_work`, `handoff`, `voluntary`; and back, exactly as written.
const char* toText(ExtraWorkKind kind);
std::optional<ExtraWorkKind> extraWorkKindFromText(std::string_view text);

} // namespace core::programme
