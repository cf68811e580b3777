#include "ui/window/CommandPalette.h"

#include "ui/style/Format.h"
#include "ui/style/Icons.h"
#include "ui/style/Words.h"
#include "ui/window/Commands.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace ui::window {

namespace {
constexpr int kMostRows = 60;
}

int matchScore(const QString& text, const QString& typed) {
    int score = 1;
    for (const QString& word : typed.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive);
        if (at >= 0) {
            score += at == 0 || text[at - 1] == QLatin1Char(' ') ? 30 : 20;
            continue;
        }
        qsizetype position = 0;
        for (const QChar letter : word) {
            position = text.indexOf(letter, position, Qt::CaseInsensitive);
            if (position < 0)
                return 0;
            ++position;
        }
        score += 3;
    }
    return score;
}

CommandPalette::CommandPalette(ConsoleContext& context, QWidget* parent)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint), m_context(context), m_field(new QLineEdit),
      m_list(new QTreeWidget) {
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    setWindowTitle(tr("Command palette"));
    resize(600, 420);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    m_field->setPlaceholderText(tr("Action, page, task type or task id"));
    m_field->setAccessibleName(tr("Command"));
    m_list->setAccessibleName(tr("Matches"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformRowHeights(true);
    m_list->setRootIsDecorated(false);
    m_list->setHeaderHidden(true);
    m_list->setColumnCount(3);
    m_list->setIconSize({18, 18});
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_list->header()->resizeSection(1, 90);
    m_list->header()->resizeSection(2, 120);
    column->addWidget(m_field);
    column->addWidget(m_list, 1);
    m_field->installEventFilter(this);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_field, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_list, &QTreeWidget::itemClicked, this, &CommandPalette::runCurrent);
    collect();
    filter({});
    m_field->setFocus();
}

void CommandPalette::collect() {
    for (const auto& entry : m_context.actions.entries()) {
        if (!entry.action->isEnabled() || entry.spec.id == QLatin1String("view.palette"))
            continue;
        const bool page = entry.spec.menu == Menu::View && entry.spec.group == 0;
        m_all.push_back({entry.spec.text, page ? tr("Page") : tr("Action"),
                         entry.spec.shortcut.toString(QKeySequence::NativeText), entry.spec.icon,
                         page ? 0 : 10 + (int(entry.spec.menu) + 8) % 10, [action = entry.action] { action->trigger(); }});
    }
    const core::task::TaskRegistry& registry = m_context.engine.registry();
    for (const std::string& id : registry.ids())
        m_all.push_back({tr("New task: %1").arg(style::titleOf(registry.find(id), id)), tr("Task type"), {},
                         QStringLiteral("plus"), 1, [this, id] { m_context.commands.launch(id); }});
    std::stable_sort(m_all.begin(), m_all.end(), [](const Entry& a, const Entry& b) { return a.rank < b.rank; });
}

void CommandPalette::filter(const QString& text) {
    std::vector<std::pair<int, const Entry*>> matches;
    for (const Entry& entry : m_all)
        if (const int score = matchScore(entry.text + QLatin1Char(' ') + entry.kind, text.trimmed()); score > 0)
            matches.push_back({score, &entry});
    std::stable_sort(matches.begin(), matches.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    m_list->clear();
    m_shown.clear();
    for (const auto& match : matches)
        if (int(m_shown.size()) < kMostRows)
            addRow(*match.second);
    choose(0);
    if (text.trimmed().size() >= 4)
        lookUpTask(text.trimmed());
}

void CommandPalette::lookUpTask(const QString& text) {
    m_asked = text;
    core::store::TaskFilter wanted;
    wanted.search = text.toStdString();
    m_context.calls.call(
        this, [wanted](core::engine::Engine& engine) { return engine.tasks().page(wanted, 0, 5); },
        [this, text](const core::base::Result<std::vector<core::task::Task>>& tasks) {
            if (!tasks || text != m_asked)
                return;
            for (const core::task::Task& task : *tasks)
                addRow({tr("Task %1 · %2 · %3")
                            .arg(style::toQString(task.id.text),
                                 style::titleOf(m_context.engine.registry().find(task.type), task.type),
                                 style::word(task.state)),
                        tr("Task"), {}, style::iconName(task.state), 0,
                        [this, id = task.id] { m_context.navigator.showTask(id); }});
            if (currentRow() < 0)
                choose(0);
        });
}

void CommandPalette::addRow(const Entry& entry) {
    m_shown.push_back(entry);
    auto* item = new QTreeWidgetItem(m_list, {entry.text, entry.kind, entry.keys});
    item->setSizeHint(0, {100, 30});
    item->setTextAlignment(2, Qt::AlignRight | Qt::AlignVCenter);
    const style::Theme& theme = style::themeOf(this);
    for (const int column : {1, 2})
        item->setForeground(column, theme.textMuted);
    if (!entry.icon.isEmpty())
        item->setIcon(0, style::icon(entry.icon, theme.textMuted));
}

int CommandPalette::currentRow() const {
    return m_list->indexOfTopLevelItem(m_list->currentItem());
}

void CommandPalette::choose(int row) {
    if (m_list->topLevelItemCount() > 0)
        m_list->setCurrentItem(m_list->topLevelItem(std::clamp(row, 0, m_list->topLevelItemCount() - 1)));
}

void CommandPalette::runCurrent() {
    const int row = currentRow();
    if (row < 0 || row >= int(m_shown.size()))
        return;
    const auto run = m_shown[size_t(row)].run;
    accept();
    run();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
        if (step != 0) {
            choose(currentRow() + step);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace ui::window
