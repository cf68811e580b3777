#include "ui/window/StartView.h"

#include "ui/dialogs/Dialog.h"
#include "ui/style/Format.h"
#include "ui/style/Icons.h"
#include "ui/style/Theme.h"
#include "ui/style/Words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace ui::window {

namespace {

QString whatToDo(const core::base::Error& error) {
    using C = core::base::ErrorCode;
    if (!error.remedy.empty())
        return {};
    switch (error.code) {
    case C::Conflict: return StartView::tr("Close the other console or service on this data directory, or start with --data-dir and another folder.");
    case C::Corrupt: return StartView::tr("The folder holds a database that is not Beatwarden's or is damaged. Choose another folder with --data-dir, or restore a backup.");
    case C::Unsupported: return StartView::tr("The data was written by a newer version. Install that version, or choose another folder with --data-dir.");
    case C::ReadOnly: return StartView::tr("Make the folder writable for you, or choose another one with --data-dir.");
    case C::Io: return StartView::tr("Check that the disk has room and that the folder belongs to you.");
    default: return StartView::tr("Try again. If it stays, start from a terminal to see the log.");
    }
}

} // namespace

StartView::StartView(QWidget* parent)
    : QWidget(parent), m_mark(new QLabel), m_headline(dialogs::plainLabel({}, "heading")),
      m_message(dialogs::plainLabel({})), m_remedy(dialogs::plainLabel({})), m_place(dialogs::plainLabel({}, "muted")),
      m_progress(new QProgressBar), m_retry(new QPushButton(tr("Retry"))), m_quit(new QPushButton(tr("Quit"))) {
    auto* outer = new QHBoxLayout(this);
    auto* column = new QVBoxLayout;
    column->setSpacing(12);
    outer->addStretch(1);
    outer->addLayout(column, 2);
    outer->addStretch(1);
    column->addStretch(2);
    column->addWidget(m_mark);
    for (QLabel* label : {m_headline, m_message, m_remedy, m_place}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column->addWidget(label);
    }
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Engine is starting"));
    column->addWidget(m_progress);
    auto* row = new QHBoxLayout;
    m_retry->setProperty("role", "primary");
    m_retry->setObjectName(QStringLiteral("retryStart"));
    row->addWidget(m_retry);
    row->addWidget(m_quit);
    row->addStretch(1);
    column->addLayout(row);
    column->addStretch(3);
    connect(m_retry, &QPushButton::clicked, this, &StartView::retry);
    connect(m_quit, &QPushButton::clicked, this, &StartView::quit);
}

void StartView::showStarting(const QString& dataDirectory) {
    m_mark->setPixmap(style::iconPixmap(QStringLiteral("beatwarden"), style::themeOf(this).accent, 48, devicePixelRatioF()));
    m_headline->setText(tr("Starting the engine"));
    m_message->setText(tr("Opening the database, recovering interrupted tasks, starting workers."));
    m_remedy->hide();
    m_place->setText(tr("Data directory: %1").arg(dataDirectory));
    m_progress->show();
    m_retry->hide();
    m_quit->hide();
}

void StartView::showFailure(const core::base::Error& error, const QString& dataDirectory) {
    const QColor bad = style::themeOf(this).tone(style::Tone::Bad).text;
    m_mark->setPixmap(style::iconPixmap(QStringLiteral("warning"), bad, 48, devicePixelRatioF()));
    m_headline->setText(tr("The engine could not start"));
    m_message->setText(style::errorText(error));
    m_remedy->setText(whatToDo(error));
    m_remedy->setVisible(!m_remedy->text().isEmpty());
    m_place->setText(tr("Data directory: %1\nNothing was changed there.").arg(dataDirectory));
    m_progress->hide();
    m_retry->show();
    m_quit->show();
    m_retry->setFocus();
}

void StartView::paintEvent(QPaintEvent* event) {
    QWidget::paintEvent(event);
    if (std::exchange(m_painted, true))
        return;
    QTimer::singleShot(0, this, &StartView::painted);
}

} // namespace ui::window
