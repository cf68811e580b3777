#include "ui/window/CommandPalette.h"

#include "ui/style/Format.h"
#include "ui/style/Icons.h"
#include "ui/style/Words.h"
#include "ui/window/Commands.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
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
      m_list(new QListWidget) {
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
    m_list->setUniformItemSizes(true);
    column->addWidget(m_field);
    column->addWidget(m_list, 1);
    m_field->installEventFilter(this);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_field, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    collect();
    filter({});
    m_field->setFocus();
}

void CommandPalette::collect() {
    for (const auto& entry : m_context.actions.entries()) {
        if (!entry.action->isEnabled() || entry.spec.id == QLatin1String("view.palette"))
            continue;
        const bool page = entry.spec.id.startsWith(QLatin1String("view.")) && entry.spec.menu == Menu::View &&
                          entry.spec.group == 0;
        m_all.push_back({entry.spec.text, page ? tr("Page") : tr("Action"),
                         entry.spec.shortcut.toString(QKeySequence::NativeText), entry.spec.icon,
                         [action = entry.action] { action->trigger(); }});
    }
    const core::task::TaskRegistry& registry = m_context.engine.registry();
    for (const std::string& id : registry.ids())
        m_all.push_back({tr("New task: %1").arg(style::titleOf(registry.find(id), id)), tr("Task type"), {},
                         QStringLiteral("plus"), [this, id] { m_context.commands.launch(id); }});
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
    m_list->setCurrentRow(0);
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
                        tr("Task"), {}, style::iconName(task.state),
                        [this, id = task.id] { m_context.navigator.showTask(id); }});
            if (m_list->currentRow() < 0)
                m_list->setCurrentRow(0);
        });
}

void CommandPalette::addRow(const Entry& entry) {
    m_shown.push_back(entry);
    QString text = entry.text;
    if (!entry.keys.isEmpty())
        text += QStringLiteral("    %1").arg(entry.keys);
    auto* item = new QListWidgetItem(text, m_list);
    item->setToolTip(entry.kind);
    item->setSizeHint({100, 30});
    if (!entry.icon.isEmpty())
        item->setIcon(style::icon(entry.icon, style::themeOf(this).textMuted));
}

void CommandPalette::runCurrent() {
    const int row = m_list->currentRow();
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
            m_list->setCurrentRow(std::clamp(m_list->currentRow() + step, 0, std::max(0, m_list->count() - 1)));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace ui::window
