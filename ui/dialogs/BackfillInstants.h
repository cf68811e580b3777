#pragma once

#include "core/engine/Backfill.h"
#include "ui/models/SmallTable.h"

#include <set>

namespace ui::dialogs {

/// Thread: gui. The missing instants of a plan with a check mark each: which of them a backfill is to make up for. All
/// are checked until somebody takes a mark away; a mark that was taken away stays so over new plans.
class BackfillInstants : public models::SmallTable<core::engine::JudgedInstant> {
    Q_OBJECT
  public:
    explicit BackfillInstants(QObject* parent);

    /// In the order of the plan.
    std::vector<core::base::Instant> checkedInstants() const;
    int checkedCount() const;
    void setAll(Qt::CheckState state);

    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

  private:
    std::set<core::base::Instant> m_unchecked;
};

} // namespace ui::dialogs
