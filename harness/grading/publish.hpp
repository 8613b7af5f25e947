// Who may change a run's directory, and how a new run takes the place of an old one without losing the marks
// that people gave.
//
// A run's directory is replaced as a whole, so a lock of its own would go with it: whoever takes RUN/.lock
// looks afterwards whether that directory is still the one of that name, and else tries again. Marks are
// carried over, the reports written and the directories exchanged under that one lock; nobody can give a mark
// in between, and a run that is interrupted anywhere leaves the old directory with its marks.
#pragma once

#include <filesystem>
#include <functional>
#include <harness/base/descriptor.hpp>
#include <harness/base/files.hpp>
#include <harness/base/result.hpp>
#include <harness/grading/manual_grades.hpp>

namespace memgrade::grading {

// Held while the marks or the reports of a run change. One after another: `mark`, `rejudge`, the end of
// `grade`.
class RunLock {
 public:
  // Waits at most `timeout_s`. No such directory: nothing_found.
  [[nodiscard]] static Result<RunLock> take(const std::filesystem::path& run, double timeout_s = 120);

 private:
  RunLock(Descriptor directory, FileLock lock) : directory_(std::move(directory)), lock_(std::move(lock)) {}
  Descriptor directory_;  // so that its inode is not given to another directory meanwhile
  FileLock lock_;
};

// Puts the finished run `fresh` in the place of `target`, which may hold an earlier run or nothing. `write`
// puts the reports into `fresh`, given the marks that stand then; it may be called more than once.
[[nodiscard]] Status publish(const std::filesystem::path& fresh, const std::filesystem::path& target,
                             const std::function<Status(const GradeHistory&)>& write);

// On file systems that cannot exchange two directories a kill may leave the old run beside its place, under
// another name. Puts it back.
void recover_interrupted(const std::filesystem::path& target);

}  // namespace memgrade::grading
