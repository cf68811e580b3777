#pragma once

#include "core/base/Json.h"

#include <nlohmann/json.hpp>

#include <QWidget>

class QLabel;
class QTreeView;

namespace ui::models {
class JsonTree;
}

namespace ui::pages::tasks {

/// Thread: gui. A JSON document as a tree, with a button that copies the whole of it.
class JsonPane : public QWidget {
    Q_OBJECT
  public:
    JsonPane(const QString& name, const QString& emptyText, QWidget* parent);
    void set(const core::base::Json& document);

  private:
    models::JsonTree* m_model;
    QTreeView* m_tree;
    QLabel* m_empty;
    QWidget* m_content;
    core::base::Json m_document;
};

} // namespace ui::pages::tasks
