#include "ui/window/FirstRunBar.h"

#include "ui/dialogs/Dialog.h"
#include "ui/window/Commands.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui::window {

FirstRunBar::FirstRunBar(ConsoleContext& context, QWidget* parent)
    : QFrame(parent), m_context(context), m_sample(new QPushButton(tr("Open the sample programme"))),
      m_import(new QPushButton(tr("Import ours…"))), m_progress(new QProgressBar) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(8);
    column->addWidget(dialogs::plainLabel(tr("There is no residency programme here yet"), "heading"));
    QLabel* words = dialogs::plainLabel(
        tr("Beatwarden watches a programme: its people, calendar, rotations and coverage. Start with the sample, a "
           "complete academic year of a family-medicine residency with invented people, or import your own roster and "
           "absences from CSV. Nothing leaves this computer."),
        "muted");
    words->setWordWrap(true);
    column->addWidget(words);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_sample->setProperty("role", "primary");
    m_sample->setObjectName(QStringLiteral("openSample"));
    row->addWidget(m_sample);
    row->addWidget(m_import);
    row->addStretch(1);
    column->addLayout(row);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Creating the sample programme"));
    column->addWidget(m_progress);
    connect(m_sample, &QPushButton::clicked, &context.commands, &Commands::createSample);
    connect(m_import, &QPushButton::clicked, &context.commands, &Commands::importProgramme);
    connect(&context.commands, &Commands::sampleStarted, this, [this] { show(Work::Creating); });
    connect(&context.commands, &Commands::sampleEnded, this, [this] { show(Work::Offer); });
    connect(&context.programme, &models::ProgrammeWatch::changed, this, &FirstRunBar::refresh);
    show(Work::Offer);
    refresh();
}

void FirstRunBar::refresh() {
    const auto& stats = m_context.programme.stats();
    setVisible(stats && !stats->present);
}

void FirstRunBar::show(Work work) {
    const bool creating = work == Work::Creating;
    m_progress->setVisible(creating);
    m_sample->setEnabled(!creating);
    m_import->setEnabled(!creating);
    m_sample->setText(creating ? tr("Creating the sample programme…") : tr("Open the sample programme"));
}

void FirstRunBar::paintEvent(QPaintEvent*) {
    const style::Theme& theme = style::themeOf(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.card);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.border);
    painter.fillRect(QRect(0, 0, 4, height()), theme.accent);
}

} // namespace ui::window
