#include "ui/dialogs/SpanField.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSpinBox>

#include <limits>

namespace ui::dialogs {

namespace {
constexpr int kMostOfAUnit = std::numeric_limits<int>::max();
constexpr std::array kUnits{1, 60, 3'600, 86'400};
} // namespace

SpanField::SpanField(const QString& nothing, QWidget* parent)
    : QWidget(parent), m_number(new QSpinBox), m_unit(new QComboBox) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(m_number);
    row->addWidget(m_unit);
    row->addStretch(1);
    m_number->setRange(nothing.isEmpty() ? 1 : 0, kMostOfAUnit);
    m_number->setSpecialValueText(nothing);
    m_number->setMinimumWidth(130);
    m_number->setAccessibleName(tr("Number"));
    m_unit->setAccessibleName(tr("Unit"));
    for (const QString& unit : {tr("seconds"), tr("minutes"), tr("hours"), tr("days")})
        m_unit->addItem(unit);
    m_unit->setCurrentIndex(1);
    setFocusProxy(m_number);
    const auto said = [this, nothing] { m_unit->setEnabled(nothing.isEmpty() || m_number->value() > 0); };
    said();
    connect(m_number, &QSpinBox::valueChanged, this, [this, said] {
        said();
        Q_EMIT changed();
    });
    connect(m_unit, &QComboBox::currentIndexChanged, this, &SpanField::changed);
}

void SpanField::setValue(std::optional<core::base::seconds> value) {
    const int64_t seconds = value ? value->count() : 0;
    int unit = int(kUnits.size()) - 1;
    while (unit > 0 && (seconds % kUnits[size_t(unit)] != 0 || seconds == 0))
        --unit;
    m_unit->setCurrentIndex(seconds == 0 ? 1 : unit);
    m_number->setValue(int(std::min<int64_t>(seconds / kUnits[size_t(unit)], kMostOfAUnit)));
}

std::optional<core::base::seconds> SpanField::value() const {
    if (m_number->value() == 0)
        return std::nullopt;
    return core::base::seconds(int64_t(m_number->value()) * kUnits[size_t(m_unit->currentIndex())]);
}

} // namespace ui::dialogs
