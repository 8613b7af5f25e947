// Directories of runs and students, made up for one test and gone after it.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <harness/base/files.hpp>
#include <harness/grading/manual_grades.hpp>
#include <harness/grading/run_store.hpp>
#include <iterator>
#include <string>

namespace memgrade::grading::testing {

class RunFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::make(fs::temp_directory_path(), "memgrade-grading-");
    ASSERT_TRUE(made.has_value());
    scratch_.emplace(std::move(*made));
    root_ = scratch_->path();
  }

  static void put(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  static std::string get(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // A directory that is a run, by its record, with a file that tells it from others.
  fs::path make_run(const fs::path& run, const std::string& content, const fs::path& origin = "/students/ada",
                    const std::string& id = "ada") const {
    RunRecordFile record;
    record.student = {id, "Ada Example", {}, false};
    record.origin = origin;
    fs::create_directories(run);
    EXPECT_TRUE(store_run(run, record).has_value());
    put(run / "content", content);
    return run;
  }

  static GradeEntry entry(double points, const std::string& by, const std::string& task = "walk") {
    GradeEntry made;
    made.lab = "ktest";
    made.task = task;
    made.points = points;
    made.of = 1;
    made.by = by;
    made.at = "2026-01-02T03:04:05Z";
    return made;
  }

  std::optional<TempDir> scratch_;
  fs::path root_;
};

}  // namespace memgrade::grading::testing
