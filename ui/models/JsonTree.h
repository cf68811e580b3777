#pragma once

#include "core/base/Json.h"

#include <QStandardItemModel>

namespace ui::models {

/// Thread: gui. A JSON document as a tree of names and values, for looking at. Documents of any size: what is beyond
/// the first few thousand values is counted, not built.
class JsonTree : public QStandardItemModel {
    Q_OBJECT
  public:
    explicit JsonTree(QObject* parent = nullptr);
    void setDocument(const core::base::Json& document);

  private:
    void add(QStandardItem* parent, const QString& name, const core::base::Json& value, int depth);
    int m_built = 0;
};

} // namespace ui::models
