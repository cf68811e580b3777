#include "ui/window/Page.h"

namespace ui::window {

Page::Page(ConsoleContext& context, QWidget* parent) : QWidget(parent), m_context(context) {
    connect(&context.feed, &models::EngineFeed::arrived, this, [this](const core::events::EventBatch& batch) {
        if (isVisible())
            eventsArrived(batch);
    });
    connect(&context.feed, &models::EngineFeed::secondPassed, this, [this](core::base::Instant now) {
        if (isVisible())
            secondPassed(now);
    });
}

void Page::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refresh();
}

} // namespace ui::window
