#include "core/packs/AlertDelivery.h"
#include "core/programme/store/ContactStore.h"
#include "tests/integration/packs_harness.h"

using core::base::Json;
using core::packs::Alert;
using core::programme::Contact;
using core::programme::UserRole;
using core::store::Connection;
using core::task::Verdict;
using tests::PackBench;

namespace {

constexpr const char* kSend = "send_resilience_alert";

core::base::Result<void> save(PackBench& bench, const Contact& contact) {
    return bench.database->write([&](Connection& db) { return core::programme::store::saveContact(db, contact); });
}

std::vector<std::string> recipientsOf(PackBench& bench) {
    const auto names = bench.database->read([](Connection& db) -> core::base::Result<std::vector<std::string>> {
        std::vector<std::string> list;
        for (const Contact& contact : core::programme::store::readAlertRecipients(db))
            list.push_back(contact.name);
        return list;
    });
    EXPECT_TRUE(names);
    return *names;
}

Json channelOf(const Json& result, const std::string& channel) {
    for (const Json& each : result.at("delivery_results"))
        if (each.at("channel") == channel)
            return each;
    return {};
}

} // namespace

TEST(PacksAlert, TellsTheOperationsContactsOfTheSampleInTheConsoleAndByMail) {
    PackBench bench;
    bench.createSample();
    const auto director = bench.ask("SELECT name FROM person WHERE faculty_role = 'pd'").get<std::string>();
    const auto recipients = recipientsOf(bench);
    ASSERT_EQ(recipients.size(), 3u) << "the assistant coordinator is no operations contact";
    EXPECT_NE(std::find(recipients.begin(), recipients.end(), director), recipients.end());
    const auto outcome = bench.run(kSend, {{"level", "critical"},
                                           {"message", "The ward tower is flooded and two attendings cannot come in today"},
                                           {"details", {{"tower", "B"}}}});
    ASSERT_EQ(outcome.verdict, Verdict::Success) << outcome.errorMessage;
    EXPECT_EQ(outcome.result.at("level"), "critical");
    EXPECT_EQ(outcome.result.at("timestamp"), "2026-11-20T18:00:00Z");
    ASSERT_EQ(outcome.result.at("delivery_results").size(), 2u);
    EXPECT_EQ(channelOf(outcome.result, "in_app"), Json({{"channel", "in_app"}, {"success", true}, {"recipient_count", 3}}));
    EXPECT_EQ(channelOf(outcome.result, "email"), Json({{"channel", "email"}, {"success", true}, {"recipient_count", 3}}));
    EXPECT_EQ(bench.ask("SELECT count(*) FROM notification"), 3);
    EXPECT_EQ(bench.ask("SELECT DISTINCT type || ' ' || priority FROM notification"), "resilience_alert_critical high");
    EXPECT_EQ(bench.ask("SELECT DISTINCT subject FROM notification"),
              "[RESILIENCE CRITICAL] The ward tower is flooded and two attendings canno");
    EXPECT_EQ(bench.ask("SELECT DISTINCT data FROM notification"), Json({{"tower", "B"}}));
    EXPECT_EQ(bench.ask("SELECT kind || ' ' || transition || ' ' || level FROM resilience_alert"), "manual event critical");
    ASSERT_EQ(outcome.outbox.size(), 4u); // the console, three mails
    EXPECT_EQ(outcome.outbox[0].channel, "in_app");
    for (size_t i = 1; i < 4; ++i) {
        EXPECT_EQ(outcome.outbox[i].channel, "email");
        EXPECT_TRUE(outcome.outbox[i].body.at("to").get<std::string>().ends_with("@example.test"));
        EXPECT_NE(outcome.outbox[i].body.at("body").get<std::string>().find("two attendings cannot come in today"),
                  std::string::npos);
    }
}

TEST(PacksAlert, AnInformationIsNoReasonToWrite) {
    PackBench bench;
    bench.createSample();
    const auto outcome = bench.run(kSend, {{"level", "info"}, {"message", "All is well"}});
    EXPECT_EQ(outcome.result.at("delivery_results").size(), 1u);
    EXPECT_EQ(outcome.outbox.size(), 1u);
    EXPECT_EQ(bench.ask("SELECT DISTINCT priority FROM notification"), "low");
    EXPECT_STREQ(core::packs::alertPriority("warning"), "normal");
    EXPECT_STREQ(core::packs::alertPriority("emergency"), "high");
}

