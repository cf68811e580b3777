#include "ui/models/EngineCalls.h"

namespace ui::models {

EngineCalls::EngineCalls(core::engine::Engine& engine, QObject* parent) : QObject(parent), m_engine(engine) {
    // Enough that one slow query over the whole history does not hold up a command.
    m_pool.setMaxThreadCount(4);
}

EngineCalls::~EngineCalls() {
    m_pool.clear();
    m_pool.waitForDone();
}

} // namespace ui::models
