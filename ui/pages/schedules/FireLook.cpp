#include "ui/pages/schedules/FireLook.h"

#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QCoreApplication>

namespace ui::pages::schedules {

using core::store::FireOutcome;
using core::store::FireRow;
using core::task::TaskState;
using delegates::MarkShape;
using style::Tone;

namespace {

struct FireText {
    Q_DECLARE_TR_FUNCTIONS(ui::pages::schedules::Fire)
};

MarkShape shapeOf(TaskState state) {
    switch (state) {
    case TaskState::Success: return MarkShape::Bar;
    case TaskState::Failure: return MarkShape::Cross;
    case TaskState::Revoked: return MarkShape::Short;
    case TaskState::Scheduled:
    case TaskState::Pending:
    case TaskState::Started:
    case TaskState::Retry: break;
    }
    return MarkShape::Hollow;
}

FireLook lookOfState(TaskState state) {
    return {style::word(state), style::iconName(state), {shapeOf(state), style::toneOf(state)}, style::meaning(state)};
}

FireLook overlappedLook() {
    return {FireText::tr("Overlapped"), QStringLiteral("overlap"), {MarkShape::Diamond, Tone::Caution},
            FireText::tr("Passed over: the task before had not ended")};
}

FireLook missedLook() {
    return {FireText::tr("Missed"), QStringLiteral("missed"), {MarkShape::Dash, Tone::Warning},
            FireText::tr("Passed over: nobody was there in time")};
}

} // namespace

FireLook lookOf(const FireRow& fire) {
    if (fire.outcome == FireOutcome::Overlapped)
        return overlappedLook();
    if (fire.outcome == FireOutcome::Missed)
        return missedLook();
    if (fire.state)
        return lookOfState(*fire.state);
    return {FireText::tr("Fired"), QStringLiteral("clock"), {MarkShape::Short, Tone::Neutral},
            FireText::tr("Its task is not kept any more: what came of it is not known")};
}

std::vector<FireLook> allLooks() {
    return {lookOfState(TaskState::Success), lookOfState(TaskState::Failure), lookOfState(TaskState::Started), lookOfState(TaskState::Retry),
            lookOfState(TaskState::Revoked), overlappedLook(),           missedLook()};
}

QString fireText(const FireRow& fire, core::base::Instant now) {
    QStringList parts{style::localTime(fire.instant, now), lookOf(fire).word};
    if (fire.outcome == FireOutcome::Fired)
        parts << FireText::tr("%1 late").arg(style::duration(fire.late));
    if (fire.runTime)
        parts << FireText::tr("ran %1").arg(style::duration(*fire.runTime));
    QString text = parts.join(QStringLiteral(" · "));
    if (!fire.note.empty())
        text += QStringLiteral("\n    ") + style::capitalised(style::toQString(fire.note));
    return text;
}

} // namespace ui::pages::schedules
