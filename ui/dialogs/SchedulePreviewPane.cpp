#include "ui/dialogs/SchedulePreviewPane.h"

#include "ui/delegates/Table.h"
#include "ui/dialogs/Dialog.h"
#include "ui/style/Card.h"
#include "ui/style/Format.h"
#include "ui/style/Icons.h"
#include "ui/style/Theme.h"
#include "ui/style/Words.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QVBoxLayout>

namespace ui::dialogs {

using style::toQString;

namespace {

/// An icon and a line of text: a warning is never told by colour alone.
QWidget* warningLine(const QString& text, const QWidget* beside) {
    auto* line = new QWidget;
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* icon = new QLabel;
    icon->setPixmap(style::iconPixmap(QStringLiteral("warning"), style::themeOf(beside).tone(style::Tone::Caution).text, 16,
                                      beside->devicePixelRatioF()));
    row->addWidget(icon, 0, Qt::AlignTop);
    QLabel* words = plainLabel(text);
    words->setWordWrap(true);
    row->addWidget(words, 1);
    return line;
}

} // namespace

SchedulePreviewPane::SchedulePreviewPane(const core::base::Clock& clock, QWidget* parent)
    : QWidget(parent), m_clock(clock), m_words(plainLabel({}, "title")),
      m_instants(new models::InstantTable(clock, models::InstantTable::Beside::Utc, this)),
      m_table(new delegates::Table(tr("Next ten instants"), delegates::Sorting::Off)), m_warningLines(new QVBoxLayout) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    auto* card = new style::Card(tr("What it would do"));
    card->useFullWidth();
    column->addWidget(card);
    m_words->setWordWrap(true);
    m_words->setContentsMargins(11, 0, 11, 2);
    card->body()->addWidget(m_words);
    m_table->setModel(m_instants);
    m_table->applyColumns(m_instants->columns(), models::InstantTable::kAheadColumn);
    m_table->setMinimumHeight(11 * m_table->verticalHeader()->defaultSectionSize());
    card->body()->addWidget(m_table, 1);
    m_warningLines->setContentsMargins(11, 2, 11, 4);
    m_warningLines->setSpacing(6);
    card->body()->addLayout(m_warningLines);
    showNothing(tr("Asking…"));
}

void SchedulePreviewPane::showPreview(const core::engine::SchedulePreview& preview, const std::string& zone) {
    m_words->setText(toQString(preview.words));
    m_instants->show(preview.next, zone, m_clock.now());
    m_table->setColumnHidden(models::InstantTable::kBesideColumn, m_instants->clocksAgree());
    m_table->setColumnHidden(models::InstantTable::kNoteColumn, !m_instants->hasNotes());
    m_table->setEmptyText(tr("It never fires."));
    QStringList warnings;
    for (const std::string& warning : preview.warnings)
        warnings << style::capitalised(toQString(warning));
    setWarnings(warnings);
}

void SchedulePreviewPane::showNothing(const QString& why) {
    m_words->setText(style::dash());
    m_instants->setRows({});
    m_table->setEmptyText(why);
    setWarnings({});
}

void SchedulePreviewPane::setWarnings(const QStringList& warnings) {
    if (warnings == m_warnings)
        return;
    m_warnings = warnings;
    while (QLayoutItem* item = m_warningLines->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const QString& warning : warnings)
        m_warningLines->addWidget(warningLine(warning, this));
}

QString SchedulePreviewPane::words() const {
    return m_words->text();
}

} // namespace ui::dialogs
