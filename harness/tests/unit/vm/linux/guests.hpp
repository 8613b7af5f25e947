// What the tests with a Linux guest share: a kernel of the cache, a cache of their own for saved guests,
// small programs, and words for records.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <harness/base/files.hpp>
#include <harness/base/hash.hpp>
#include <harness/base/json.hpp>
#include <harness/exec/sandbox.hpp>
#include <harness/vm/kernels/kernel_store.hpp>
#include <harness/vm/linux/guest.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::vm {

inline void PrintTo(JobTermination termination, std::ostream* out) {
  *out << to_string(termination);
}

namespace test {

class GuestLinuxTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    sandbox_ = new Result<exec::Sandbox>(exec::Sandbox::probe());
    if (auto made = TempDir::make(fs::temp_directory_path(), "memgrade-linux-"))
      work_ = new TempDir(std::move(*made));
    kernel_ = new std::optional<LinuxKernel>(find_kernel());
    if (!*sandbox_ || !*kernel_) return;
    guest_ = new Result<LinuxGuest>(LinuxGuest::prepare(**kernel_, **sandbox_, test_cache()));
  }
  static void TearDownTestSuite() {
    delete guest_;
    delete kernel_;
    delete sandbox_;
    delete work_;
    guest_ = nullptr;
    work_ = nullptr;
  }
  void SetUp() override {
    if (!*sandbox_) GTEST_SKIP() << sandbox_->error().text();
    if (!*kernel_) GTEST_SKIP() << "no kernel in the cache; 'grade kernels fetch' gets one";
    ASSERT_TRUE(*guest_) << guest_->error().text();
  }

  // One that is there: the tests fetch nothing. MEMGRADE_TEST_SERIES chooses.
  static std::optional<LinuxKernel> find_kernel() {
    const auto cache = cache_directory();
    if (!cache) return std::nullopt;
    const char* wanted = std::getenv("MEMGRADE_TEST_SERIES");
    for (const char* series : {"6.1", "6.12", "5.10"}) {
      if (wanted != nullptr && std::string(series) != wanted) continue;
      if (auto kernel = LinuxKernels(*cache).find(series)) return kernel;
    }
    return std::nullopt;
  }

  // Each test is a process of its own, so the saved guest is shared by way of the user's cache.
  static fs::path test_cache() { return cache_directory().value_or(work_->path()); }

  static const LinuxGuest& guest() { return **guest_; }
  static JobRun ran(const std::string& steps, const std::vector<GuestFile>& files = {},
                    const JobLimits& limits = {.wall_s = 200, .cpu_s = 100}) {
    auto run = guest().run({.steps = steps, .files = files}, limits);
    EXPECT_TRUE(run) << run.error().text();
    return run ? std::move(*run) : JobRun{};
  }

  // The bytes of the last record of that kind and name; "(none)" when there is none.
  static std::string bytes_of(const JobRun& run, std::string_view kind, std::string_view name) {
    std::string bytes = "(none)";
    for (const GuestRecord& record : run.records) {
      if (record.kind == kind && record.name == name) bytes = record.bytes;
    }
    return bytes;
  }
  // All of them, one after the other.
  static std::string all_of(const JobRun& run, std::string_view kind, std::string_view name) {
    std::string bytes;
    for (const GuestRecord& record : run.records) {
      if (record.kind == kind && record.name == name) bytes += record.bytes;
    }
    return bytes;
  }
  static Json step(const JobRun& run, std::string_view name) {
    const auto json = parse_json(bytes_of(run, "step", name));
    return json ? *json : Json::object();
  }
  static double time_of(const JobRun& run, std::string_view kind, std::string_view name) {
    for (const GuestRecord& record : run.records) {
      if (record.kind == kind && record.name == name) return record.time_s;
    }
    return -1;
  }

  // A program for the guest, of this C source; linked dynamically when `threads`, which makes it C++.
  static GuestFile program(const std::string& name, const std::string& source, bool threads = false) {
    const fs::path from = work_->path() / (name + (threads ? ".cc" : ".c"));
    const fs::path to = work_->path() / name;
    EXPECT_TRUE(write_file(from, source));
    std::vector<std::string> argv = threads ? std::vector<std::string>{"g++", "-std=c++11", "-pthread"}
                                            : std::vector<std::string>{"gcc", "-static"};
    for (const std::string& word : {std::string("-O1"), from.string(), std::string("-o"), to.string()}) {
      argv.push_back(word);
    }
    const auto built = exec::run({.argv = argv, .environment = {{"PATH", "/usr/bin:/bin"}}}, {.wall_s = 100});
    EXPECT_TRUE(built && built->exit_status == 0) << (built ? built->err.bytes : built.error().text());
    return {.name = name, .bytes = read_file(to).value_or(""), .executable = true};
  }

  // tests/hostile/guest_module.c, built for the kernel; kept beside the test program.
  static GuestFile module() {
    const std::string source =
        read_file(MEMGRADE_SOURCE_DIR "/harness/tests/hostile/guest_module.c").value_or("");
    std::error_code code;
    const fs::path kept = fs::read_symlink("/proc/self/exe", code).parent_path() /
                          ("guest_module-" + digest(source + (*kernel_)->identity) + ".ko");
    auto bytes = read_file(kept);
    if (!bytes) {
      bytes = built_module(source);
      EXPECT_TRUE(write_file(kept, *bytes));
    }
    return {.name = "guest_module.ko", .bytes = *bytes, .executable = false};
  }
  static std::string built_module(const std::string& source) {
    const fs::path place = work_->path() / "module";
    EXPECT_TRUE(make_directories(place));
    EXPECT_TRUE(write_file(place / "guest_module.c", source));
    EXPECT_TRUE(write_file(place / "Kbuild", "obj-m := guest_module.o\n"));
    const auto made =
        exec::run({.argv = {"make", "-C", (*kernel_)->build, "M=" + place.string(), "CC=gcc-12", "modules"},
                   .environment = {{"PATH", "/usr/bin:/bin"}}},
                  {.wall_s = 200});
    EXPECT_TRUE(made && made->exit_status == 0)
        << (made ? made->out.bytes + made->err.bytes : made.error().text());
    return read_file(place / "guest_module.ko").value_or("");
  }

  static inline Result<exec::Sandbox>* sandbox_ = nullptr;
  static inline std::optional<LinuxKernel>* kernel_ = nullptr;
  static inline Result<LinuxGuest>* guest_ = nullptr;
  static inline TempDir* work_ = nullptr;
};

}  // namespace test
}  // namespace memgrade::vm
