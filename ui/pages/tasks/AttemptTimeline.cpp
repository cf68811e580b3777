#include "ui/pages/tasks/AttemptTimeline.h"

#include "ui/style/Format.h"
#include "ui/style/Theme.h"
#include "ui/style/Words.h"

#include <QPainter>

namespace ui::pages::tasks {

using core::task::TaskState;

namespace {

constexpr int kRow = 24;
constexpr int kLabel = 78;
constexpr int kOutcome = 150;

TaskState toneOfOutcome(const std::string& outcome) {
    if (outcome.empty())
        return TaskState::Started;
    if (outcome == "interrupted")
        return TaskState::Pending;
    return core::task::stateFromText(outcome).value_or(TaskState::Pending);
}

} // namespace

AttemptTimeline::AttemptTimeline(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Attempts"));
}

void AttemptTimeline::set(const core::task::Task& task, const std::vector<core::task::Attempt>& attempts,
                          core::base::Instant now) {
    m_bars.clear();
    m_from = task.createdAt;
    m_to = task.finishedAt.value_or(now);
    const core::base::Instant firstStart = attempts.empty() ? m_to : attempts.front().startedAt;
    m_bars.push_back({tr("Waiting"), {}, m_from, firstStart, attempts.empty() && !task.finishedAt, TaskState::Pending});
    for (const core::task::Attempt& attempt : attempts) {
        const bool running = !attempt.endedAt;
        m_bars.push_back({tr("Attempt %1").arg(attempt.number),
                          running ? tr("running") : style::sentence(attempt.outcome).toLower(), attempt.startedAt,
                          attempt.endedAt.value_or(now), running, toneOfOutcome(attempt.outcome)});
    }
    for (const Bar& bar : m_bars)
        m_to = std::max(m_to, bar.to);
    updateGeometry();
    update();
}

QSize AttemptTimeline::sizeHint() const {
    return {360, std::max(1, int(m_bars.size())) * kRow + 4};
}

void AttemptTimeline::paintEvent(QPaintEvent*) {
    const style::Theme& theme = style::themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double span = std::max<double>(1, double((m_to - m_from).count()));
    const double left = kLabel, width = std::max(40, this->width() - kLabel - kOutcome);
    int y = 2;
    for (const Bar& bar : m_bars) {
        const QRect row(0, y, this->width(), kRow);
        painter.setPen(theme.textMuted);
        painter.drawText(row.adjusted(0, 0, -(this->width() - kLabel), 0), Qt::AlignLeft | Qt::AlignVCenter, bar.label);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.border);
        painter.drawRoundedRect(QRectF(left, y + kRow / 2.0 - 1, width, 2), 1, 1);
        const double from = left + width * double((bar.from - m_from).count()) / span;
        const double to = left + width * double((bar.to - m_from).count()) / span;
        painter.setBrush(theme.state(bar.tone));
        painter.drawRoundedRect(QRectF(from, y + 6, std::max(3.0, to - from), kRow - 12), 3, 3);
        painter.setPen(theme.text);
        const QString text = bar.outcome.isEmpty() ? style::duration(bar.to - bar.from)
                                                   : tr("%1 · %2").arg(style::duration(bar.to - bar.from), bar.outcome);
        painter.drawText(QRectF(left + width + 8, y, kOutcome - 8, kRow), Qt::AlignLeft | Qt::AlignVCenter, text);
        y += kRow;
    }
}

} // namespace ui::pages::tasks
