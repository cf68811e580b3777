#include "ui/pages/schedules/LoadLegend.h"

#include "ui/pages/schedules/LoadPaint.h"
#include "ui/style/Format.h"

#include <QPainter>

namespace ui::pages::schedules {

namespace {

constexpr int kSwatch = 22, kHeight = 14, kGap = 5, kBetween = 16;

/// A swatch with its words; `paint` gets the swatch.
template <class Paint>
double paintEntry(QPainter& painter, double x, double y, const QString& words, const style::Theme& theme, Paint paint) {
    const QRectF swatch(x, y - kHeight / 2.0, kSwatch, kHeight);
    painter.save();
    paint(swatch);
    painter.restore();
    const double width = painter.fontMetrics().horizontalAdvance(words) + 2;
    painter.setPen(theme.textMuted);
    painter.drawText(QRectF(swatch.right() + kGap, y - 10, width, 20), Qt::AlignLeft | Qt::AlignVCenter, words);
    return swatch.right() + kGap + width + kBetween;
}

} // namespace

LoadLegend::LoadLegend(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Legend"));
    setAccessibleDescription(
        tr("Shade: expected run time of what is called in the hour, up to the busiest one. Number: firings. Ring: the run time of some is not "
           "known. Times a number: so many entries in one minute. Triangle: more runs at once than slots. Cross hatching: "
           "the clock of a zone is put forward or back."));
}

void LoadLegend::setBusiest(core::base::milliseconds busiest) {
    m_busiest = busiest;
    update();
}

QSize LoadLegend::sizeHint() const {
    return {600, 44};
}

void LoadLegend::paintEvent(QPaintEvent*) {
    const style::Theme& theme = style::themeOf(this);
    QPainter painter(this);
    QFont small = font();
    small.setPointSizeF(8);
    painter.setFont(small);
    const QString words = tr("Expected run time of an hour:");
    painter.setPen(theme.textMuted);
    painter.drawText(QRectF(0, 1, 260, 20), Qt::AlignLeft | Qt::AlignVCenter, words);
    double x = painter.fontMetrics().horizontalAdvance(words) + 10;
    for (int step = 0; step < (m_busiest.count() > 0 ? kBusySteps : 1); ++step)
        x = paintEntry(painter, x, 11, step == 0 ? tr("nothing") : tr("to %1").arg(style::duration(busyBound(step, m_busiest))), theme,
                       [&](const QRectF& swatch) {
                           painter.fillRect(swatch, busyGround(step, theme));
                           painter.setPen(theme.borderStrong);
                           painter.drawRect(swatch);
                       });
    paintEntry(painter, x, 11, tr("not known"), theme, [&](const QRectF& swatch) { paintUnknown(painter, swatch, theme); });
    x = paintEntry(painter, 0, 33, tr("known for some only"), theme,
                   [&](const QRectF& swatch) { paintRing(painter, swatch.center(), theme.text); });
    x = paintEntry(painter, x, 33, tr("firing"), theme, [&](const QRectF& swatch) {
        paintTick(painter, swatch, {0.5, 0.5, 1}, theme);
    });
    x = paintEntry(painter, x, 33, tr("several in one minute (×: the most)"), theme, [&](const QRectF& swatch) {
        paintTick(painter, swatch, {0.35, 0.35, 2}, theme);
        paintTick(painter, swatch, {0.6, 0.6, 4}, theme);
    });
    x = paintEntry(painter, x, 33, tr("more runs than slots"), theme,
                   [&](const QRectF& swatch) { paintOverload(painter, swatch.center(), theme); });
    x = paintEntry(painter, x, 33, tr("clock put forward or back"), theme,
                   [&](const QRectF& swatch) { paintClockChange(painter, swatch, theme); });
    paintEntry(painter, x, 33, tr("now"), theme, [&](const QRectF& swatch) {
        paintNowLine(painter, swatch.center().x(), swatch.top() + 2, swatch.bottom(), theme);
    });
}

} // namespace ui::pages::schedules
