#include "core/store/Connection.h"

#include "core/store/RowSum.h"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <sys/stat.h>

namespace core::store {

using base::Error;
using base::ErrorCode;
using base::Result;

base::Error SqlError::toError() const {
    const std::string text = what();
    switch (m_code & 0xff) {
    case SQLITE_FULL: return {ErrorCode::Io, "the disk is full", "Free some space, then try again", {}};
    case SQLITE_READONLY:
        return {ErrorCode::ReadOnly, "the database cannot be written (" + text + ")",
                "Check the permissions of the data directory and whether the disk is mounted read-only", {}};
    case SQLITE_CANTOPEN:
        return {ErrorCode::Io, "the database cannot be opened (" + text + ")",
                "Check that the data directory exists and that you may read and write it", {}};
    case SQLITE_NOTADB:
        return {ErrorCode::Corrupt, "the file is not a Beatwarden database", "Choose another data directory", {}};
    case SQLITE_CORRUPT:
        return {ErrorCode::Corrupt, "the database is damaged (" + text + ")",
                "Restore a backup or start with a new data directory", {}};
    case SQLITE_IOERR: return {ErrorCode::Io, "the disk failed (" + text + ")", "Check the disk, then try again", {}};
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {ErrorCode::Unavailable, "the database is busy", "Try again", {}};
    case SQLITE_INTERRUPT: return {ErrorCode::Cancelled, "the query was interrupted", {}, {}};
    case SQLITE_CONSTRAINT: return {ErrorCode::Conflict, "refused by the database: " + text, {}, {}};
    default: return {ErrorCode::Internal, "database error: " + text, {}, {}};
    }
}

Query::Query(sqlite3* db, sqlite3_stmt* statement, sqlite3_stmt** home)
    : m_db(db), m_statement(statement), m_home(home) {}

Query::Query(Query&& other) noexcept
    : m_db(other.m_db), m_statement(std::exchange(other.m_statement, nullptr)), m_home(other.m_home),
      m_bound(other.m_bound) {}

Query::~Query() {
    if (!m_statement)
        return;
    if (!m_home || *m_home) {
        sqlite3_finalize(m_statement);
        return;
    }
    sqlite3_reset(m_statement);
    sqlite3_clear_bindings(m_statement);
    *m_home = m_statement;
}

void Query::check(int code) const {
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
        throw SqlError(sqlite3_extended_errcode(m_db), sqlite3_errmsg(m_db));
}

Query& Query::bind(int64_t value) {
    check(sqlite3_bind_int64(m_statement, ++m_bound, value));
    return *this;
}

Query& Query::bind(double value) {
    check(sqlite3_bind_double(m_statement, ++m_bound, value));
    return *this;
}

Query& Query::bind(std::string_view value) {
    return bindText(value, m_textsStay);
}

Query& Query::bindText(std::string_view value, bool stays) {
    const char* data = value.data() ? value.data() : "";
    check(sqlite3_bind_text(m_statement, ++m_bound, data, int(value.size()), stays ? SQLITE_STATIC : SQLITE_TRANSIENT));
    return *this;
}

Query& Query::bind(std::nullptr_t) {
    check(sqlite3_bind_null(m_statement, ++m_bound));
    return *this;
}

Query& Query::bindJson(const base::Json& value) {
    if (value.is_null())
        return bind(nullptr);
    if (value.is_boolean())
        return bind(int64_t(value.get<bool>()));
    if (value.is_number_integer())
        return bind(value.get<int64_t>());
    if (value.is_number())
        return bind(value.get<double>());
    if (value.is_string())
        return bind(value.get_ref<const std::string&>());
    return bindCopy(base::dumpJson(value));
}

bool Query::step() {
    const int code = sqlite3_step(m_statement);
    check(code);
    return code == SQLITE_ROW;
}

void Query::run() {
    while (step()) {
    }
}

bool Query::isNull(int column) const {
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

bool Query::isInteger(int column) const {
    return sqlite3_column_type(m_statement, column) == SQLITE_INTEGER;
}

int64_t Query::integer(int column) const {
    return sqlite3_column_int64(m_statement, column);
}

double Query::real(int column) const {
    return sqlite3_column_double(m_statement, column);
}

std::string Query::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(m_statement, column));
    return data ? std::string(data, size_t(sqlite3_column_bytes(m_statement, column))) : std::string();
}

