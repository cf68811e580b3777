#pragma once

#include "ui/dialogs/Dialog.h"

#include <QStringList>

#include <functional>

class QLineEdit;

namespace ui::dialogs {

/// What is asked before something is done. `facts` name the object as the person saw it.
struct Question {
    QString title;
    QString text;
    QStringList facts;
    QString verb; ///< on the button; never `Yes`
    VerbKind kind = VerbKind::Danger;
    QString typed; ///< not empty: to be typed before the button works
};

/// Thread: gui. Asks one question; `yes` runs when the verb was pressed.
class ConfirmDialog : public Dialog {
    Q_OBJECT
  public:
    ConfirmDialog(const Question& question, std::function<void()> yes, QWidget* parent);
};

void ask(QWidget* parent, const Question& question, std::function<void()> yes);

} // namespace ui::dialogs
