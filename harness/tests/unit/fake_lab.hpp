// A lab whose submission is a file answer.txt and whose collector starts no process: a run "prints" what
// stands in that file. For tests of everything that stands around a collector.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <harness/base/files.hpp>
#include <harness/collect/collect.hpp>
#include <iterator>
#include <string>

namespace memgrade::testing {

class FakeWorkspace final : public collect::Workspace {
 public:
  FakeWorkspace(const Lab& lab, fs::path directory) : lab_(lab), directory_(std::move(directory)) {}

  // What `collect: {does: …}` of the task says, else a run that prints the file.
  Result<Evidence> collect(const Task& task) override {
    const std::string does = task.collect.value("does", "print");
    if (does == "unobserved") return fail(ErrorKind::sandbox, "no namespaces on this machine");
    if (does == "interrupt") return fail(ErrorKind::interrupted, "interrupted");
    Evidence evidence;
    evidence.lab = lab_.name;
    evidence.task = task.name;
    evidence.collect_digest = collect::collect_digest(lab_, task);
    RunRecord run;
    run.name = "run";
    run.command = "cat answer.txt";
    std::ifstream file(directory_ / "answer.txt", std::ios::binary);
    run.out.bytes.assign(std::istreambuf_iterator<char>(file), {});
    run.out.total_bytes = run.out.bytes.size();
    if (does == "crash") {
      run.termination = Termination::signaled;
      run.signal = 11;
    }
    evidence.runs.push_back(std::move(run));
    return evidence;
  }
  std::vector<std::string> notes() const override { return {"called as: cat answer.txt"}; }
  Status write_inputs(const Task&, const Evidence&, const fs::path&, const fs::path&) const override {
    return {};
  }

 private:
  const Lab& lab_;
  fs::path directory_;
};

inline collect::Collector fake_collector() {
  collect::Collector fake;
  fake.spec = {.name = "fake",
               .doc = "Prints a file.",
               .lab_fields = {},
               .task_fields = {{.key = "does",
                                .type = FieldType::choice,
                                .fallback = "print",
                                .doc = "What becomes of it.",
                                .choices = {"print", "crash", "unobserved", "interrupt"}}},
               .fact_names =
                   [](const Json&, const Json&, const std::vector<std::string>& facts) {
                     std::vector<std::string> names = {"run.exit_status", "run.stdout"};
                     for (const std::string& fact : facts) names.push_back("run." + fact);
                     return names;
                   },
               .inspect = {}};
  fake.prepare = [](const Lab& lab, const LabSubmission& submission,
                    const collect::Context&) -> Result<std::unique_ptr<collect::Workspace>> {
    std::error_code ignored;
    if (fs::exists(submission.directory / "unprepared", ignored))
      return fail(ErrorKind::infrastructure, "no machine for this lab");
    return std::make_unique<FakeWorkspace>(lab, submission.directory);
  };
  fake.write_data = [](const Lab&, const std::string&, const fs::path&) -> Status { return {}; };
  return fake;
}

// Before any case file is read.
inline const bool kFakeCollectorIsKnown = (collect::add_collector(fake_collector()), true);

// A root with the case files of one lab, `demo`, and a student's directory.
class FakeLab : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::make(fs::temp_directory_path(), "memgrade-fake-");
    ASSERT_TRUE(made.has_value());
    scratch_.emplace(std::move(*made));
    root_ = scratch_->path() / "root";
    student_ = scratch_->path() / "ada";
    fs::create_directories(root_ / "reports");
    put(root_ / "cases/demo/lab.yaml", R"(schema: 1
lab: demo
title: A demonstration
points: 5
collector: fake
identify: answer.txt
facts:
  answer: {number: 'answer = (\d+)'}
fake: {}
tasks: [first, second, walk]
)");
    put_task("first",
             "points: 2\ncollect: {does: print}\njudge:\n  - equals: {fact: run.answer, value: 42}\n");
    put_task("second",
             "points: 2\nneeds: [first]\njudge:\n  - at_least: {fact: run.answer, value: 40, weight: 3}\n"
             "  - equals: {fact: run.answer, value: 41, visibility: staff, title: a secret}\n");
    put_task("walk", "points: 1\nmanual: true\nquestions: ['Why 42?']\n");
    answer("answer = 42\n");
    ::setenv("MEMGRADE_ROOT", root_.c_str(), 1);
  }
  void TearDown() override { ::unsetenv("MEMGRADE_ROOT"); }

  static void put(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  static std::string get(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void put_task(const std::string& name, const std::string& rest) const {
    put(root_ / "cases/demo" / (name + ".yaml"),
        "schema: 1\ntask: " + name + "\ntitle: The task " + name + "\n" + rest);
  }
  void answer(const std::string& text) const { put(student_ / "answer.txt", text); }

  std::optional<TempDir> scratch_;
  fs::path root_, student_;
};

}  // namespace memgrade::testing
