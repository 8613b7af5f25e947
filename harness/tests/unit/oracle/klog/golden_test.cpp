// Logs of real crashes of Linux 5.10, 6.1 and 6.12 (and some of other configurations), and what is made of
// them.
//
// harness/tests/golden/kernel_log/NAME.kmsg and NAME.console, one or both, give NAME.json. MEMGRADE_APPROVE=1
// in the environment writes the latter and fails; read the difference, then commit.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/klog.hpp>
#include <iterator>
#include <set>

namespace memgrade::oracle {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(MEMGRADE_SOURCE_DIR) / "harness/tests/golden/kernel_log";

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::vector<std::string> names() {
  std::set<std::string> found;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    const fs::path path = entry.path();
    if (path.extension() == ".kmsg" || path.extension() == ".console") found.insert(path.stem().string());
  }
  return {found.begin(), found.end()};
}

// Of the report's lines the number, the first and the last: the log itself stands beside.
std::string result_of(const std::string& name) {
  const auto log = joined_log(parse_kmsg(bytes_of(kFolder / (name + ".kmsg"))),
                              parse_console(bytes_of(kFolder / (name + ".console"))));
  Json crashes = crash_reports_json(find_crash_reports(log, {"ktest"}));
  for (Json& crash : crashes) {
    const Json lines = crash["log"];
    crash["log"] = {lines.size(), lines.front(), lines.back()};
  }
  return dump_json(crashes) + "\n";
}

class KernelLogGolden : public testing::TestWithParam<std::string> {};

TEST_P(KernelLogGolden, IsAsApproved) {
  const fs::path path = kFolder / (GetParam() + ".json");
  const std::string result = result_of(GetParam());
  if (const char* approve = std::getenv("MEMGRADE_APPROVE"); approve != nullptr && *approve != '\0') {
    std::ofstream(path, std::ios::binary) << result;
    FAIL() << "approved, not tested: " << path;
  }
  EXPECT_EQ(bytes_of(path), result) << "differs from " << path << "; MEMGRADE_APPROVE=1 approves";
}

INSTANTIATE_TEST_SUITE_P(Logs, KernelLogGolden, testing::ValuesIn(names()),
                         [](const testing::TestParamInfo<std::string>& log) {
                           std::string name = log.param;
                           for (char& letter : name)
                             if (std::isalnum(static_cast<unsigned char>(letter)) == 0) letter = '_';
                           return name;
                         });

TEST(KernelLogGoldens, AreMany) {
  EXPECT_GE(names().size(), 25U);
}

}  // namespace
}  // namespace memgrade::oracle
