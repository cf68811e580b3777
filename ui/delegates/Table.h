#pragma once

#include <QTableView>


namespace ui::delegates {

enum class Sorting { Off, On };

/// Thread: gui. The table of every page: rows of one height, no grid, whole rows marked, cells by CellDelegate,
/// Ctrl+C copies the marked rows as tab-separated text, Space turns their check marks if they have some.
class Table : public QTableView {
    Q_OBJECT
  public:
    /// `name` is what screen readers say.
    Table(const QString& name, Sorting sorting, QWidget* parent = nullptr);

    /// Widths from the column table; the `stretch`th takes what is left (-1: none does).
    template <class Columns>
    void applyColumns(const Columns& columns, int stretch) {
        for (size_t i = 0; i < columns.size(); ++i)
            setColumnWidth(int(i), columns[i].width);
        stretchColumn(stretch);
    }
    /// Shown in the middle while there are no rows: what would be here.
    void setEmptyText(const QString& text);

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    void stretchColumn(int column);
    void copySelection() const;
    /// False when the rows have no check marks.
    bool turnCheckMarks();
    QString m_emptyText;
};

} // namespace ui::delegates
