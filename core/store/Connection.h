#pragma once

#include "core/base/Json.h"
#include "core/base/Time.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace core::store {

/// A statement failed. Thrown by Query and Connection; caught where a unit of work ends (Database::write and read, and
/// `openReadOnly` users through `guarded`), which turns it into an Error.
class SqlError : public std::runtime_error {
  public:
    SqlError(int code, const std::string& message) : std::runtime_error(message), m_code(code) {}
    /// The extended SQLite result code.
    int code() const { return m_code; }
    /// The Error that people see: a full disk, a read-only file and a damaged file each say so.
    base::Error toError() const;

  private:
    int m_code;
};

/// One use of a prepared statement: bind, step, read columns; reset when it goes. Thread: that of its Connection.
class Query {
  public:
    Query(sqlite3* db, sqlite3_stmt* statement, sqlite3_stmt** home);
    Query(Query&& other) noexcept;
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    Query& operator=(Query&&) = delete;
    ~Query();

    Query& bind(int64_t value);
    Query& bind(int value) { return bind(int64_t(value)); }
    Query& bind(double value);
    Query& bind(std::string_view value);
    Query& bind(const char* value) { return bind(std::string_view(value)); }
    Query& bind(const std::string& value) { return bind(std::string_view(value)); }
    Query& bind(std::nullptr_t);
    Query& bind(base::Instant value) { return bind(int64_t(value.time_since_epoch().count())); }
    Query& bind(bool) = delete; ///< say 0 or 1
    /// Dates are stored as `YYYY-MM-DD`.
    Query& bind(base::Date value) { return bindCopy(base::formatDate(value)); }
    /// Objects and arrays as text, scalars as themselves.
    Query& bindJson(const base::Json& value);
    template <class T>
    Query& bind(const std::optional<T>& value) {
        return value ? bind(*value) : bind(nullptr);
    }
    template <class... Values>
    Query& bindAll(const Values&... values) {
        (bind(values), ...);
        return *this;
    }

    /// True while there is a row.
    bool step();
    /// Steps to the end.
    void run();

    bool isNull(int column) const;
    bool isInteger(int column) const;
    int64_t integer(int column) const;
    int intAt(int column) const { return int(integer(column)); }
    double real(int column) const;
    std::string text(int column) const;
    base::Instant instant(int column) const { return base::Instant(base::milliseconds(integer(column))); }
    std::optional<base::Instant> instantOrNone(int column) const;
    /// A damaged date is an SqlError(SQLITE_CORRUPT).
    base::Date date(int column) const;
    /// Text parsed as JSON; null and empty text give null.
    base::Json json(int column) const;
    int columns() const;
    std::string columnName(int column) const;

  private:
    friend class Connection;
    void check(int code) const;
    Query& bindText(std::string_view value, bool stays);
    Query& bindCopy(std::string_view value) { return bindText(value, false); }

    sqlite3* m_db;
    sqlite3_stmt* m_statement;
    sqlite3_stmt** m_home; ///< where to put the statement back; nullptr: finalize
    int m_bound = 0;
    bool m_textsStay = false; ///< bound texts outlive the run: they need not be copied
};

enum class OpenMode {
    ReadOnly,     ///< never creates, writes or checkpoints
    Writer,       ///< synchronous=FULL: a commit that was acknowledged survives a power cut
    RelaxedWriter ///< synchronous=NORMAL: the last commits may be lost at a power cut, nothing is damaged
};

/// One SQLite connection with our settings. Thread: one at a time.
class Connection {
  public:
    /// Writers create the file (0600), with a write-ahead log.
    static base::Result<std::unique_ptr<Connection>> open(const std::filesystem::path& file, OpenMode mode);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// A prepared statement, kept for the next use of the same text.
    Query query(std::string_view sql);
    /// `query(sql)` with all values bound in order.
    template <class... Values>
    Query query(std::string_view sql, const Values&... values) {
        Query q = query(sql);
        q.bindAll(values...);
        return q;
    }
    /// Runs one statement to its end; returns the number of rows changed.
    template <class... Values>
    int run(std::string_view sql, const Values&... values) {
        Query q = query(sql);
        q.m_textsStay = true; // the arguments live until the end of this function
        q.bindAll(values...);
        q.run();
        return changes();
    }
    /// One or more statements without parameters.
    void exec(const std::string& sql);
    int changes() const;
    int64_t lastInsertRowId() const;
    /// Aborts whatever runs on this connection; safe from any thread.
    void interrupt();
    sqlite3* handle() const { return m_db; }

  private:
    explicit Connection(sqlite3* db) : m_db(db) {}
    sqlite3* m_db;
    /// Looks up by a view, without making a string of it first.
    struct TextHash {
        using is_transparent = void;
        size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    std::unordered_map<std::string, sqlite3_stmt*, TextHash, std::equal_to<>> m_statements;
};

/// A read transaction: everything inside sees one state of the database. Ends with the object.
class Snapshot {
  public:
    explicit Snapshot(Connection& connection);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

  private:
    Connection& m_connection;
};

} // namespace core::store
