#pragma once

#include "core/base/Zone.h"

#include <QLineEdit>

#include <optional>

namespace ui::dialogs {

/// Thread: gui. A line for a date and a time of day, as the clocks of a zone show it; empty: none.
class InstantField : public QLineEdit {
    Q_OBJECT
  public:
    explicit InstantField(QWidget* parent = nullptr);

    void setValue(std::optional<core::base::Instant> value, const core::base::Zone& zone);
    /// Reads `2026-11-20 08:15[:30]`, or an ISO-8601 instant with its offset. InvalidParams says what to write.
    core::base::Result<std::optional<core::base::Instant>> value(const core::base::Zone& zone) const;
};

} // namespace ui::dialogs
