#include "core/api/ApiFile.h"
#include "core/api/Gate.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace tests::api_gate {

using core::api::Door;
using core::api::GateRules;
using core::api::RequestHead;

const GateRules kRules{8765, std::string(64, 'a')};

RequestHead goodHead() {
    RequestHead head;
    head.method = "GET";
    head.target = "/api/v1/tasks?limit=2";
    head.host = {"127.0.0.1:8765"};
    head.authorization = {"Bearer " + kRules.token};
    return head;
}

int statusOf(const RequestHead& head, Door door = Door::Token) {
    const auto refused = core::api::refuse(head, kRules, door);
    return refused ? refused->status : 200;
}

TEST(ApiGate, OnlyOurOwnNamesWithOurPortAreAddresses) {
    for (const char* host : {"127.0.0.1:8765", "localhost:8765", "[::1]:8765"}) {
        RequestHead head = goodHead();
        head.host = {host};
        EXPECT_EQ(statusOf(head), 200) << host;
    }
    for (const char* host : {"127.0.0.1", "127.0.0.1:80", "127.0.0.1:87650", "evil.example:8765", "localhost.:8765",
                             "LOCALHOST:8765", "127.0.0.1:8765 ", "", "[::1]", "0.0.0.0:8765", "127.1:8765",
                             "localhost:8765@evil.example"}) {
        RequestHead head = goodHead();
        head.host = {host};
        EXPECT_EQ(statusOf(head), 421) << host;
    }
    RequestHead none = goodHead();
    none.host.clear();
    EXPECT_EQ(statusOf(none), 421);
    RequestHead twice = goodHead();
    twice.host.push_back("127.0.0.1:8765");
    EXPECT_EQ(statusOf(twice), 421);
}

TEST(ApiGate, WebPagesAreRefusedEvenWithTheToken) {
    for (const char* origin : {"http://127.0.0.1:8765", "https://evil.example", "null", ""}) {
        RequestHead head = goodHead();
        head.origin = {origin};
        EXPECT_EQ(statusOf(head), 403) << origin;
        EXPECT_EQ(statusOf(head, Door::Open), 403) << origin;
    }
    RequestHead head = goodHead();
    head.fetchSite = {"cross-site"};
    EXPECT_EQ(statusOf(head), 403);
    head.fetchSite = {"none"};
    EXPECT_EQ(statusOf(head), 200);
    GateRules allowing = kRules;
    allowing.allowedOrigins = {"http://console.example"};
    head.origin = {"http://console.example"};
    EXPECT_FALSE(core::api::refuse(head, allowing, Door::Token));
}

TEST(ApiGate, OnlyTheWholeTokenOpens) {
    const std::string token = kRules.token;
    const std::vector<std::string> wrong{"", token, "Bearer", "Bearer ", "bearer " + token, "Basic " + token,
                                         "Bearer " + token + "a", "Bearer " + token.substr(1), "Bearer  " + token,
                                         "Bearer " + std::string(63, 'a') + "b"};
    for (const std::string& value : wrong) {
        RequestHead head = goodHead();
        head.authorization = {value};
        EXPECT_EQ(statusOf(head), 401) << value;
        EXPECT_EQ(statusOf(head, Door::Open), 200) << value;
    }
    RequestHead none = goodHead();
    none.authorization.clear();
    EXPECT_EQ(statusOf(none), 401);
    RequestHead twice = goodHead();
    twice.authorization.push_back(twice.authorization[0]);
    EXPECT_EQ(statusOf(twice), 401);
    GateRules open = kRules;
    open.token.clear();
    RequestHead empty = goodHead();
    empty.authorization = {"Bearer "};
    EXPECT_TRUE(core::api::refuse(empty, open, Door::Token)) << "an empty token must open nothing";
}

TEST(ApiGate, APostMustBeJson) {
    RequestHead head = goodHead();
    head.method = "POST";
    EXPECT_EQ(statusOf(head), 415);
    for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""}) {
        head.contentType = {type};
        EXPECT_EQ(statusOf(head), 415) << type;
    }
    for (const char* type : {"application/json", "Application/JSON; charset=utf-8", "application/json ;x=y"}) {
        head.contentType = {type};
        EXPECT_EQ(statusOf(head), 200) << type;
    }
}

