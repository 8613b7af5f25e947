// Comparison with an approved output. MEMGRADE_APPROVE=1 in the environment writes the output there instead
// and fails the test, so that no run can pass on what it has just written: read the difference, then commit.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace memgrade::report::testing {

inline void expect_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path path =
      std::filesystem::path(MEMGRADE_SOURCE_DIR) / "harness/tests/golden/report" / name;
  if (const char* approve = std::getenv("MEMGRADE_APPROVE"); approve != nullptr && *approve != '\0') {
    std::ofstream(path, std::ios::binary) << text;
    FAIL() << "approved, not tested: " << path;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << "no approved output: " << path << "; write it with MEMGRADE_APPROVE=1";
  std::ostringstream approved;
  approved << file.rdbuf();
  EXPECT_EQ(approved.str(), text) << "differs from " << path << "; MEMGRADE_APPROVE=1 approves";
}

}  // namespace memgrade::report::testing
