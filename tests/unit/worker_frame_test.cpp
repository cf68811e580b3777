#include "core/worker/Cbor.h"
#include "core/worker/Frame.h"
#include "core/worker/Messages.h"

#include <cmath>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>

namespace tests::worker {

using core::base::Json;
using core::task::Outcome;
using namespace core::worker;

namespace {

std::string header(uint32_t length, uint8_t kind) {
    std::string bytes;
    for (int shift = 0; shift < 32; shift += 8)
        bytes += char(length >> shift & 0xFF);
    return bytes + char(kind);
}

std::string_view payloadOf(const std::string& frame) {
    return std::string_view(frame).substr(kFrameHeader);
}

Job sampleJob() {
    Job job;
    job.task.text = "0197a1b2-0000-7000-8000-000000000001";
    job.attempt = 3;
    job.type = "resilience_contingency";
    job.params = Json::parse(R"({"days_ahead":90,"scale":-2.25,"flag":true,"none":null,"list":["a",-7,1e300]})");
    job.triggeredBy = "schedule:nightly";
    job.softLimit = core::base::milliseconds(540'000);
    job.hardLimit = core::base::milliseconds(600'000);
    return job;
}

Outcome sampleOutcome() {
    Outcome outcome = Outcome::success({{"n1_pass", false}, {"score", 0.75}, {"names", {"Grüße", "日本"}}});
    core::task::Change change;
    change.kind = core::task::ChangeKind::Upsert;
    change.table = "crisis";
    change.values = {{"level", 2}};
    change.where = {{"id", "x"}};
    change.expectRows = 1;
    outcome.changes.changes.push_back(change);
    core::task::FollowUp next;
    next.type = "metrics_computation";
    next.countdown = core::base::milliseconds(1500);
    outcome.followUps.push_back(next);
    outcome.outbox.push_back({"email", {{"to", "chief"}}});
    return outcome;
}

/// Frames that a reader finds in `bytes`, fed in pieces of `step` bytes.
size_t framesIn(FrameReader& reader, std::string_view bytes, size_t step) {
    size_t frames = 0;
    for (size_t at = 0; at < bytes.size(); at += step) {
        reader.feed(bytes.substr(at, step));
        for (;;) {
            const auto next = reader.next();
            EXPECT_TRUE(next) << next.error().message;
            if (!next || !*next)
                break;
            ++frames;
        }
    }
    return frames;
}

} // namespace

TEST(WorkerFrame, AJobSurvivesTheWire) {
    const Job job = sampleJob();
    const auto frame = encode(job);
    ASSERT_TRUE(frame);
    FrameReader reader(Direction::EngineToWorker);
    reader.feed(*frame);
    const auto view = reader.next();
    ASSERT_TRUE(view && *view);
    EXPECT_EQ((*view)->kind, FrameKind::Run);
    const auto back = decodeRun((*view)->payload);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->task, job.task);
    EXPECT_EQ(back->attempt, job.attempt);
    EXPECT_EQ(back->type, job.type);
    EXPECT_EQ(back->params, job.params);
    EXPECT_EQ(back->triggeredBy, job.triggeredBy);
    EXPECT_EQ(back->softLimit, job.softLimit);
    EXPECT_EQ(back->hardLimit, job.hardLimit);
    EXPECT_TRUE(reader.atBoundary());
}

TEST(WorkerFrame, AnOutcomeSurvivesTheWire) {
    const OutcomeMessage message{{{"task"}, 2}, 12345678, std::chrono::microseconds(250), sampleOutcome(), true, nullptr};
    const auto frame = encode(message);
    ASSERT_TRUE(frame);
    const auto back = decodeOutcome(payloadOf(*frame));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->about, message.about);
    EXPECT_EQ(back->rssBytes, message.rssBytes);
    EXPECT_EQ(back->ran, message.ran);
    EXPECT_TRUE(back->worn);
    ASSERT_TRUE(back->outcome);
    EXPECT_EQ(core::task::toJson(*back->outcome), core::task::toJson(*message.outcome));

