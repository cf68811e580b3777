#include "ui/models/JsonTree.h"

#include <nlohmann/json.hpp>

namespace ui::models {

namespace {

constexpr int kMostValues = 5'000;
constexpr int kSummaryLength = 120;

QString leafText(const core::base::Json& value) {
    if (value.is_string())
        return QString::fromStdString(value.get_ref<const std::string&>());
    return QString::fromStdString(core::base::dumpJson(value));
}

QString summaryOf(const core::base::Json& value) {
    const QString whole = QString::fromStdString(core::base::dumpJson(value));
    return whole.size() <= kSummaryLength ? whole : whole.left(kSummaryLength) + QStringLiteral("…");
}

QStandardItem* cell(const QString& text) {
    auto* item = new QStandardItem(text);
    item->setEditable(false);
    return item;
}

} // namespace

JsonTree::JsonTree(QObject* parent) : QStandardItemModel(parent) {
    setHorizontalHeaderLabels({tr("Name"), tr("Value")});
}

void JsonTree::setDocument(const core::base::Json& document) {
    removeRows(0, rowCount());
    m_built = 0;
    if (document.is_object()) {
        for (const auto& [name, value] : document.items())
            add(invisibleRootItem(), QString::fromStdString(name), value, 0);
    } else if (document.is_array()) {
        int index = 0;
        for (const auto& value : document)
            add(invisibleRootItem(), QString::number(index++), value, 0);
    } else if (!document.is_null()) {
        add(invisibleRootItem(), tr("value"), document, 0);
    }
}

void JsonTree::add(QStandardItem* parent, const QString& name, const core::base::Json& value, int depth) {
    if (++m_built > kMostValues) {
        if (m_built == kMostValues + 1)
            parent->appendRow({cell(QStringLiteral("…")), cell(tr("more: copy the document to see all"))});
        return;
    }
    auto* label = cell(name);
    const bool nests = value.is_structured() && depth < core::base::kMaxJsonDepth;
    parent->appendRow({label, cell(nests ? summaryOf(value) : leafText(value))});
    if (!nests)
        return;
    label->setToolTip(value.is_array() ? tr("A list of %1").arg(value.size()) : tr("An object of %1").arg(value.size()));
    int index = 0;
    for (const auto& [key, child] : value.items())
        add(label, value.is_array() ? QString::number(index++) : QString::fromStdString(key), child, depth + 1);
}

} // namespace ui::models
