#include "core/worker/WorkerChannel.h"

#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

namespace core::worker {

namespace {

constexpr size_t kMuch = 32u << 10;

} // namespace

void WorkerChannel::send(std::string_view frame) {
    const std::lock_guard lock(m_mutex);
    flush();
    sendRest(frame);
}

void WorkerChannel::add(std::string_view frame) {
    const std::lock_guard lock(m_mutex);
    if (m_kept.empty())
        m_keptSince = Steady::now();
    m_kept += frame;
}

void WorkerChannel::flushOlderThan(std::chrono::milliseconds age) {
    const std::lock_guard lock(m_mutex);
    if (!m_kept.empty() && (m_kept.size() >= kMuch || Steady::now() - m_keptSince >= age))
        flush();
}

void WorkerChannel::flush() {
    sendRest(m_kept);
    m_kept.clear();
}

bool WorkerChannel::trySend(std::string_view frame) {
    const std::unique_lock lock(m_mutex, std::try_to_lock);
    if (!lock || !m_kept.empty())
        return false;
    const ssize_t sent = ::send(m_socket, frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return false;
    sendRest(frame.substr(sent < 0 ? 0 : size_t(sent))); // a frame that is begun must be ended
    return true;
}

void WorkerChannel::sendRest(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0)
            bytes.remove_prefix(size_t(sent));
        else if (errno != EINTR)
            ::_exit(0);
    }
}

} // namespace core::worker