std::optional<base::Instant> Query::instantOrNone(int column) const {
    return isNull(column) ? std::nullopt : std::optional(instant(column));
}

base::Date Query::date(int column) const {
    const auto parsed = base::parseDate(text(column));
    if (!parsed)
        throw SqlError(SQLITE_CORRUPT, parsed.error().message);
    return *parsed;
}

base::Json Query::json(int column) const {
    const std::string raw = text(column);
    if (raw.empty())
        return nullptr;
    base::Json parsed = base::Json::parse(raw, nullptr, false);
    if (parsed.is_discarded())
        throw SqlError(SQLITE_CORRUPT, "column " + columnName(column) + " does not hold JSON");
    return parsed;
}

int Query::columns() const {
    return sqlite3_column_count(m_statement);
}

std::string Query::columnName(int column) const {
    return sqlite3_column_name(m_statement, column);
}

namespace {

/// Settings of every connection, in the order in which they must be said.
void configure(Connection& connection, OpenMode mode) {
    sqlite3* db = connection.handle();
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, 5000);
    addRowSum(db);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    if (mode == OpenMode::ReadOnly) {
        sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        connection.exec("PRAGMA query_only=1; PRAGMA trusted_schema=0; PRAGMA cache_size=-4000;");
        return;
    }
    connection.exec(mode == OpenMode::Writer ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
    connection.exec("PRAGMA journal_mode=WAL; PRAGMA foreign_keys=1; PRAGMA trusted_schema=0;"
                    "PRAGMA cell_size_check=1; PRAGMA mmap_size=0; PRAGMA wal_autocheckpoint=4000;"
                    "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;");
}

} // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& file, OpenMode mode) {
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
    flags |= mode == OpenMode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    // SQLite's own count of its memory costs a lock in every allocation, and nobody asks for it.
    [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    const mode_t before = ::umask(077);
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &db, flags, nullptr);
    std::unique_ptr<Connection> connection(new Connection(db));
    std::optional<SqlError> failure;
    try {
        if (code != SQLITE_OK)
            throw SqlError(code, db ? sqlite3_errmsg(db) : "out of memory");
        configure(*connection, mode);
        // The first read finds out whether this is a database at all.
        connection->query("SELECT count(*) FROM sqlite_schema").run();
    } catch (const SqlError& error) {
        failure = error;
    }
    ::umask(before);
    if (failure)
        return failure->toError().in(file.string());
    return connection;
}

Connection::~Connection() {
    for (const auto& [sql, statement] : m_statements)
        sqlite3_finalize(statement);
    sqlite3_close_v2(m_db);
}

Query Connection::query(std::string_view sql) {
    auto entry = m_statements.find(sql);
    if (entry == m_statements.end())
        entry = m_statements.emplace(std::string(sql), nullptr).first;
    if (sqlite3_stmt* idle = std::exchange(entry->second, nullptr))
        return Query(m_db, idle, &entry->second);
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v3(m_db, sql.data(), int(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK)
        throw SqlError(sqlite3_extended_errcode(m_db), std::string(sqlite3_errmsg(m_db)) + " in: " + std::string(sql));
    return Query(m_db, statement, &entry->second);
}

void Connection::exec(const std::string& sql) {
    char* message = nullptr;
    if (sqlite3_exec(m_db, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) {
        const std::string text = message ? message : sqlite3_errmsg(m_db);
        sqlite3_free(message);
        throw SqlError(sqlite3_extended_errcode(m_db), text);
    }
}

int Connection::changes() const {
    return sqlite3_changes(m_db);
}

int64_t Connection::lastInsertRowId() const {
    return sqlite3_last_insert_rowid(m_db);
}

void Connection::interrupt() {
    sqlite3_interrupt(m_db);
}

Snapshot::Snapshot(Connection& connection) : m_connection(connection) {
    m_connection.exec("BEGIN");
}

Snapshot::~Snapshot() {
    try {
        m_connection.exec("COMMIT");
    } catch (const SqlError&) {
        // A read transaction has nothing to lose; the next BEGIN reports a broken connection.
    }
}

} // namespace core::store
