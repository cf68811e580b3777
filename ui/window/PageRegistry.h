#pragma once

#include "ui/window/Page.h"

namespace ui::window {

struct PageEntry {
    QString id; ///< never translated
    QString title;
    QString icon;
    std::function<Page*(ConsoleContext&, QWidget*)> make;
};

/// All pages in the order of the navigation rail. A new page is one line here.
std::vector<PageEntry> pageEntries();

} // namespace ui::window
