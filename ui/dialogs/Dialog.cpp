#include "ui/dialogs/Dialog.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui::dialogs {

Dialog::Dialog(const QString& title, const QString& introduction, QWidget* parent)
    : QDialog(parent), m_body(new QVBoxLayout), m_footer(new QHBoxLayout), m_problem(plainLabel({}, "error")),
      m_cancel(new QPushButton(tr("Cancel"))) {
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    setWindowTitle(title);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(12);
    column->addWidget(plainLabel(title, "heading"));
    if (!introduction.isEmpty()) {
        QLabel* words = plainLabel(introduction, "muted");
        words->setWordWrap(true);
        column->addWidget(words);
    }
    m_body->setSpacing(8);
    column->addLayout(m_body, 1);
    m_problem->setWordWrap(true);
    m_problem->setObjectName(QStringLiteral("problem"));
    m_problem->hide();
    column->addWidget(m_problem);
    m_footer->setSpacing(8);
    m_footer->addStretch(1);
    m_footer->addWidget(m_cancel);
    column->addLayout(m_footer);
    m_cancel->setAutoDefault(false);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
}

QPushButton* Dialog::addVerb(const QString& text, VerbKind kind) {
    auto* button = new QPushButton(text);
    button->setObjectName(QStringLiteral("verb"));
    if (kind == VerbKind::Danger) {
        button->setProperty("role", "danger");
        button->setAutoDefault(false);
        m_cancel->setFocus();
    } else {
        button->setDefault(true);
    }
    m_footer->addWidget(button);
    return button;
}

void Dialog::setProblem(const QString& text) {
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
}

QString Dialog::problem() const {
    return m_problem->text();
}

QLabel* plainLabel(const QString& text, const char* role) {
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    if (role)
        label->setProperty("role", role);
    return label;
}

} // namespace ui::dialogs
