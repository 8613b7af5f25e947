// Where a run's results go: the place that they take as a whole, and the directory beside it that is filled
// while the run goes on.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/grading/grade.hpp>

namespace memgrade::grading {

// --out, else reports/out/<name>. The target is replaced as a whole, so it is an error (usage) when it is
// anything but free or the result of an earlier run, or when it holds, or stands in, the student's directory.
// A run that was interrupted while it was published is repaired first; manual grades that stand there and
// cannot be read are an error now and not at the run's end.
[[nodiscard]] Result<std::filesystem::path> usable_target(const Options& options,
                                                          const std::filesystem::path& student);

// A new directory beside the target, removed again unless it was released. What was left by a run that was
// killed goes, too.
class FreshDirectory {
 public:
  [[nodiscard]] static Result<FreshDirectory> beside(const std::filesystem::path& target);
  FreshDirectory(FreshDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  FreshDirectory& operator=(FreshDirectory&&) = delete;
  ~FreshDirectory();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // It became the result.
  void release() { path_.clear(); }

 private:
  explicit FreshDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace memgrade::grading
