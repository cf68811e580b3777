#pragma once

#include <QDialog>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace ui::dialogs {

enum class VerbKind { Primary, Danger };

/// Thread: gui. The frame of every dialog: what it is about, a body, one line for what is wrong, and verbs. Opened
/// with open(), never exec(); it deletes itself when closed.
class Dialog : public QDialog {
    Q_OBJECT
  public:
    Dialog(const QString& title, const QString& introduction, QWidget* parent);

    QVBoxLayout* body() const { return m_body; }
    /// The button that does it, right of Cancel.
    QPushButton* addVerb(const QString& text, VerbKind kind);
    QPushButton* cancelButton() const { return m_cancel; }
    /// Left of the buttons.
    QHBoxLayout* footer() const { return m_footer; }
    /// What is wrong, in words of the gui or of the engine; empty hides the line.
    void setProblem(const QString& text);
    QString problem() const;

  private:
    QVBoxLayout* m_body;
    QHBoxLayout* m_footer;
    QLabel* m_problem;
    QPushButton* m_cancel;
};

/// A label for text that comes from elsewhere: never read as markup.
QLabel* plainLabel(const QString& text, const char* role = nullptr);

} // namespace ui::dialogs
