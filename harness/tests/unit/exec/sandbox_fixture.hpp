// A sandbox, a work directory that is removed afterwards, and a look that nothing was left behind.
#pragma once

#include <gmock/gmock.h>
#include <unistd.h>

#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/exec/batches.hpp>
#include <harness/exec/sandbox.hpp>
#include <memory>
#include <optional>

namespace memgrade::exec {

inline constexpr std::uint64_t mib = 1U << 20;

class SandboxTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { sandbox_ = new Result<Sandbox>(Sandbox::probe()); }
  static void TearDownTestSuite() { delete sandbox_; }

  void SetUp() override {
    if (!*sandbox_) GTEST_SKIP() << sandbox_->error().text();
    auto made = TempDir::make(fs::temp_directory_path(), "memgrade-sandbox-");
    ASSERT_TRUE(made) << made.error().text();
    work_.emplace(std::move(*made));
    hostile_ = fs::read_symlink("/proc/self/exe").parent_path() / "memgrade-hostile";
  }
  void TearDown() override {
    if (!work_) return;
    EXPECT_EQ(processes_with(work_->path().filename()), 0);
    const Status removed = remove_tree(work_->path());
    EXPECT_TRUE(removed) << removed.error().text();
  }

  Confined confined(std::vector<std::string> argv) const {
    return {.argv = std::move(argv),
            .directory = "/work",
            .mounts = {{work_->path(), "/work", true}, {hostile_, "/hostile", false}}};
  }
  Outcome ran(const Confined& command, const Limits& limits = {.wall_s = 30}) const {
    auto outcome = (*sandbox_)->run(command, limits);
    EXPECT_TRUE(outcome) << outcome.error().text();
    return outcome.value_or(Outcome{});
  }
  Outcome attack(std::vector<std::string> words, const Limits& limits = {.wall_s = 30}) const {
    return ran(confined(attacker(std::move(words))), limits);
  }
  std::vector<std::string> attacker(std::vector<std::string> words) const {
    words.insert(words.begin(), "/hostile");
    // A last word by which its processes are found.
    words.push_back(work_->path().filename());
    return words;
  }
  // Runs whose folder is /work, and that can call /hostile.
  std::unique_ptr<Batches> batches() const {
    return std::make_unique<Batches>(**sandbox_, std::vector<Mount>{{hostile_, "/hostile", false}}, "/work",
                                     work_->path());
  }
  Outcome shell(const std::string& script, const Limits& limits = {.wall_s = 30}) const {
    return ran(confined({"sh", "-c", script}), limits);
  }

  static int processes_with(const std::string& word) {
    int found = 0;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const auto line = read_file(entry.path() / "cmdline");
      found += line && line->find(word) != std::string::npos && entry.path() != "/proc/self";
    }
    return found;
  }

  static inline Result<Sandbox>* sandbox_ = nullptr;
  std::optional<TempDir> work_;
  fs::path hostile_;
};

}  // namespace memgrade::exec
