#include "ui/pages/tasks/JsonPane.h"

#include "ui/dialogs/Dialog.h"
#include "ui/models/JsonTree.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace ui::pages::tasks {

JsonPane::JsonPane(const QString& name, const QString& emptyText, QWidget* parent)
    : QWidget(parent), m_model(new models::JsonTree(this)), m_tree(new QTreeView),
      m_empty(dialogs::plainLabel(emptyText, "muted")), m_content(new QWidget), m_document(nullptr) {
    m_tree->setModel(m_model);
    m_tree->setAccessibleName(name);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setUniformRowHeights(true);
    m_tree->setEditTriggers(QTreeView::NoEditTriggers);
    m_tree->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    auto* inner = new QVBoxLayout(m_content);
    inner->setContentsMargins(0, 0, 0, 0);
    auto* row = new QHBoxLayout;
    auto* copy = new QPushButton(tr("Copy as JSON"));
    copy->setProperty("role", "flat");
    row->addStretch(1);
    row->addWidget(copy);
    inner->addWidget(m_tree, 1);
    inner->addLayout(row);
    m_empty->setContentsMargins(12, 12, 12, 12);
    m_empty->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_empty->setWordWrap(true);
    column->addWidget(m_empty, 1);
    column->addWidget(m_content, 1);
    connect(copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(QString::fromStdString(core::base::prettyJson(m_document)));
    });
    m_content->hide();
}

void JsonPane::set(const core::base::Json& document) {
    const bool empty = document.is_null() || (document.is_structured() && document.empty());
    m_empty->setVisible(empty);
    m_content->setVisible(!empty);
    if (document == m_document)
        return;
    m_document = document;
    m_model->setDocument(document);
    // Short lists of plain values are open at once; what nests deeper is opened by the person.
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const QModelIndex top = m_model->index(row, 0);
        bool flat = m_model->rowCount(top) > 0;
        for (int i = 0; i < m_model->rowCount(top); ++i)
            flat = flat && !m_model->hasChildren(m_model->index(i, 0, top));
        m_tree->setExpanded(top, flat);
    }
    m_tree->resizeColumnToContents(0);
    m_tree->setColumnWidth(0, std::min(m_tree->columnWidth(0) + 8, 260));
}

} // namespace ui::pages::tasks
