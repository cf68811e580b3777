#include "ui/pages/schedules/LoadCalendar.h"

#include "ui/pages/schedules/LoadPaint.h"
#include "ui/style/Format.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

namespace ui::pages::schedules {

using core::engine::ComingLoad;

namespace {

constexpr int kLabels = 92, kHead = 20;
constexpr int kLowest = 30, kUsual = 38, kHighest = 64; ///< of a row
constexpr int kStrip = 10;                              ///< of an hour, where its ticks are
constexpr int kNarrowest = 26;                          ///< an hour
constexpr size_t kMostToldInATip = 10;

QFont smallFont(QFont font) {
    font.setPointSizeF(7.5);
    return font;
}

QString runTimeText(const ComingLoad::Slice& load) {
    if (load.firings == load.unknown)
        return LoadCalendar::tr("run time not known");
    QString text = LoadCalendar::tr("expected run time %1").arg(style::duration(load.busy));
    if (load.unknown > 0)
        text += LoadCalendar::tr(" and %1 for which it is not known").arg(style::count(load.unknown));
    return text;
}

} // namespace

QString clockChangeText(const ComingLoad::ClockChange& change) {
    const auto local = [](std::chrono::local_time<core::base::milliseconds> time) {
        return style::zonedClock(core::base::Instant(time.time_since_epoch()), core::base::Zone::utc());
    };
    const QString hours = LoadCalendar::tr("%1 to %2").arg(local(change.change.from()), local(change.change.to()));
    return change.change.by().count() > 0
               ? LoadCalendar::tr("%1: the clock is put forward, %2 is skipped").arg(style::toQString(change.zone), hours)
               : LoadCalendar::tr("%1: the clock is put back, %2 comes twice").arg(style::toQString(change.zone), hours);
}

QString overloadText(const ComingLoad::Overload& overload, const core::base::Zone& zone) {
    const QString when = LoadCalendar::tr("%1–%2").arg(style::zonedClock(overload.from, zone), style::zonedClock(overload.to, zone));
    return overload.queue.empty()
               ? LoadCalendar::tr("%1: up to %2 runs at once (workers: %3)").arg(when).arg(overload.runs).arg(overload.slots)
               : LoadCalendar::tr("%1: up to %2 runs at once in queue %3 (slots: %4)")
                     .arg(when)
                     .arg(overload.runs)
                     .arg(style::toQString(overload.queue))
                     .arg(overload.slots);
}

LoadCalendar::LoadCalendar(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setAccessibleName(tr("Coming load of seven days"));
}

QSize LoadCalendar::sizeHint() const {
    return {kLabels + LoadGrid::kHours * 40, kHead + LoadGrid::kDays * kUsual + 2};
}

QSize LoadCalendar::minimumSizeHint() const {
    return {kLabels + LoadGrid::kHours * kNarrowest, kHead + LoadGrid::kDays * kLowest + 2};
}

void LoadCalendar::setGrid(LoadGrid grid) {
    m_grid = std::move(grid);
    setAccessibleDescription(m_marked ? describe(*m_marked) : QString());
    update();
}

void LoadCalendar::setNow(core::base::Instant now) {
    m_now = now;
    update();
}

void LoadCalendar::mark(HourOfWeek place) {
    m_marked = place;
    if (m_grid) {
        setAccessibleDescription(describe(place));
        QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
        QAccessible::updateAccessibility(&changed);
    }
    update();
    Q_EMIT hourMarked(place);
}

QRect LoadCalendar::rectOf(HourOfWeek place) const {
    const double width = double(this->width() - kLabels - 1) / LoadGrid::kHours;
    const int height = std::clamp((this->height() - kHead - 1) / LoadGrid::kDays, kLowest, kHighest);
    const int left = kLabels + int(width * place.hour), right = kLabels + int(width * (place.hour + 1));
    return {left, kHead + place.day * height, right - left, height};
}

std::optional<HourOfWeek> LoadCalendar::hourAt(const QPoint& point) const {
    for (int day = 0; day < LoadGrid::kDays; ++day) {
        const QRect row = rectOf({day, 0});
        if (point.y() < row.top() || point.y() > row.bottom())
            continue;
        for (int hour = 0; hour < LoadGrid::kHours; ++hour)
            if (rectOf({day, hour}).contains(point))
                return HourOfWeek{day, hour};
    }
    return std::nullopt;
}

QString LoadCalendar::describe(HourOfWeek place) const {
    const LoadGrid::Cell& cell = m_grid->at(place);
    QStringList lines{tr("%1, %2:00 to %3:00, %4")
                          .arg(style::date(m_grid->day(place.day)))
                          .arg(place.hour, 2, 10, QLatin1Char('0'))
                          .arg((place.hour + 1) % 24, 2, 10, QLatin1Char('0'))
                          .arg(style::toQString(m_grid->zone().name()))};
    if (cell.isSkipped())
        lines << tr("This hour does not exist: the clock skips it");
    else if (cell.to <= m_now)
        lines << tr("It has passed");
    else if (cell.load.firings == 0)
        lines << tr("Nothing fires");
    else
        lines << tr("Firings: %1, %2").arg(style::count(cell.load.firings), runTimeText(cell.load));
    if (cell.isRepeated())
        lines << tr("This hour comes twice");
    if (cell.load.mostAtOnce > 0)
        lines << tr("Up to %1 entries in one minute").arg(cell.load.mostAtOnce);
    if (cell.load.overloaded)
        for (const ComingLoad::Overload& overload : m_grid->load().overloads)
            if (overload.from < cell.to && overload.to > cell.from)
                lines << overloadText(overload, m_grid->zone());
    for (const size_t change : cell.clockChanges)
        lines << clockChangeText(m_grid->load().clockChanges[change]);
    return lines.join(QLatin1Char('\n'));
}

void LoadCalendar::paintHeads(QPainter& painter, const style::Theme& theme) const {
    painter.setFont(smallFont(font()));
    painter.setPen(theme.textMuted);
    for (int hour = 0; hour < LoadGrid::kHours; ++hour) {
        const QRect cell = rectOf({0, hour});
        painter.drawText(QRect(cell.left(), 0, cell.width(), kHead), Qt::AlignCenter,
                         QStringLiteral("%1").arg(hour, 2, 10, QLatin1Char('0')));
    }
    const auto today = m_grid->placeOf(m_now);
    for (int day = 0; day < LoadGrid::kDays; ++day) {
        const QRect cell = rectOf({day, 0});
        const bool isToday = today && today->day == day;
        QFont rowFont = font();
        rowFont.setWeight(isToday ? QFont::DemiBold : QFont::Normal);
        painter.setFont(rowFont);
        painter.setPen(isToday ? theme.text : theme.textMuted);
        painter.drawText(QRect(0, cell.top(), kLabels - 10, cell.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         style::date(m_grid->day(day)).section(QLatin1Char(' '), 0, 2));
    }
}

void LoadCalendar::paintHour(QPainter& painter, HourOfWeek place, const style::Theme& theme) const {
    const LoadGrid::Cell& cell = m_grid->at(place);
    const QRectF whole = QRectF(rectOf(place)).adjusted(0, 0, -1, -1);
    const QRectF ground = whole.adjusted(0, 0, 0, -kStrip - 1), strip(whole.left() + 1, whole.bottom() - kStrip, whole.width() - 2, kStrip);
    const int64_t known = cell.load.firings - cell.load.unknown;
    const int step = busyStep(cell.load.busy, m_grid->busiest());
    if (cell.isSkipped() || cell.to <= m_now) {
        painter.fillRect(whole, theme.window);
    } else {
        painter.fillRect(whole, theme.card);
        painter.fillRect(ground, busyGround(step, theme));
        if (cell.load.unknown > 0 && known == 0)
            paintUnknown(painter, ground, theme);
    }
    if (!cell.clockChanges.empty()) {
        paintClockChange(painter, ground, theme);
        painter.fillRect(ground.adjusted(3, 3, -3, -3), busyGround(step, theme));
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(theme.border);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(whole.adjusted(0, 0, -1, -1));
    for (const LoadGrid::Tick& tick : cell.ticks)
        paintTick(painter, strip, tick, theme);
    paintFigures(painter, cell, ground.adjusted(4, 0, -4, 0), busyText(step, theme), theme);
    if (m_marked == place || m_under == place) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_marked == place ? (hasFocus() ? theme.text : theme.accent) : theme.borderStrong, m_marked == place ? 2 : 1));
        painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    }
}

