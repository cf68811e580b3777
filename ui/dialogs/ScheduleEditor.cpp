#include "ui/dialogs/ScheduleEditor.h"

#include "ui/dialogs/ScheduleForm.h"
#include "ui/dialogs/SchedulePreviewPane.h"
#include "ui/dialogs/ScheduleTexts.h"
#include "ui/style/Card.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace ui::dialogs {

using core::base::ErrorCode;
using core::base::FieldError;
using core::base::Result;
using core::engine::Engine;
using core::engine::ScheduleEntry;
using core::engine::SchedulePreview;
using core::task::Schedule;
using style::toQString;

namespace {
constexpr int kAfterTypingMs = 250;
constexpr int kInstants = 10;

bool saysNothingYet(const Schedule& schedule) {
    return schedule.cron.empty() && schedule.every.count() == 0 && !schedule.once;
}
} // namespace

ScheduleEditor::ScheduleEditor(window::ConsoleContext& context, QWidget* parent)
    : Dialog(tr("New schedule"), tr("At its instants it starts a task by itself, as long as this engine runs."), parent),
      m_context(context), m_form(new ScheduleForm(context.engine.registry(), ScheduleForm::Name::Free)),
      m_pane(new SchedulePreviewPane(context.engine.clock())), m_conflict(new style::Card({})),
      m_conflictText(plainLabel({})) {
    build(tr("Add schedule"));
}

ScheduleEditor::ScheduleEditor(window::ConsoleContext& context, const ScheduleEntry& entry, QWidget* parent)
    : Dialog(tr("Edit schedule %1").arg(toQString(entry.name)),
             entry.builtIn ? tr("It came with the program. What you change is kept apart from that, through new releases too; "
                                "Reset schedule takes it back.")
                           : tr("What was due until now is not made up for."),
             parent),
      m_context(context), m_seen(entry), m_form(new ScheduleForm(context.engine.registry(), ScheduleForm::Name::Fixed)),
      m_pane(new SchedulePreviewPane(context.engine.clock())), m_conflict(new style::Card({})),
      m_conflictText(plainLabel({})) {
    m_form->setSchedule(entry);
    build(tr("Save changes"));
}

void ScheduleEditor::build(const QString& verb) {
    resize(1080, 700);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* inner = new QWidget;
    auto* margin = new QVBoxLayout(inner);
    margin->setContentsMargins(0, 0, 12, 0);
    margin->addWidget(m_form);
    scroll->setWidget(inner);
    auto* row = new QHBoxLayout;
    row->setSpacing(16);
    row->addWidget(scroll, 11);
    row->addWidget(m_pane, 9);
    body()->addLayout(row, 1);
    buildConflict();
    m_verb = addVerb(verb, VerbKind::Primary);
    connect(m_verb, &QPushButton::clicked, this, &ScheduleEditor::save);
    connect(m_form, &ScheduleForm::edited, this, &ScheduleEditor::edited);
    m_wait.setSingleShot(true);
    m_wait.setInterval(kAfterTypingMs);
    connect(&m_wait, &QTimer::timeout, this, &ScheduleEditor::askPreview);
    askPreview();
}

