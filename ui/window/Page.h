#pragma once

#include "ui/window/ConsoleContext.h"

#include <QWidget>

namespace ui::window {

/// Thread: gui. One page of the console. A hidden page costs nothing: it hears events and ticks only while it is
/// shown, and `refresh` brings it up to date when it appears.
class Page : public QWidget {
    Q_OBJECT
  public:
    Page(ConsoleContext& context, QWidget* parent);

    /// What Ctrl+F goes to; nullptr when there is nothing to search.
    virtual QWidget* searchField() { return nullptr; }
    /// True once the page shows real content: what a visitor with a camera waits for.
    virtual bool isSettled() const { return true; }
    /// Reads everything anew.
    virtual void refresh() = 0;

  protected:
    virtual void eventsArrived(const core::events::EventBatch&) {}
    virtual void secondPassed(core::base::Instant) {}
    void showEvent(QShowEvent* event) override;
    ConsoleContext& context() const { return m_context; }

  private:
    ConsoleContext& m_context;
};

} // namespace ui::window
