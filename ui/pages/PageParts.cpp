#include "ui/pages/PageParts.h"

#include "ui/delegates/Table.h"
#include "ui/dialogs/Dialog.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include <functional>

namespace ui::pages {

QWidget* pageHeader(const QString& title, const QString& explanation, window::ActionRegistry& actions,
                    const QStringList& actionIds) {
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(dialogs::plainLabel(title, "heading"));
    QLabel* explain = dialogs::plainLabel(explanation, "muted");
    explain->setWordWrap(true);
    words->addWidget(explain);
    row->addLayout(words, 1);
    for (const QString& id : actionIds) {
        QAction* action = actions.find(id);
        auto* button = new QPushButton(action->iconText());
        button->setToolTip(action->text());
        button->setAccessibleName(action->text());
        button->setAutoDefault(false);
        button->setObjectName(id);
        button->setEnabled(action->isEnabled());
        QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
        QObject::connect(action, &QAction::changed, button, [button, action] { button->setEnabled(action->isEnabled()); });
        row->addWidget(button, 0, Qt::AlignBottom);
    }
    return box;
}

namespace {

/// `fill` puts the actions into the menu, each time that it opens.
void addContextMenu(delegates::Table* table, std::function<void(QMenu&)> fill) {
    table->setContextMenuPolicy(Qt::CustomContextMenu);
    QObject::connect(table, &QWidget::customContextMenuRequested, table, [table, fill = std::move(fill)](const QPoint& position) {
        if (!table->indexAt(position).isValid())
            return;
        auto* menu = new QMenu(table);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        fill(*menu);
        menu->popup(table->viewport()->mapToGlobal(position));
    });
}

} // namespace

void addContextMenu(delegates::Table* table, window::ActionRegistry& actions, const QStringList& actionIds) {
    addContextMenu(table, [&actions, actionIds](QMenu& menu) {
        for (const QString& id : actionIds)
            menu.addAction(actions.find(id));
    });
}

void addContextMenu(delegates::Table* table, window::ActionRegistry& actions, window::Menu which) {
    addContextMenu(table, [&actions, which](QMenu& menu) { actions.fill(menu, which); });
}

} // namespace ui::pages
