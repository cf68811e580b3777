#include "ui/window/StartView.h"

#include "ui/dialogs/ConfirmDialog.h"
#include "ui/style/Format.h"
#include "ui/style/Icons.h"
#include "ui/style/Theme.h"
#include "ui/style/Words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStyle>
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
    case C::Corrupt: return StartView::tr("There is no good copy of the database in this folder. Choose another folder with --data-dir, or restore a copy of yours with: beatwarden backup restore FILE");
    case C::Unsupported: return StartView::tr("The data was written by a newer version. Install that version, or choose another folder with --data-dir.");
    case C::ReadOnly: return StartView::tr("Make the folder writable for you, or choose another one with --data-dir.");
    case C::Io: return StartView::tr("Check that the disk has room and that the folder belongs to you.");
    default: return StartView::tr("Try again. If it stays, start from a terminal to see the log.");
    }
}

/// Local with the zone, on one line.
QString moment(core::base::Instant at) {
    return style::exactTime(at).section(QLatin1Char('\n'), 0, 0);
}

} // namespace

StartView::StartView(QWidget* parent)
    : QWidget(parent), m_mark(new QLabel), m_headline(dialogs::plainLabel({}, "heading")),
      m_message(dialogs::plainLabel({})), m_remedy(dialogs::plainLabel({})), m_offerText(dialogs::plainLabel({})),
      m_place(dialogs::plainLabel({}, "muted")), m_progress(new QProgressBar), m_restore(new QPushButton),
      m_retry(new QPushButton(tr("Retry"))), m_quit(new QPushButton(tr("Quit"))) {
    auto* outer = new QHBoxLayout(this);
    auto* column = new QVBoxLayout;
    column->setSpacing(12);
    outer->addStretch(1);
    outer->addLayout(column, 2);
    outer->addStretch(1);
    column->addStretch(2);
    column->addWidget(m_mark);
    for (QLabel* label : {m_headline, m_message, m_remedy, m_offerText, m_place}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column->addWidget(label);
    }
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    column->addWidget(m_progress);
    buildButtons(*column);
    column->addStretch(3);
}

void StartView::buildButtons(QVBoxLayout& column) {
    auto* row = new QHBoxLayout;
    m_restore->setProperty("role", "primary");
    m_restore->setObjectName(QStringLiteral("restoreCopy"));
    m_restore->setText(tr("Restore the latest good copy…"));
    m_retry->setObjectName(QStringLiteral("retryStart"));
    for (QPushButton* button : {m_restore, m_retry, m_quit})
        row->addWidget(button);
    row->addStretch(1);
    column.addLayout(row);
    connect(m_restore, &QPushButton::clicked, this, &StartView::askToRestore);
    connect(m_retry, &QPushButton::clicked, this, &StartView::retry);
    connect(m_quit, &QPushButton::clicked, this, &StartView::quit);
}

void StartView::showBusy(const QString& headline, const QString& message) {
    m_mark->setPixmap(style::iconPixmap(QStringLiteral("beatwarden"), style::themeOf(this).accent, 48, devicePixelRatioF()));
    m_headline->setText(headline);
    m_message->setText(message);
    m_progress->setAccessibleName(headline);
    m_progress->show();
    for (QWidget* hidden : std::initializer_list<QWidget*>{m_remedy, m_offerText, m_restore, m_retry, m_quit})
        hidden->hide();
}

void StartView::showStarting(const QString& dataDirectory) {
    showBusy(tr("Starting the engine"), tr("Opening the database, recovering interrupted tasks, starting workers."));
    m_place->setText(tr("Data directory: %1").arg(dataDirectory));
}

void StartView::showRestoring(const core::engine::RestoreOffer& offer) {
    showBusy(tr("Restoring the database"),
             tr("Checking the copy of %1 and putting it in place. The damaged database is kept beside it.")
                 .arg(moment(offer.takenAt)));
}

void StartView::showFailure(const StartFailure& failure, const QString& dataDirectory) {
    const core::base::Error& error = failure.error;
    const QColor bad = style::themeOf(this).tone(style::Tone::Bad).text;
    m_mark->setPixmap(style::iconPixmap(QStringLiteral("warning"), bad, 48, devicePixelRatioF()));
    m_headline->setText(tr("The engine could not start"));
    m_offer = failure.offer;
    // The remedy of a damaged database is a command to type; with a copy at hand a button does that.
    m_message->setText(style::errorText(m_offer ? core::base::Error{error.code, error.message, {}, {}} : error));
    m_remedy->setText(m_offer ? QString() : whatToDo(error));
    m_remedy->setVisible(!m_remedy->text().isEmpty());
    m_place->setText(tr("Data directory: %1\nNothing was changed there.").arg(dataDirectory));
    m_progress->hide();
    showOffer();
    m_retry->show();
    m_quit->show();
    (m_offer ? m_restore : m_retry)->setFocus();
}

void StartView::showOffer() {
    m_offerText->setVisible(m_offer.has_value());
    m_restore->setVisible(m_offer.has_value());
    m_retry->setProperty("role", m_offer ? QVariant() : QVariant(QStringLiteral("primary")));
    m_retry->style()->unpolish(m_retry);
    m_retry->style()->polish(m_retry);
    if (m_offer)
        m_offerText->setText(tr("There is a good copy, taken %1.\nEvery check of it passed; it holds %2 tasks (%3).")
                                 .arg(moment(m_offer->takenAt), style::count(m_offer->tasks),
                                      style::bytes(m_offer->bytes)));
}

void StartView::askToRestore() {
    const QString lost = m_offer->knownUntil ? tr("Known to be lost: commits %1, entries of the audit log %2 (counted %3)")
                                                   .arg(style::count(m_offer->lostCommits), style::count(m_offer->lostAudit),
                                                        moment(*m_offer->knownUntil))
                                             : tr("How much that is, nobody has counted");
    dialogs::ask(this,
                 {tr("Restore the copy of %1").arg(moment(m_offer->takenAt)),
                  tr("Everything that happened after this copy was taken is lost, and what was sent since may be sent "
                     "again. The damaged database is kept beside the restored one."),
                  {lost, tr("File: %1").arg(QString::fromStdString(m_offer->file.string()))},
                  tr("Restore"),
                  dialogs::VerbKind::Danger,
                  {}},
                 [this, offer = *m_offer] { Q_EMIT restore(offer); });
}

void StartView::paintEvent(QPaintEvent* event) {
    QWidget::paintEvent(event);
    if (std::exchange(m_painted, true))
        return;
    QTimer::singleShot(0, this, &StartView::painted);
}

} // namespace ui::window
