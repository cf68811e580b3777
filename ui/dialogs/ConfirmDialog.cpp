#include "ui/dialogs/ConfirmDialog.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui::dialogs {

ConfirmDialog::ConfirmDialog(const Question& question, std::function<void()> yes, QWidget* parent)
    : Dialog(question.title, question.text, parent) {
    setMinimumWidth(460);
    for (const QString& fact : question.facts) {
        QLabel* label = plainLabel(fact);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        body()->addWidget(label);
    }
    QPushButton* verb = addVerb(question.verb, question.kind);
    if (!question.typed.isEmpty()) {
        body()->addWidget(plainLabel(tr("Type %1 to confirm:").arg(question.typed)));
        auto* typed = new QLineEdit;
        typed->setObjectName(QStringLiteral("typedConfirmation"));
        typed->setAccessibleName(tr("Type %1 to confirm").arg(question.typed));
        body()->addWidget(typed);
        verb->setEnabled(false);
        connect(typed, &QLineEdit::textChanged, this,
                [verb, word = question.typed](const QString& text) { verb->setEnabled(text == word); });
        typed->setFocus();
    }
    cancelButton()->setText(tr("Keep as it is"));
    connect(verb, &QPushButton::clicked, this, [this, yes = std::move(yes)] {
        yes();
        accept();
    });
}

void ask(QWidget* parent, const Question& question, std::function<void()> yes) {
    (new ConfirmDialog(question, std::move(yes), parent))->open();
}

} // namespace ui::dialogs
