// The checks of set-up and data, one line each.
#include "core/engine/Doctor.h"
#include "core/store/Backup.h"
#include "core/store/BackupFolder.h"
#include "tests/support/CommandLine.h"
#include "tests/support/EngineHarness.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace {

using namespace core;
using engine::Finding;
using engine::Verdict;

class Doctor : public testing::Test, protected tests::EngineHarness {
  protected:
    Finding find(const std::string& check) {
        for (const Finding& finding : engine::examine({data, std::filesystem::path("/bin/true"), m_clock}))
            if (finding.check == check)
                return finding;
        return {check, Verdict::Fail, "there is no such check", {}};
    }
    void expect(const std::string& check, Verdict verdict, const std::string& detail, const std::string& remedy = "") {
        const Finding finding = find(check);
        EXPECT_EQ(finding.verdict, verdict) << check << ": " << finding.detail;
        EXPECT_NE(finding.detail.find(detail), std::string::npos) << check << ": " << finding.detail;
        EXPECT_NE(finding.remedy.find(remedy), std::string::npos) << check << ": " << finding.remedy;
        EXPECT_EQ(finding.remedy.empty(), verdict == Verdict::Ok) << check << ": every trouble has a remedy";
    }
    void copy() {
        const auto folder = *store::backupFolder(data);
        ASSERT_TRUE(store::copyDatabase(data / "core.db", folder / store::backupName(m_clock.now())));
    }
    const std::filesystem::path data = options().dataDirectory;
    base::RealClock m_clock;
};

TEST_F(Doctor, FindsNothingWrongWithAnEngineThatRunsAndHasACopy) {
    start(0);
    copy();
    for (const Finding& finding : engine::examine({data, std::filesystem::path("/bin/true"), m_clock})) {
        EXPECT_TRUE(finding.verdict == Verdict::Ok || finding.check == "disk") << finding.check << ": " << finding.detail;
        EXPECT_FALSE(finding.detail.empty()) << finding.check;
    }
    expect("engine", Verdict::Ok, "process " + std::to_string(::getpid()));
    stop();
    expect("engine", Verdict::Ok, "none runs");
}

TEST_F(Doctor, ADirectoryThatIsNotThereYetIsNoFailure) {
    expect("data directory", Verdict::Warn, "not there yet");
    EXPECT_FALSE(std::filesystem::exists(data)) << "looking makes nothing";
}

TEST_F(Doctor, NamesEachTroubleAndItsRemedy) {
    start(0);
    submit("test_echo", {{"text", "x"}});
    stop();
    expect("backup", Verdict::Warn, "no copy", "beatwarden backup create");
    {
        auto db = *store::Connection::open(data / "core.db", store::OpenMode::Writer);
        db->exec("UPDATE task SET params='{}'");
    }
    expect("rows", Verdict::Fail, "task", "sound");
    ::chmod(data.c_str(), 0755);
    expect("data directory", Verdict::Warn, "entered by other users", "chmod 700");
    ::chmod(data.c_str(), 0777);
    expect("data directory", Verdict::Fail, "written by other users", "chmod 700");
    ::chmod(data.c_str(), 0700);
    ::chmod((data / "core.db").c_str(), 0644);
    expect("file rights", Verdict::Warn, "core.db", "chmod 600");
    ::chmod((data / "core.db").c_str(), 0600);
    copy();
    const auto newest = store::listBackups(data / "backups").front().file;
    std::ofstream(newest, std::ios::app) << "!";
    expect("backup", Verdict::Fail, "SHA-256", "beatwarden backup create");
    std::ofstream(data / "core.db.before-restore-20261120T081530Z") << std::string(3 << 20, 'x');
    ::chmod((data / "core.db.before-restore-20261120T081530Z").c_str(), 0600);
    expect("put aside", Verdict::Warn, "3 MB", "before-restore-*");
    std::ofstream(data / "core.db", std::ios::trunc) << std::string(9000, 'x');
    expect("database", Verdict::Fail, "core.db", "Restore");
}

TEST_F(Doctor, AMissingWorkerProgramFails) {
    const base::Result<std::filesystem::path> none(base::ErrorCode::Unavailable, "it is not beside", "Install it");
    const auto findings = engine::examine({data, none, m_clock});
    EXPECT_EQ(findings[1].verdict, Verdict::Fail);
    EXPECT_EQ(findings[1].remedy, "Install it");
}

TEST_F(Doctor, AsACommandSaysOneLineACheckAndFailsWithStatusOne) {
    start(0);
    copy();
    const tests::CommandLine command(data);
    const auto good = command.run({"doctor"});
    EXPECT_EQ(good.status, 0) << good.out;
    EXPECT_TRUE(good.out.starts_with("OK    sqlite")) << good.out;
    EXPECT_EQ(size_t(std::count(good.out.begin(), good.out.end(), '\n')),
              engine::examine({data, std::filesystem::path("/bin/true"), m_clock}).size());
    stop();
    std::ofstream(data / "core.db", std::ios::trunc) << std::string(9000, 'x');
    const auto bad = command.run({"doctor", "--json"});
    EXPECT_EQ(bad.status, 1);
    EXPECT_EQ((*base::parseJson(bad.out))["status"], "FAIL");
}

} // namespace
