#pragma once

#include <QWidget>

class QButtonGroup;
class QToolButton;

namespace ui::window {

/// Thread: gui. The pages at the left edge, icon and label; arrow keys move, Ctrl+1…9 work from anywhere.
class NavigationRail : public QWidget {
    Q_OBJECT
  public:
    explicit NavigationRail(QWidget* parent = nullptr);
    void addPage(const QString& id, const QString& title, const QString& icon, int number);
    void setCurrent(const QString& id);

  Q_SIGNALS:
    void chosen(const QString& id);

  protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    struct Entry {
        QString id, icon;
        QToolButton* button;
    };
    void paintIcons();
    QButtonGroup* m_group;
    std::vector<Entry> m_entries;
};

} // namespace ui::window
