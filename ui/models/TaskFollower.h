#pragma once

#include "ui/models/EngineCalls.h"
#include "ui/models/EngineFeed.h"

#include <QObject>

namespace ui::models {

/// Thread: gui. Follows one task to its end: by events, and once by asking, in case it ended before we listened.
class TaskFollower : public QObject {
    Q_OBJECT
  public:
    TaskFollower(EngineCalls& calls, EngineFeed& feed, core::task::TaskId id, QObject* parent);

  Q_SIGNALS:
    void progressed(const core::task::Task& task);
    /// The terminal task, with its result body. Once.
    void finished(const core::task::Task& task);
    /// The task could not be read. Once, and then nothing more.
    void lost(const core::base::Error& error);

  private:
    void read();

    EngineCalls& m_calls;
    core::task::TaskId m_id;
    bool m_done = false;
};

} // namespace ui::models
