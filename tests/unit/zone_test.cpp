// Time zones: the reader of their files against the C library's clock, and a database that is upgraded.

#include "core/base/ZoneDatabase.h"
#include "tests/support/WallClock.h"
#include "tests/support/ZoneFolder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

using core::base::ErrorCode;
using core::base::Instant;
using core::base::Zone;
using core::base::ZoneDatabase;
using core::base::ZoneFooter;
using core::base::ZoneRules;
using tests::Second;
using tests::WallClock;
using tests::ZoneFolder;

namespace zone_test {

Instant at(const std::string& text) {
    return *core::base::parseInstant(text);
}

Second secondOf(Instant instant) {
    return std::chrono::floor<std::chrono::seconds>(instant.time_since_epoch()).count();
}

Zone zoneOf(const std::string& rule) {
    return Zone("Test", *ZoneRules::read(ZoneFolder::contentOf(rule)));
}

std::string localText(const Zone& zone, const char* instant) {
    return zone.format(at(instant));
}

} // namespace zone_test

using namespace zone_test;

TEST(ZoneRules, EveryZoneHasTheOffsetsOfTheCLibraryBeforeAndAfterEveryChange) {
    for (const std::string& name : tests::allZones()) {
        const auto zone = Zone::find(name);
        ASSERT_TRUE(zone) << zone.error().text();
        const WallClock clock(name);
        int changes = 0;
        Instant instant = at("1902-01-01T00:00:00Z");
        while (instant < at("2200-01-01T00:00:00Z")) {
            const Zone::Period period = zone->period(instant);
            ASSERT_LE(period.begin, instant) << name;
            ASSERT_GT(period.end, instant) << name;
            const Second last = secondOf(std::min(period.end, at("2200-01-01T00:00:00Z"))) - 1;
            for (const Second second : {secondOf(instant), (secondOf(instant) + last) / 2, last})
                ASSERT_EQ(period.offset.count(), clock.offset(second)) << name << " at " << second;
            instant = period.end;
            ++changes;
        }
        EXPECT_LT(changes, 1300) << name;
    }
}

TEST(ZoneRules, ARuleAloneGivesEveryYearsChanges) {
    const Zone newYork = zoneOf("EST5EDT,M3.2.0,M11.1.0");
    EXPECT_EQ(localText(newYork, "2026-03-08T06:59:59Z"), "2026-03-08T01:59:59-05:00");
    EXPECT_EQ(localText(newYork, "2026-03-08T07:00:00Z"), "2026-03-08T03:00:00-04:00");
    EXPECT_EQ(localText(newYork, "2026-11-01T06:00:00Z"), "2026-11-01T01:00:00-05:00");
    EXPECT_EQ(localText(newYork, "9998-07-01T00:00:00Z"), "9998-06-30T20:00:00-04:00");
    const Zone dublin = zoneOf("IST-1GMT0,M10.5.0,M3.5.0/1"); // its summer is its standard time
    EXPECT_EQ(localText(dublin, "2026-01-15T12:00:00Z"), "2026-01-15T12:00:00+00:00");
    EXPECT_EQ(localText(dublin, "2026-07-15T12:00:00Z"), "2026-07-15T13:00:00+01:00");
    const Zone nuuk = zoneOf("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"); // changes on the day before
    EXPECT_EQ(localText(nuuk, "2026-03-29T00:59:59Z"), "2026-03-28T22:59:59-02:00");
    EXPECT_EQ(localText(nuuk, "2026-03-29T01:00:00Z"), "2026-03-29T00:00:00-01:00");
    const Zone allSummer = zoneOf("XXX3EDT4,0/0,J365/23"); // daylight time that ends when it begins
    for (const char* instant : {"2026-01-01T02:59:59Z", "2026-01-01T03:00:00Z", "2150-12-31T23:59:59Z", "2151-01-01T03:00:00Z"})
        EXPECT_EQ(allSummer.offset(at(instant)), std::chrono::hours(-4)) << instant;
}

TEST(ZoneRules, WhatIsNoRuleIsRefused) {
    for (const char* text : {"", "E5", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
                             "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2.0,M11.1.0x", "<+05", "<>5", "EST200", "EST5:60",
                             "EST5EDT,J0,J366", "EST5EDT,366,0"})
        EXPECT_FALSE(ZoneFooter::parse(text)) << text;
    for (const char* text : {"UTC0", "<+0530>-5:30", "EST5EDT4,J60/2:30:15,300", "ABC-14"})
        EXPECT_TRUE(ZoneFooter::parse(text)) << text;
}

TEST(ZoneRules, ALocalTimeIsTheFirstInstantThatShowsItOrMore) {
    const Zone zone = zoneOf("EST5EDT,M3.2.0,M11.1.0");
    const auto instant = [&](const char* local) {
        return zone.toInstant(std::chrono::local_time<core::base::milliseconds>(at(local).time_since_epoch()));
    };
    EXPECT_EQ(instant("2026-03-08T02:30:00Z"), at("2026-03-08T07:00:00Z")) << "skipped: the end of the gap";
    EXPECT_EQ(instant("2026-11-01T01:30:00Z"), at("2026-11-01T05:30:00Z")) << "shown twice: the first time";
    EXPECT_EQ(instant("2026-11-01T02:00:00Z"), at("2026-11-01T07:00:00Z"));
}