/// How many firings; whether the run time of some is not known; how many in one minute; whether they are too many.
void LoadCalendar::paintFigures(QPainter& painter, const LoadGrid::Cell& cell, const QRectF& room, const QColor& colour,
                                const style::Theme& theme) const {
    painter.setFont(smallFont(font()));
    const QFontMetricsF metrics(painter.font());
    painter.setPen(colour);
    if (cell.isSkipped() || (cell.isRepeated() && cell.load.firings == 0)) {
        painter.setPen(theme.textMuted);
        painter.drawText(room, Qt::AlignCenter, cell.isSkipped() ? tr("none") : tr("twice"));
        return;
    }
    if (cell.load.firings == 0)
        return;
    const QString count = style::compact(double(cell.load.firings)).remove(QChar(0xa0));
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter, count);
    double used = metrics.horizontalAdvance(count) + 3;
    if (cell.load.unknown > 0 && cell.load.unknown < cell.load.firings && used + 6 <= room.width()) {
        paintRing(painter, {room.left() + used + 3, room.center().y()}, colour);
        used += 9;
    }
    double right = room.right();
    if (cell.load.overloaded) {
        paintOverload(painter, {right - 5, room.center().y()}, theme);
        right -= 13;
    }
    const QString collisions = QStringLiteral("×%1").arg(cell.load.mostAtOnce);
    if (cell.load.mostAtOnce > 0 && right - metrics.horizontalAdvance(collisions) >= room.left() + used) {
        painter.setPen(colour);
        painter.drawText(QRectF(room.left(), room.top(), right - room.left(), room.height()), Qt::AlignRight | Qt::AlignVCenter, collisions);
    }
}

