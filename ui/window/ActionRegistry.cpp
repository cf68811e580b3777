#include "ui/window/ActionRegistry.h"

#include "ui/style/Icons.h"
#include "ui/style/Theme.h"

#include <QMenu>

#include <algorithm>

namespace ui::window {

QAction* ActionRegistry::add(ActionSpec spec) {
    auto* action = new QAction(spec.text, this);
    action->setObjectName(spec.id);
    action->setIconText(spec.shortText.isEmpty() ? spec.text : spec.shortText);
    action->setShortcut(spec.shortcut);
    action->setCheckable(bool(spec.checkedWhen));
    connect(action, &QAction::triggered, this, [this, run = spec.run] {
        run();
        refresh();
    });
    m_entries.push_back({std::move(spec), action});
    Q_EMIT added();
    return action;
}

QAction* ActionRegistry::find(const QString& id) const {
    for (const Entry& entry : m_entries)
        if (entry.spec.id == id)
            return entry.action;
    return nullptr;
}

void ActionRegistry::fill(QMenu& menu, Menu which) const {
    std::vector<const Entry*> entries;
    for (const Entry& entry : m_entries)
        if (entry.spec.menu == which)
            entries.push_back(&entry);
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry* a, const Entry* b) { return a->spec.group < b->spec.group; });
    for (size_t i = 0; i < entries.size(); ++i) {
        if (i > 0 && entries[i]->spec.group != entries[i - 1]->spec.group)
            menu.addSeparator();
        menu.addAction(entries[i]->action);
    }
}

void ActionRegistry::refresh() {
    for (const Entry& entry : m_entries) {
        entry.action->setEnabled(!entry.spec.enabledWhen || entry.spec.enabledWhen());
        if (entry.spec.checkedWhen)
            entry.action->setChecked(entry.spec.checkedWhen());
    }
}

void ActionRegistry::paintIcons(const QPalette& palette) {
    const style::Theme& theme = style::themeOf(palette);
    for (const Entry& entry : m_entries)
        if (!entry.spec.icon.isEmpty())
            entry.action->setIcon(style::icon(entry.spec.icon,
                                              entry.spec.danger == Danger::None ? theme.textMuted
                                                                                : theme.tone(style::Tone::Bad).text,
                                              theme.textDisabled));
}

} // namespace ui::window