    const auto cancelled = encode(OutcomeMessage{{{"task"}, 2}, 0, std::chrono::microseconds(250), std::nullopt, false, {{"done", 3}}});
    ASSERT_TRUE(cancelled);
    EXPECT_FALSE(decodeOutcome(payloadOf(*cancelled))->outcome);
    EXPECT_EQ(decodeOutcome(payloadOf(*cancelled))->partial, (Json{{"done", 3}}));
}

TEST(WorkerFrame, TheSmallMessagesSurviveTheWire) {
    const auto hello = decodeHello(payloadOf(*encode(HelloMessage{1, 4711, {"a", "b"}})));
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->pid, 4711);
    EXPECT_EQ(hello->types, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(decodeHeartbeat(payloadOf(encode(HeartbeatMessage{9'000'000'000}))).value().rssBytes, 9'000'000'000);
    EXPECT_EQ(decodeCancel(payloadOf(encode(CancelMessage{{{"t"}, 7}}))).value().about, (AttemptKey{{"t"}, 7}));
    const auto told =
        decodeProgress(payloadOf(encode(ProgressMessage{{{"t"}, 1}, {12.5, "half of a quarter", {{"epoch", 3}}}})));
    ASSERT_TRUE(told);
    EXPECT_EQ(told->progress.percent, 12.5);
    EXPECT_EQ(told->progress.text, "half of a quarter");
    EXPECT_EQ(told->progress.fields, (Json{{"epoch", 3}}));
    const auto log = decodeLog(payloadOf(encode(LogMessage{{{"t"}, 1}, core::base::LogLevel::Warning, "careful"})));
    ASSERT_TRUE(log);
    EXPECT_EQ(log->level, core::base::LogLevel::Warning);
    EXPECT_TRUE(decodeEmpty(FrameKind::Exit, payloadOf(encodeExit())));
    EXPECT_TRUE(decodeEmpty(FrameKind::Recall, payloadOf(encodeRecall())));
    const ReturnedMessage returned{{{{"t"}, 1}, {{"u"}, 2}}};
    EXPECT_EQ(decodeReturned(payloadOf(*encode(returned))).value().attempts, returned.attempts);
}

TEST(WorkerFrame, AStreamIsCutRightWhereverTheBytesAreSplit) {
    std::string stream;
    for (int i = 0; i < 5; ++i)
        stream += encode(LogMessage{{{"t"}, 1}, core::base::LogLevel::Info, std::string(size_t(i) * 17, 'x')});
    for (size_t step = 1; step <= stream.size(); ++step) {
        FrameReader reader(Direction::WorkerToEngine);
        EXPECT_EQ(framesIn(reader, stream, step), 5u) << "pieces of " << step;
        EXPECT_TRUE(reader.atBoundary());
    }
}

TEST(WorkerFrame, AFrameThatIsCutOffIsNoFrame) {
    const std::string frame = *encode(OutcomeMessage{{{"task"}, 1}, 0, std::chrono::microseconds(250), sampleOutcome(), false, nullptr});
    for (size_t length = 0; length < frame.size(); ++length) {
        FrameReader reader(Direction::WorkerToEngine);
        reader.feed(std::string_view(frame).substr(0, length));
        const auto next = reader.next();
        ASSERT_TRUE(next);
        EXPECT_FALSE(*next) << length;
    }
}

TEST(WorkerFrame, APayloadThatIsCutOffIsRefusedAtEveryByte) {
    const std::string run = *encode(sampleJob());
    for (size_t length = 0; length < run.size() - kFrameHeader; ++length)
        EXPECT_FALSE(decodeRun(payloadOf(run).substr(0, length))) << length;
    const std::string outcome = *encode(OutcomeMessage{{{"task"}, 1}, 0, std::chrono::microseconds(250), sampleOutcome(), false, nullptr});
    for (size_t length = 0; length < outcome.size() - kFrameHeader; ++length)
        EXPECT_FALSE(decodeOutcome(payloadOf(outcome).substr(0, length))) << length;
    EXPECT_FALSE(decodeRun(std::string(payloadOf(run)) + '\0')) << "a byte behind the value";
}

TEST(WorkerFrame, AnOversizedFrameIsRefusedByItsHeaderAlone) {
    for (const auto kind : {FrameKind::Hello, FrameKind::Heartbeat, FrameKind::Progress, FrameKind::Log}) {
        FrameReader reader(Direction::WorkerToEngine);
        reader.feed(header(uint32_t(kMaxSmallFrame) + 1, uint8_t(kind)));
        EXPECT_FALSE(reader.next()) << toText(kind);
    }
    FrameReader outcomes(Direction::WorkerToEngine);
    outcomes.feed(header(uint32_t(kMaxLargeFrame), uint8_t(FrameKind::Outcome)));
    ASSERT_TRUE(outcomes.next());
    FrameReader tooLarge(Direction::WorkerToEngine);
    tooLarge.feed(header(uint32_t(kMaxLargeFrame) + 1, uint8_t(FrameKind::Outcome)));
    EXPECT_FALSE(tooLarge.next());
    EXPECT_FALSE(frame(FrameKind::Outcome, std::string(kMaxLargeFrame + 1, 'x')));
    Job job = sampleJob();
    job.params["text"] = std::string(kMaxLargeFrame, 'x');
    const auto refused = encode(job);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("8388608"), std::string::npos);
}

TEST(WorkerFrame, KindsThatAreUnknownOrTravelTheOtherWayAreRefused) {
    for (int kind = 0; kind < 256; ++kind) {
        const bool fromEngine = kind >= 1 && kind <= 4, fromWorker = kind >= 16 && kind <= 21;
        FrameReader atWorker(Direction::EngineToWorker), atEngine(Direction::WorkerToEngine);
        atWorker.feed(header(0, uint8_t(kind)));
        atEngine.feed(header(0, uint8_t(kind)));
        EXPECT_EQ(atWorker.next().has_value(), fromEngine) << kind;
        EXPECT_EQ(atEngine.next().has_value(), fromWorker) << kind;
    }
}

TEST(WorkerFrame, FieldsThatAreMissingWrongOrTooManyAreRefusedByName) {
    const Json good{{"task", "t"}, {"attempt", 1}, {"percent", 5}, {"text", "x"}, {"fields", nullptr}};
    ASSERT_TRUE(decodeProgress(toCbor(good)));
    const auto refusal = [&](const char* name, const Json& value) {
        Json wrong = good;
        if (value.is_discarded())
            wrong.erase(name);
        else
            wrong[name] = value;
        const auto result = decodeProgress(toCbor(wrong));
        EXPECT_FALSE(result) << name << " " << value.dump();
        return result ? std::string() : result.error().message;
    };
    const Json missing(Json::value_t::discarded);
    for (const char* name : {"task", "attempt", "percent", "text", "fields"}) {
        EXPECT_NE(refusal(name, missing).find(name), std::string::npos);
        EXPECT_NE(refusal(name, Json::array()).find(name), std::string::npos);
    }
    refusal("task", "");
    refusal("attempt", 0);
    refusal("attempt", 1.5);
    refusal("attempt", std::numeric_limits<uint64_t>::max());
    refusal("percent", -1);
    refusal("percent", 100.5);
    refusal("percent", std::nan(""));
    refusal("fields", "text");
    refusal("fields", {{"large", std::string(20'000, 'x')}});
    refusal("surplus", 1);
    EXPECT_FALSE(decodeProgress(toCbor(Json::array({1, 2}))));
    EXPECT_FALSE(decodeHeartbeat(toCbor(Json{{"rss", -1}})));
    EXPECT_FALSE(decodeHello(toCbor(Json{{"protocol", 1}, {"pid", 1}, {"types", {1, 2}}})));
    EXPECT_FALSE(decodeLog(toCbor(Json{{"task", "t"}, {"attempt", 1}, {"level", 9}, {"text", ""}})));
    EXPECT_FALSE(decodeEmpty(FrameKind::Exit, toCbor(Json{{"why", 1}})));
    EXPECT_FALSE(decodeOutcome(toCbor(Json{{"task", "t"}, {"attempt", 1}, {"rss", 0}, {"ran_us", 0}, {"outcome", {{"verdict", "?"}}}})));
}

TEST(WorkerFrame, LongTextsAreCutBetweenCharacters) {
    std::string text;
    while (text.size() <= kMaxTextBytes)
        text += "ü";
    const auto log = decodeLog(payloadOf(encode(LogMessage{{{"t"}, 1}, core::base::LogLevel::Info, text})));
    ASSERT_TRUE(log);
    EXPECT_LE(log->text.size(), kMaxTextBytes);
    EXPECT_TRUE(log->text.ends_with("ü … (cut)"));
}

TEST(WorkerCbor, ValuesSurvive) {
    for (const char* text : {"null", "true", "false", "0", "23", "24", "255", "256", "65536", "4294967296",
                             "18446744073709551615", "-1", "-24", "-25", "-9223372036854775808", "0.5", "-1e-300", "1e308",
                             "\"\"", "\"Grüße\"", "[]", "{}", R"([1,[2,[3,{"a":[null]}]]])", R"({"b":{"c":1},"a":2})"}) {
        const Json json = Json::parse(text);
        const auto back = fromCbor(toCbor(json), 64);
        ASSERT_TRUE(back) << text << ": " << back.error().message;
        EXPECT_EQ(*back, json) << text;
    }
    EXPECT_TRUE(std::isnan(fromCbor(toCbor(std::nan("")), 4)->get<double>()));
    EXPECT_TRUE(std::isinf(fromCbor(toCbor(-INFINITY), 4)->get<double>()));
}

TEST(WorkerCbor, DepthIsBoundedBeforeItIsFollowed) {
    Json nested = 1;
    for (int level = 0; level < 10; ++level) {
        Json outer = Json::array();
        outer.push_back(nested);
        nested = outer;
    }
    EXPECT_EQ(depthOf(nested), 10);
    EXPECT_TRUE(fromCbor(toCbor(nested), 10));
    EXPECT_FALSE(fromCbor(toCbor(nested), 9));
    EXPECT_FALSE(fromCbor(std::string(1 << 20, char(0x81)), 64)) << "a million lists in each other";
    EXPECT_FALSE(fromCbor(std::string(1 << 20, char(0xA1)), 64)) << "maps";
    EXPECT_FALSE(fromCbor(std::string(1 << 20, char(0x7F)), 64)) << "texts of indefinite length";
    EXPECT_FALSE(fromCbor(std::string(1 << 20, char(0xC1)), 64)) << "tags";
}

TEST(WorkerCbor, WhatOurSideDoesNotWriteIsRefused) {
    using std::string_literals::operator""s;
    for (const std::string& bytes : {
             ""s, "\x5f"s, "\x41\x01"s, "\xc0\x00"s, "\x9f\xff"s, "\xbf\xff"s, "\x1c"s, "\xf8\x20"s, "\xff"s, "\xf7"s,
             "\x9b\xff\xff\xff\xff\xff\xff\xff\xff"s,             // a list of 2^64-1
             "\xbb\x00\x00\x00\x00\xff\xff\xff\xff"s,             // a map of 2^32-1
             "\x7b\xff\xff\xff\xff\xff\xff\xff\xff"s,             // a text of 2^64-1 bytes
             "\x3b\xff\xff\xff\xff\xff\xff\xff\xff"s,             // -2^64
             "\xa1\x01\x01"s,                                     // a name that is a number
             "\xa2\x61\x61\x01\x61\x61\x02"s,                     // a name twice
             "\x01\x01"s,                                         // two values
         })
        EXPECT_FALSE(fromCbor(bytes, 64)) << testing::PrintToString(bytes);
}

TEST(WorkerCbor, TextThatIsNotUtf8IsRepaired) {
    using std::string_literals::operator""s;
    const auto repaired = [](const std::string& text) {
        return fromCbor(toCbor(Json(text)), 4)->get<std::string>();
    };
    EXPECT_EQ(repaired("plain"), "plain");
    EXPECT_EQ(repaired("Gr\xfc\xdf"), "Gr\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(repaired("\xC3\xBC"), "ü");
    EXPECT_EQ(repaired("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD") << "overlong";
    EXPECT_EQ(repaired("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD") << "a surrogate";
    EXPECT_EQ(repaired("\xF0\x9F\x98\x80"), "😀");
    EXPECT_EQ(repaired("cut \xE2\x82"), "cut \xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(repaired("\xF5\x80\x80\x80"s), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD") << "beyond Unicode";
}

TEST(WorkerCbor, RandomBytesNeverDoHarm) {
    std::mt19937 random(20261120);
    const std::string seeds[] = {*encode(sampleJob()), *encode(OutcomeMessage{{{"task"}, 1}, 0, std::chrono::microseconds(250), sampleOutcome(), false, nullptr})};
    size_t accepted = 0;
    for (int round = 0; round < 8'000; ++round) {
        std::string bytes;
        if (round % 2 == 0) {
            for (size_t i = random() % 64; i > 0; --i)
                bytes += char(random());
        } else {
            bytes = payloadOf(seeds[round % 4 / 2]);
            for (size_t flips = 1 + random() % 4; flips > 0; --flips)
                bytes[random() % bytes.size()] = char(random());
        }
        if (const auto json = fromCbor(bytes, kMaxFrameDepth)) {
            ++accepted;
            EXPECT_LE(depthOf(*json), kMaxFrameDepth);
        }
        (void)decodeRun(bytes);
        (void)decodeOutcome(bytes);
        (void)decodeLog(bytes);
        FrameReader reader(Direction::WorkerToEngine);
        reader.feed(bytes);
        for (auto next = reader.next(); next && *next; next = reader.next()) {
        }
    }
    EXPECT_GT(accepted, 0u);
}

} // namespace tests::worker