void LoadCalendar::paintNow(QPainter& painter, const style::Theme& theme) const {
    const auto place = m_grid->placeOf(m_now);
    if (!place)
        return;
    const LoadGrid::Cell& cell = m_grid->at(*place);
    const QRect rect = rectOf(*place);
    const double share = double((m_now - cell.from).count()) / double((cell.to - cell.from).count());
    paintNowLine(painter, rect.left() + share * rect.width(), rect.top(), rect.bottom(), theme);
}

void LoadCalendar::paintEvent(QPaintEvent*) {
    if (!m_grid)
        return;
    const style::Theme& theme = style::themeOf(this);
    QPainter painter(this);
    paintHeads(painter, theme);
    for (int day = 0; day < LoadGrid::kDays; ++day)
        for (int hour = 0; hour < LoadGrid::kHours; ++hour)
            paintHour(painter, {day, hour}, theme);
    paintNow(painter, theme);
}

void LoadCalendar::mousePressEvent(QMouseEvent* event) {
    if (const auto place = hourAt(event->pos()); place && m_grid)
        mark(*place);
}

void LoadCalendar::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const auto place = hourAt(event->pos()); place && m_grid)
        Q_EMIT hourOpened(*place);
}

void LoadCalendar::mouseMoveEvent(QMouseEvent* event) {
    const auto place = hourAt(event->pos());
    if (place == m_under)
        return;
    m_under = place;
    update();
}

void LoadCalendar::leaveEvent(QEvent*) {
    m_under.reset();
    update();
}

void LoadCalendar::keyPressEvent(QKeyEvent* event) {
    if (!m_grid)
        return QWidget::keyPressEvent(event);
    HourOfWeek place = m_marked.value_or(m_grid->placeOf(m_now).value_or(HourOfWeek{}));
    if (m_marked && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)) {
        Q_EMIT hourOpened(place);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Left: place.hour -= m_marked ? 1 : 0; break;
    case Qt::Key_Right: place.hour += m_marked ? 1 : 0; break;
    case Qt::Key_Up: place.day -= m_marked ? 1 : 0; break;
    case Qt::Key_Down: place.day += m_marked ? 1 : 0; break;
    case Qt::Key_Home: place.hour = 0; break;
    case Qt::Key_End: place.hour = LoadGrid::kHours - 1; break;
    default: QWidget::keyPressEvent(event); return;
    }
    mark({std::clamp(place.day, 0, LoadGrid::kDays - 1), std::clamp(place.hour, 0, LoadGrid::kHours - 1)});
}

bool LoadCalendar::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || !m_grid)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto place = hourAt(help->pos());
    if (!place) {
        QToolTip::hideText();
        return true;
    }
    QStringList lines{describe(*place)};
    const auto firings = m_grid->firingsOf(*place);
    for (size_t i = 0; i < std::min(firings.size(), kMostToldInATip); ++i)
        lines << tr("%1  %2").arg(style::zonedClock(firings[i].instant, m_grid->zone()),
                                  style::toQString(m_grid->load().entries[firings[i].entry].name));
    if (firings.size() > kMostToldInATip)
        lines << tr("… and %1 more: click lists them").arg(firings.size() - kMostToldInATip);
    QToolTip::showText(help->globalPos(), lines.join(QLatin1Char('\n')), this, rectOf(*place));
    return true;
}

} // namespace ui::pages::schedules