TEST(PacksAlert, WhoHasNoAddressIsNamedAndStopsNothing) {
    PackBench bench;
    ASSERT_TRUE(save(bench, {"u-1", "Ada", "", UserRole::Admin, true, true}));
    ASSERT_TRUE(save(bench, {"u-2", "Ben", "ben@example.test", UserRole::Coordinator, true, true}));
    const auto outcome = bench.run(kSend, {{"level", "warning"}, {"message", "Look here"}});
    EXPECT_EQ(channelOf(outcome.result, "in_app").at("recipient_count"), 2);
    EXPECT_EQ(channelOf(outcome.result, "email"), Json({{"channel", "email"},
                                                        {"success", true},
                                                        {"recipient_count", 1},
                                                        {"error", "no address is known of Ada"}}));
}

TEST(PacksAlert, WithNobodyToTellTheConsoleStillShowsIt) {
    PackBench bench; // no programme either
    ASSERT_TRUE(save(bench, {"u-1", "Faculty", "f@example.test", UserRole::Faculty, true, true}));
    ASSERT_TRUE(save(bench, {"u-2", "No contact", "n@example.test", UserRole::Admin, false, true}));
    ASSERT_TRUE(save(bench, {"u-3", "Gone", "g@example.test", UserRole::Admin, true, false}));
    const auto outcome = bench.run(kSend, {{"level", "emergency"}, {"message", "Help"}});
    ASSERT_EQ(outcome.verdict, Verdict::Success) << outcome.errorMessage;
    EXPECT_EQ(channelOf(outcome.result, "in_app").at("success"), true);
    EXPECT_EQ(channelOf(outcome.result, "in_app").at("recipient_count"), 0);
    EXPECT_EQ(channelOf(outcome.result, "email").at("success"), false);
    EXPECT_EQ(channelOf(outcome.result, "email").at("error"), "nobody to write to");
    EXPECT_EQ(bench.ask("SELECT count(*) FROM resilience_alert"), 1);
}

TEST(PacksAlert, FailsOnlyWhenTheNotificationsCannotBeStored) {
    PackBench bench;
    ASSERT_TRUE(save(bench, {"u-1", "Ada", "ada@example.test", UserRole::Admin, true, true}));
    const auto outcome = bench.compute(kSend, {{"level", "warning"}, {"message", "Look here"}});
    ASSERT_EQ(outcome.verdict, Verdict::Success);
    const auto gone = bench.database->write([](Connection& db) -> core::base::Result<void> {
        db.exec("DELETE FROM app_user");
        return {};
    });
    ASSERT_TRUE(gone);
    EXPECT_FALSE(bench.commit(outcome)) << "its recipient is gone";
    EXPECT_EQ(bench.ask("SELECT count(*) FROM resilience_alert"), 0) << "all or nothing";
}

TEST(PacksAlert, RefusesOtherLevelsAndEmptyMessages) {
    PackBench bench;
    EXPECT_EQ(bench.compute(kSend, {{"level", "loud"}, {"message", "x"}}).errorMessage,
              "level must be one of info, warning, critical, emergency");
    EXPECT_EQ(bench.compute(kSend, {{"level", "info"}}).errorMessage, "message is required");
    EXPECT_EQ(bench.compute(kSend, {{"level", "info"}, {"message", ""}}).errorType, "invalid_params");
    EXPECT_EQ(bench.compute(kSend, {{"level", "info"}, {"message", "x"}, {"details", 7}}).errorType, "invalid_params");
}

TEST(PacksAlert, ASubjectIsCutBetweenCharactersNotInsideOne) {
    Alert alert;
    alert.level = "warning";
    alert.message = std::string(49, 'x') + "äöü";
    EXPECT_EQ(core::packs::alertSubject(alert), "[RESILIENCE WARNING] " + std::string(49, 'x') + "ä");
    alert.message = "short";
    EXPECT_EQ(core::packs::alertSubject(alert), "[RESILIENCE WARNING] short");
}

TEST(PacksAlert, AnAddressBelongsToOneContact) {
    PackBench bench;
    ASSERT_TRUE(save(bench, {"u-1", "Ada", "ada@example.test", UserRole::Admin, true, true}));
    ASSERT_TRUE(save(bench, {"u-1", "Ada L", "ada@example.test", UserRole::Admin, true, true})) << "the same one again";
    const auto second = save(bench, {"u-2", "Ben", "ada@example.test", UserRole::Admin, true, true});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, core::base::ErrorCode::Conflict);
    EXPECT_FALSE(save(bench, {"", "Ben", "", UserRole::Admin, true, true}));
    EXPECT_EQ(recipientsOf(bench), std::vector<std::string>{"Ada L"});
}
