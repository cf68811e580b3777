#pragma once

#include "ui/window/Page.h"

class QGridLayout;
class QLabel;

namespace ui::pages::programme {

/// Thread: gui. What the programme holds and its latest figures with their ages.
class ProgrammePage : public window::Page {
    Q_OBJECT
  public:
    ProgrammePage(window::ConsoleContext& context, QWidget* parent);
    void refresh() override;
    bool isSettled() const override { return context().programme.stats().has_value(); }

  protected:
    void secondPassed(core::base::Instant now) override;

  private:
    struct Fact {
        QString name, value, note;
    };
    void show();
    std::vector<Fact> holdings() const;
    std::vector<Fact> figures() const;
    std::vector<Fact> crisis() const;
    enum class Wrapping { Off, On };
    static void fill(QGridLayout* grid, const std::vector<Fact>& facts, Wrapping wrapping);

    QGridLayout *m_holdings, *m_figures, *m_crisis;
    QLabel* m_problem;
};

} // namespace ui::pages::programme
