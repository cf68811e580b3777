#pragma once

#include "core/store/Connection.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace core::store {

/// How long a read may take before it is interrupted; a reader keeps the write-ahead log from being emptied.
inline constexpr base::milliseconds kReadPatience{10'000};
/// The same while the log is larger than it should be.
inline constexpr base::milliseconds kPressedReadPatience{250};

/// Read-only connections to one file, each lent to one reader at a time, with a deadline. Thread: any.
class ReaderPool {
  public:
    explicit ReaderPool(std::filesystem::path file) : m_file(std::move(file)) {}

    /// A borrowed connection; it goes back with the object.
    class Loan {
      public:
        Loan(Loan&&) noexcept;
        Loan& operator=(Loan&&) = delete;
        ~Loan();
        Connection& operator*() const { return *m_connection; }
        /// An error that the deadline caused is told as such; others as they are.
        base::Error explain(const base::Error& error) const;

      private:
        friend class ReaderPool;
        struct Deadline;
        Loan(ReaderPool& pool, std::unique_ptr<Connection> connection, base::milliseconds patience);
        ReaderPool* m_pool;
        std::unique_ptr<Connection> m_connection;
        std::unique_ptr<Deadline> m_deadline;
    };
    base::Result<Loan> borrow(base::milliseconds patience);

    /// From now on readers are interrupted sooner, or not.
    void setPressed(bool pressed) { m_pressed = pressed; }
    /// Runs `work` while nobody of this pool reads: waits for those who do, at most `patience`, and holds newcomers back.
    /// When they do not end in time, `work` runs nevertheless.
    void whileNobodyReads(base::milliseconds patience, const std::function<void()>& work);

  private:
    void giveBack(std::unique_ptr<Connection> connection);

    const std::filesystem::path m_file;
    std::atomic<bool> m_pressed{false};
    std::mutex m_mutex; // guards the fields below
    std::condition_variable m_changed;
    std::vector<std::unique_ptr<Connection>> m_idle;
    int m_lent = 0;
    bool m_closed = false; ///< newcomers wait
};

} // namespace core::store