TEST(ZoneRules, ADamagedFileIsRefusedAndNeverMisread) {
    const std::string content = ZoneFolder::contentOf(0, {{1'000'000'000, 3600}, {1'100'000'000, 0}}, "UTC0");
    ASSERT_TRUE(ZoneRules::read(content));
    for (size_t size = 0; size < content.size(); ++size)
        EXPECT_FALSE(ZoneRules::read(content.substr(0, size))) << size;
    std::string leapSeconds = content;
    leapSeconds[31] = 1;
    leapSeconds += std::string(20, '\0');
    EXPECT_FALSE(ZoneRules::read(leapSeconds));
    EXPECT_FALSE(ZoneRules::read(ZoneFolder::contentOf(0, {{1'100'000'000, 3600}, {1'000'000'000, 0}}, "UTC0")));
    EXPECT_FALSE(ZoneRules::read(ZoneFolder::contentOf(0, {{1'100'000'000, 360'000}}, "UTC0")));
    EXPECT_FALSE(ZoneRules::read(ZoneFolder::contentOf(0, {}, "EST5EDT")));
}

RC_GTEST_PROP(ZoneRulesProperty, AnyBytesAreReadOrRefused, ()) {
    std::string content = ZoneFolder::contentOf(0, {{1'000'000'000, 3600}, {1'100'000'000, 0}}, "EST5EDT,M3.2.0,M11.1.0");
    const int flips = *rc::gen::inRange(1, 6);
    for (int i = 0; i < flips; ++i)
        content[*rc::gen::inRange<size_t>(0, content.size())] = char(*rc::gen::inRange(0, 256));
    const auto rules = ZoneRules::read(content);
    if (!rules)
        return;
    Instant instant = at("1990-01-01T00:00:00Z");
    for (int i = 0; i < 100; ++i) {
        const auto period = rules->period(instant);
        RC_ASSERT(period.begin <= instant);
        RC_ASSERT(period.end > instant);
        if (period.end == rules->period(Instant::max()).end)
            return;
        instant = period.end;
    }
}

TEST(Zone, OnlyNamesOfZonesAreLookedFor) {
    for (const char* name : {"", "/etc/passwd", "../zoneinfo/UTC", "Europe", "Europe/", "Mars/Olympus", "tzdata.zi", "zone.tab",
                             "Europe//Berlin", "Europe/Ber\nlin"}) {
        const auto zone = Zone::find(name);
        ASSERT_FALSE(zone) << name;
        EXPECT_EQ(zone.error().code, ErrorCode::NotFound) << name;
    }
    EXPECT_TRUE(Zone::find("Etc/GMT+5"));
    EXPECT_TRUE(Zone::find("America/Argentina/Buenos_Aires"));
    const auto leaping = Zone::find("right/Europe/Berlin");
    ASSERT_FALSE(leaping);
    EXPECT_EQ(leaping.error().code, ErrorCode::Unsupported);
}

TEST(Zone, UtcNeedsNoDatabase) {
    const auto utc = Zone::find("UTC", "/nonexistent");
    ASSERT_TRUE(utc);
    EXPECT_EQ(utc->period(at("2026-01-01T00:00:00Z")).end, std::chrono::floor<std::chrono::seconds>(Instant::max()));
    EXPECT_EQ(utc->format(at("2026-01-01T00:00:00Z")), "2026-01-01T00:00:00+00:00");
}

TEST(ZoneDatabase, AnUpgradeIsNoticedAndZonesInUseKeepTheirRules) {
    ZoneFolder folder("2026a");
    folder.put("Test/City", "AAA0");
    ZoneDatabase zones(folder.path());
    const Zone before = *zones.find("Test/City");
    EXPECT_EQ(zones.version(), "2026a");
    EXPECT_FALSE(zones.refresh());
    folder.put("Test/City", "AAA-1");
    EXPECT_EQ(zones.find("Test/City")->offset(at("2026-06-01T00:00:00Z")), std::chrono::hours(0)) << "until it is refreshed";
    folder.setVersion("2026b");
    EXPECT_TRUE(zones.refresh());
    EXPECT_FALSE(zones.refresh());
    EXPECT_EQ(zones.version(), "2026b");
    EXPECT_EQ(zones.find("Test/City")->offset(at("2026-06-01T00:00:00Z")), std::chrono::hours(1));
    EXPECT_EQ(before.offset(at("2026-06-01T00:00:00Z")), std::chrono::hours(0));
    EXPECT_NE(before.rules().content(), zones.find("Test/City")->rules().content());
}

TEST(ZoneDatabase, AZoneThatChangesAloneOrDisappearsIsNoticed) {
    ZoneFolder folder;
    folder.put("Here", "AAA0");
    folder.put("There", "BBB5");
    ZoneDatabase zones(folder.path());
    ASSERT_TRUE(zones.find("Here") && zones.find("There"));
    folder.put("There", "BBB6");
    EXPECT_TRUE(zones.refresh());
    EXPECT_EQ(zones.find("There")->offset(at("2026-06-01T00:00:00Z")), std::chrono::hours(-6));
    folder.remove("Here");
    EXPECT_TRUE(zones.refresh());
    ASSERT_FALSE(zones.find("Here"));
    EXPECT_EQ(zones.find("Here").error().code, ErrorCode::NotFound);
    folder.putContent("There", "TZif2 but torn");
    EXPECT_TRUE(zones.refresh());
    ASSERT_FALSE(zones.find("There"));
    EXPECT_EQ(zones.find("There").error().code, ErrorCode::Corrupt);
}

TEST(ZoneDatabase, TheSystemsSaysItsVersion) {
    const std::string version = ZoneDatabase().version();
    EXPECT_EQ(version.find(' '), std::string::npos) << version;
    EXPECT_GE(version, "2024a");
    EXPECT_EQ(ZoneDatabase("/nonexistent").version(), "none");
}
