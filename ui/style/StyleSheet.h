#pragma once

#include "ui/style/Theme.h"

#include <QString>

namespace ui::style {

/// The style sheet of controls (never of table cells: those are painted by delegates from the palette).
QString styleSheet(const Theme& theme);

} // namespace ui::style
