#pragma once

#include "core/broker/Broker.h"

#include <filesystem>
#include <memory>
#include <set>

namespace tests::conformance {

/// A message that waits to be delivered.
struct Message {
    std::string key; ///< its idempotency key
    std::string task, channel;
    core::base::Json body;
};

/// A broker over a store in a folder, and what a reader finds in that store. Tasks may write a table `note(id, body)`.
/// Whoever writes a broker writes one of these and adds it to brokerKinds(); every test of this folder then runs on it.
class BrokerUnderTest {
  public:
    virtual ~BrokerUnderTest() = default;

    virtual core::broker::Broker& broker() = 0;
    /// Lets the broker go and opens another one on the same store, as after a restart.
    virtual void reopen() = 0;

    virtual std::optional<core::task::Task> find(const core::task::TaskId& id) = 0;
    virtual std::vector<core::task::Transition> history(const core::task::TaskId& id) = 0;
    virtual std::vector<core::task::Attempt> attempts(const core::task::TaskId& id) = 0;
    virtual int64_t taskCount() = 0;
    virtual std::vector<Message> outbox() = 0;
    virtual std::map<std::string, std::string> notes() = 0;
    virtual std::vector<std::string> auditedActions() = 0;
    virtual std::set<std::string> pausedQueues() = 0;
};

struct BrokerKind {
    std::string name;
    /// On an empty folder: a new store. On one that was used before: that store.
    std::function<std::unique_ptr<BrokerUnderTest>(const std::filesystem::path& folder)> open;
};

const std::vector<BrokerKind>& brokerKinds();
void PrintTo(const BrokerKind& kind, std::ostream* out);

} // namespace tests::conformance
