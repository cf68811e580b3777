#include "ui/window/ActionRegistry.h"

#include "ui/style/Icons.h"
#include "ui/style/Theme.h"

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
