#include "ui/style/Words.h"

#include "core/engine/ScheduleWords.h"
#include "ui/style/Format.h"

#include <QCoreApplication>

namespace ui::style {

namespace {
struct WordText {
    Q_DECLARE_TR_FUNCTIONS(ui::style::Words)
};

QString withFullStop(QString text) {
    if (!text.isEmpty() && !text.endsWith(QLatin1Char('.')) && !text.endsWith(QLatin1Char('!')))
        text += QLatin1Char('.');
    return text;
}

} // namespace

QString capitalised(QString text) {
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

QString word(core::task::TaskState state) {
    using S = core::task::TaskState;
    switch (state) {
    case S::Scheduled: return WordText::tr("Scheduled");
    case S::Pending: return WordText::tr("Pending");
    case S::Started: return WordText::tr("Started");
    case S::Retry: return WordText::tr("Retry");
    case S::Success: return WordText::tr("Success");
    case S::Failure: return WordText::tr("Failure");
    case S::Revoked: return WordText::tr("Revoked");
    }
    return {};
}

QString word(core::task::FailureReason reason) {
    using R = core::task::FailureReason;
    switch (reason) {
    case R::None: return {};
    case R::Error: return WordText::tr("the task reported an error");
    case R::Timeout: return WordText::tr("over its time limit");
    case R::WorkerLost: return WordText::tr("its worker process died");
    case R::Expired: return WordText::tr("expired before it could start");
    case R::Rejected: return WordText::tr("refused");
    case R::Poison: return WordText::tr("killed three workers; it will not run again by itself");
    }
    return {};
}

QString word(core::worker::WorkerState state) {
    using S = core::worker::WorkerState;
    switch (state) {
    case S::Starting: return WordText::tr("Starting");
    case S::Idle: return WordText::tr("Idle");
    case S::Busy: return WordText::tr("Busy");
    case S::Stopping: return WordText::tr("Stopping");
    }
    return {};
}

QString word(core::task::CatchUp policy) {
    using P = core::task::CatchUp;
    switch (policy) {
    case P::None: return WordText::tr("None");
    case P::One: return WordText::tr("The latest");
    case P::All: return WordText::tr("The latest ten");
    }
    return {};
}

QString word(core::task::Overlap policy) {
    using P = core::task::Overlap;
    switch (policy) {
    case P::Skip: return WordText::tr("Skip");
    case P::QueueOne: return WordText::tr("Queue one");
    case P::Allow: return WordText::tr("Allow");
    case P::CancelOld: return WordText::tr("Cancel the old one");
    }
    return {};
}

QString iconName(core::task::TaskState state) {
    using S = core::task::TaskState;
    switch (state) {
    case S::Scheduled: return QStringLiteral("clock");
    case S::Pending: return QStringLiteral("hourglass");
    case S::Started: return QStringLiteral("play");
    case S::Retry: return QStringLiteral("retry");
    case S::Success: return QStringLiteral("check");
    case S::Failure: return QStringLiteral("cross");
    case S::Revoked: return QStringLiteral("stop");
    }
    return {};
}

QString meaning(core::task::TaskState state) {
    using S = core::task::TaskState;
    switch (state) {
    case S::Scheduled: return WordText::tr("Its time has not come yet");
    case S::Pending: return WordText::tr("Waits for a free worker");
    case S::Started: return WordText::tr("Runs in a worker process");
    case S::Retry: return WordText::tr("Failed and waits to be tried again");
    case S::Success: return WordText::tr("Ended well");
    case S::Failure: return WordText::tr("Ended in failure");
    case S::Revoked: return WordText::tr("Cancelled");
    }
    return {};
}

QString meaning(core::task::CatchUp policy) {
    using P = core::task::CatchUp;
    switch (policy) {
    case P::None: return WordText::tr("What was missed is passed over");
    case P::One: return WordText::tr("Of what was missed, the latest fires");
    case P::All: return WordText::tr("Of what was missed, up to ten fire");
    }
    return {};
}

QString meaning(core::task::Overlap policy) {
    using P = core::task::Overlap;
    switch (policy) {
    case P::Skip: return WordText::tr("While the task before runs, an instant is passed over");
    case P::QueueOne: return WordText::tr("The latest instant fires when the task before has ended");
    case P::Allow: return WordText::tr("Tasks run beside each other");
    case P::CancelOld: return WordText::tr("The task before is cancelled, and the instant fires");
    }
    return {};
}

QString titleOf(const core::task::TaskType* type, const std::string& id) {
    return toQString(type && !type->title.empty() ? type->title : id);
}

QString shortId(const std::string& id) {
    const QString text = toQString(id);
    return text.size() <= 14 ? text : text.left(8) + QStringLiteral("…") + text.right(4);
}

QString scheduleWords(const core::engine::ScheduleEntry& entry) {
    return toQString(core::engine::wordsOf(entry, entry.shift));
}

QString sentence(const std::string& code) {
    QString text = toQString(code);
    text.replace(QLatin1Char('_'), QLatin1Char(' '));
    return capitalised(text);
}

QString errorText(const core::base::Error& error) {
    QString text = withFullStop(capitalised(toQString(error.message)));
    if (!error.remedy.empty())
        text += QLatin1Char(' ') + withFullStop(capitalised(toQString(error.remedy)));
    return text;
}

} // namespace ui::style