TEST(ApiGate, TheActorIsAShortPrintableName) {
    RequestHead head = goodHead();
    head.actor = {"amara"};
    EXPECT_EQ(core::api::actorOf(head), "amara");
    for (const std::string& name : {std::string(), std::string(65, 'x'), std::string("a\tb"), std::string("a\x1b[31m")}) {
        head.actor = {name};
        EXPECT_EQ(core::api::actorOf(head), "");
    }
}

TEST(ApiGate, AddressesAreDecodedOnceAndBrokenOnesRefused) {
    RequestHead head = goodHead();
    head.target = "/api/v1/tasks?search=a%20b%2526&state=x=y&flag";
    const auto request = core::api::requestOf(head);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->query, (core::api::Fields{{"search", "a b%26"}, {"state", "x=y"}, {"flag", ""}}));
    for (const char* target : {"/x?a=%", "/x?a=%4", "/x?a=%zz", "/x?a=%00", "/x?a=%0a", "*", "http://evil/"}) {
        head.target = target;
        EXPECT_FALSE(core::api::requestOf(head)) << target;
    }
    EXPECT_EQ(core::api::percentEncode("a b/ü"), "a%20b%2F%C3%BC");
}

TEST(ApiFile, IsForItsUserAloneAndGoesWithItsToken) {
    const tests::TemporaryFolder folder;
    const auto none = core::api::readApiFile(folder.path());
    ASSERT_TRUE(none);
    EXPECT_FALSE(*none);

    const core::api::ApiFile file{4711, core::api::newToken(), int(::getpid()),
                                  *core::base::parseInstant("2026-11-20T08:00:00Z")};
    EXPECT_EQ(file.token.size(), 64u);
    EXPECT_NE(file.token, core::api::newToken());
    ASSERT_TRUE(core::api::writeApiFile(folder.path(), file));
    struct stat facts {};
    ASSERT_EQ(::stat((folder / "api.json").c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600u);
    const auto read = core::api::readApiFile(folder.path());
    ASSERT_TRUE(read && *read);
    EXPECT_EQ((*read)->port, 4711);
    EXPECT_EQ((*read)->token, file.token);
    EXPECT_EQ((*read)->startedAt, file.startedAt);

    core::api::removeApiFile(folder.path(), core::api::newToken());
    EXPECT_TRUE(std::filesystem::exists(folder / "api.json")) << "another engine's file stays";
    core::api::removeApiFile(folder.path(), file.token);
    EXPECT_FALSE(std::filesystem::exists(folder / "api.json"));
}

TEST(ApiFile, IsNotBelievedWhenOthersCouldHaveWrittenIt) {
    const tests::TemporaryFolder folder;
    const core::api::ApiFile file{4711, core::api::newToken(), 1, {}};
    ASSERT_TRUE(core::api::writeApiFile(folder.path(), file));
    ::chmod((folder / "api.json").c_str(), 0644);
    EXPECT_EQ(core::api::readApiFile(folder.path()).error().code, core::base::ErrorCode::Unauthorized);
    std::filesystem::rename(folder / "api.json", folder / "other.json");
    ::chmod((folder / "other.json").c_str(), 0600);
    std::filesystem::create_symlink(folder / "other.json", folder / "api.json");
    EXPECT_EQ(core::api::readApiFile(folder.path()).error().code, core::base::ErrorCode::Unauthorized);
}

TEST(ApiFile, RubbishIsSaidToBeRubbish) {
    const tests::TemporaryFolder folder;
    for (const char* text : {"", "{", "[]", "{\"port\":0}", "{\"port\":99999,\"token\":\"x\",\"pid\":1}"}) {
        std::ofstream(folder / "api.json") << text;
        ::chmod((folder / "api.json").c_str(), 0600);
        const auto read = core::api::readApiFile(folder.path());
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, core::base::ErrorCode::Corrupt);
    }
}

} // namespace tests::api_gate
