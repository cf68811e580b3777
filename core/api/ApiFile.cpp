#include "core/api/ApiFile.h"

#include "core/base/Descriptor.h"
#include "core/base/Json.h"
#include "core/base/ReplaceFile.h"
#include "core/base/Uuid.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

constexpr int kTokenBytes = 32;
constexpr size_t kLargestApiFile = 4096;

Result<void> checkOwner(const std::filesystem::path& path, int descriptor) {
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_uid != ::geteuid())
        return Error{ErrorCode::Unauthorized, path.string() + " is not a file of this user", "Remove it", {}};
    if ((facts.st_mode & 0077) != 0)
        return Error{ErrorCode::Unauthorized, path.string() + " can be read or written by others",
                     "Run: chmod 600 " + path.string() + ", and restart the engine", {}};
    return {};
}

Result<ApiFile> parseApiFile(const std::filesystem::path& path, const std::string& text) {
    const Error damaged{ErrorCode::Corrupt, path.string() + " cannot be understood",
                        "Restart the engine that wrote it, or remove the file", {}};
    const auto json = base::parseJson(text);
    if (!json || !json->is_object())
        return damaged;
    const Json port = json->value("port", Json()), token = json->value("token", Json()),
               pid = json->value("pid", Json()), started = json->value("started_at", Json());
    if (!port.is_number_integer() || port < 1 || port > 65535 || !token.is_string() || !pid.is_number_integer() ||
        pid < 1 || pid > 0x7fffffff || !started.is_string() || token.get<std::string>().size() != 2 * kTokenBytes)
        return damaged;
    const auto startedAt = base::parseInstant(started.get<std::string>());
    if (!startedAt)
        return damaged;
    return ApiFile{port.get<unsigned short>(), token.get<std::string>(), pid.get<int>(), *startedAt};
}

} // namespace

std::string newToken() {
    return base::randomHex(kTokenBytes);
}

Result<void> writeApiFile(const std::filesystem::path& dataDirectory, const ApiFile& file) {
    const Json document{{"port", file.port},
                        {"token", file.token},
                        {"pid", file.pid},
                        {"started_at", base::formatInstant(file.startedAt)}};
    return base::replaceFile(dataDirectory / ApiFile::kName, base::prettyJson(document) + "\n");
}

Result<std::optional<ApiFile>> readApiFile(const std::filesystem::path& dataDirectory) {
    const std::filesystem::path path = dataDirectory / ApiFile::kName;
    const base::Descriptor in(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (in.get() < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return std::optional<ApiFile>();
        return Error{ErrorCode::Unauthorized, "cannot read " + path.string() + ": " + std::strerror(errno),
                     "It must be a plain file of this user", {}};
    }
    if (const auto owned = checkOwner(path, in.get()); !owned)
        return owned.error();
    std::string text(kLargestApiFile, '\0');
    const ssize_t got = ::read(in.get(), text.data(), text.size());
    text.resize(got > 0 ? size_t(got) : 0);
    auto file = parseApiFile(path, text);
    if (!file)
        return file.error();
    return std::optional<ApiFile>(std::move(*file));
}

void removeApiFile(const std::filesystem::path& dataDirectory, const std::string& token) {
    const auto file = readApiFile(dataDirectory);
    if (file && *file && (*file)->token == token) {
        std::error_code ignored;
        std::filesystem::remove(dataDirectory / ApiFile::kName, ignored);
    }
}

} // namespace core::api