void ScheduleEditor::buildConflict() {
    m_conflict->setObjectName(QStringLiteral("conflict"));
    m_conflictText->setObjectName(QStringLiteral("conflictText"));
    m_conflictText->setWordWrap(true);
    m_conflict->body()->addWidget(m_conflictText);
    auto* row = new QHBoxLayout;
    auto* mine = new QPushButton(tr("Overwrite with mine"));
    mine->setObjectName(QStringLiteral("overwrite"));
    auto* theirs = new QPushButton(tr("Take theirs into the form"));
    theirs->setObjectName(QStringLiteral("takeTheirs"));
    for (QPushButton* button : {mine, theirs}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    row->addStretch(1);
    m_conflict->body()->addLayout(row);
    body()->addWidget(m_conflict);
    m_conflict->hide();
    connect(mine, &QPushButton::clicked, this, &ScheduleEditor::overwriteTheirs);
    connect(theirs, &QPushButton::clicked, this, &ScheduleEditor::takeTheirs);
}

void ScheduleEditor::edited() {
    setProblem({});
    m_wait.start();
}

void ScheduleEditor::askPreview() {
    const Schedule schedule = m_form->schedule();
    if (const auto unreadable = m_form->unreadable(); !unreadable.empty()) {
        m_shown = ++m_asked;
        m_form->showErrors(unreadable);
        m_pane->showNothing(tr("There is no preview while a field cannot be read."));
        return;
    }
    m_context.calls.call(
        this, [schedule](Engine& engine) { return engine.schedules().preview(schedule, kInstants); },
        [this, asked = ++m_asked, zone = schedule.zone](const Result<SchedulePreview>& answer) {
            if (asked != m_asked)
                return; // the fields say something else by now
            m_shown = asked;
            takePreview(answer, zone);
        });
}

void ScheduleEditor::takePreview(const Result<SchedulePreview>& answer, const std::string& zone) {
    if (!answer && !m_tried && saysNothingYet(m_form->schedule())) {
        m_form->showErrors({});
        m_pane->showNothing(tr("Its next instants come here when you type a cron expression."));
        return;
    }
    if (!answer) {
        const bool beside = !answer.error().fields.empty() && m_form->showErrors(answer.error().fields).empty();
        m_pane->showNothing(beside ? tr("It cannot fire like this: see the marked field.") : style::errorText(answer.error()));
        return;
    }
    m_pane->showPreview(*answer, zone);
    // Nobody wants to hear what is missing before it could be typed.
    std::vector<FieldError> problems = answer->problems;
    const bool named = !m_form->schedule().name.empty();
    std::erase_if(problems, [&](const FieldError& problem) {
        return !m_tried && problem.field != "type" && (problem.field != "name" || !named);
    });
    m_form->showErrors(problems);
}

void ScheduleEditor::save() {
    m_tried = true;
    m_wait.stop();
    if (const auto unreadable = m_form->unreadable(); !unreadable.empty()) {
        m_form->showErrors(unreadable);
        m_form->focusFirstError();
        setProblem(tr("Please correct the marked fields."));
        return;
    }
    m_verb->setEnabled(false);
    m_context.calls.call(
        this,
        [schedule = m_form->schedule(), seen = m_seen, actor = m_context.actor](Engine& engine) {
            return seen ? engine.schedules().change(schedule, seen, actor) : engine.schedules().add(schedule, actor);
        },
        [this](const Result<ScheduleEntry>& answer) { takeSaved(answer); });
}

void ScheduleEditor::takeSaved(const Result<ScheduleEntry>& answer) {
    m_verb->setEnabled(true);
    if (answer) {
        Q_EMIT saved(*answer);
        accept();
        return;
    }
    const ErrorCode code = answer.error().code;
    if (m_seen && (code == ErrorCode::Conflict || code == ErrorCode::NotFound))
        readTheirs();
    else
        showRefusal(answer.error());
}

void ScheduleEditor::showRefusal(const core::base::Error& error) {
    const auto elsewhere = m_form->showErrors(error.fields);
    const bool beside = !error.fields.empty() && elsewhere.empty();
    m_form->focusFirstError();
    setProblem(beside ? tr("Please correct the marked fields.") : style::errorText(error));
}

void ScheduleEditor::readTheirs() {
    m_context.calls.call(
        this, [name = m_seen->name](Engine& engine) { return engine.schedules().find(name); },
        [this](const Result<ScheduleEntry>& theirs) { showTheirs(theirs); });
}

void ScheduleEditor::showTheirs(const Result<ScheduleEntry>& theirs) {
    if (theirs) {
        m_theirs = *theirs;
        const QStringList changes =
            differenceLines(core::task::toJson(*m_seen), core::task::toJson(*m_theirs));
        m_conflictText->setText(tr("Somebody else changed this entry while you were editing. Nothing was saved yet. They changed:\n%1")
                                    .arg(changes.join(QLatin1Char('\n'))));
        m_conflict->show();
        return;
    }
    if (theirs.error().code != ErrorCode::NotFound) {
        setProblem(style::errorText(theirs.error()));
        return;
    }
    m_seen.reset();
    m_verb->setText(tr("Add it again"));
    setProblem(tr("Somebody else removed this entry while you were editing. What you typed is still here."));
}

void ScheduleEditor::overwriteTheirs() {
    m_conflict->hide();
    m_seen = m_theirs;
    save();
}

void ScheduleEditor::takeTheirs() {
    m_conflict->hide();
    m_seen = m_theirs;
    m_form->setSchedule(*m_theirs);
    edited();
}

} // namespace ui::dialogs
