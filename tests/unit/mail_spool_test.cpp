#include "core/upkeep/MailSpool.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace {

using core::base::Json;

class MailSpoolTest : public testing::Test {
  protected:
    std::string read(const std::string& name) const {
        std::stringstream text;
        text << std::ifstream(folder.path() / "mail" / name, std::ios::binary).rdbuf();
        return text.str();
    }
    size_t files() const {
        const auto mail = folder.path() / "mail";
        return std::filesystem::exists(mail)
                   ? size_t(std::distance(std::filesystem::directory_iterator(mail), std::filesystem::directory_iterator()))
                   : 0;
    }

    tests::TemporaryFolder folder;
    core::base::ManualClock clock{*core::base::parseInstant("2026-11-20T08:15:30Z")};
    core::upkeep::MailSpool spool{folder.path() / "mail", clock};
};

TEST_F(MailSpoolTest, LaysAMessageDownOnceHoweverOftenItIsDelivered) {
    const Json body{{"to", "chief@hospital.example"}, {"subject", "Train failed"}, {"body", "The disk is full."}};
    ASSERT_TRUE(spool.deliver(body, "0193:1"));
    ASSERT_TRUE(spool.deliver(body, "0193:1"));
    EXPECT_EQ(files(), 1u);
    const std::string mail = read("0193-1.eml");
    EXPECT_NE(mail.find("To: <chief@hospital.example>\r\n"), std::string::npos);
    EXPECT_NE(mail.find("Subject: Train failed\r\n"), std::string::npos);
    EXPECT_NE(mail.find("Date: Fri, 20 Nov 2026 08:15:30 +0000\r\n"), std::string::npos);
    EXPECT_NE(mail.find("Message-ID: <0193-1@beatwarden.localhost>\r\n"), std::string::npos);
    EXPECT_NE(mail.find("\r\n\r\nVGhlIGRpc2sgaXMgZnVsbC4=\r\n"), std::string::npos);
    struct stat status {};
    ASSERT_EQ(::stat((folder.path() / "mail" / "0193-1.eml").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(MailSpoolTest, ANameGoesToThisMachinesMail) {
    ASSERT_TRUE(spool.deliver({{"to", "amara"}, {"subject", "s"}, {"body", "b"}}, "k"));
    EXPECT_NE(read("k.eml").find("To: <amara@localhost>\r\n"), std::string::npos);
}

TEST_F(MailSpoolTest, NoTextOfATaskBecomesAHeaderOrAPath) {
    ASSERT_TRUE(spool.deliver({{"to", "a@b"}, {"subject", "x\r\nBcc: all@hospital.example"}, {"body", "b"}}, "../../k"));
    EXPECT_EQ(files(), 1u);
    EXPECT_EQ(read("..-..-k.eml").find("\nBcc:"), std::string::npos);
    ASSERT_TRUE(spool.deliver({{"to", "a@b"}, {"subject", "Prüfung"}, {"body", "b"}}, "u"));
    EXPECT_NE(read("u.eml").find("Subject: =?utf-8?B?UHLDvGZ1bmc=?="), std::string::npos);
}

TEST_F(MailSpoolTest, WhatIsNoMailIsRefused) {
    for (const Json& body : {Json(nullptr), Json::object(), Json{{"to", "a@b"}, {"subject", ""}, {"body", "b"}},
                             Json{{"to", "a@b"}, {"subject", "s"}}})
        EXPECT_FALSE(spool.deliver(body, "k"));
    for (const char* to : {"", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\r\nBcc: c@d", "<a@b>", "a@b,c@d"})
        EXPECT_FALSE(spool.deliver({{"to", to}, {"subject", "s"}, {"body", "b"}}, "k")) << to;
    EXPECT_EQ(files(), 0u);
}

} // namespace
