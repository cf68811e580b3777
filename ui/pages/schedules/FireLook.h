#pragma once

#include "core/engine/Services.h"
#include "ui/delegates/Marks.h"

#include <QString>

#include <vector>

namespace ui::pages::schedules {

/// How what became of an instant is shown everywhere on the page: word, icon, colour and shape say the same.
struct FireLook {
    QString word;
    QString icon;
    delegates::Mark mark;
    QString meaning;
};

FireLook lookOf(const core::store::FireRow& fire);
/// The looks that there are, for a legend.
std::vector<FireLook> allLooks();
/// `Fri 20 Nov 08:15 · Success · 12 ms late · ran 4 ms`, and its note on a second line.
QString fireText(const core::store::FireRow& fire, core::base::Instant now);

} // namespace ui::pages::schedules
