#pragma once

#include "core/base/Time.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QSpinBox;

namespace ui::dialogs {

/// Thread: gui. A span of time as a number and its unit, or nothing.
class SpanField : public QWidget {
    Q_OBJECT
  public:
    /// `nothing` is shown for no span; empty: there must be one.
    explicit SpanField(const QString& nothing, QWidget* parent = nullptr);

    /// In the largest unit that says it exactly.
    void setValue(std::optional<core::base::seconds> value);
    std::optional<core::base::seconds> value() const;

  Q_SIGNALS:
    void changed();

  private:
    QSpinBox* m_number;
    QComboBox* m_unit;
};

} // namespace ui::dialogs
