#include <fmt/format.h>
#include <unistd.h>

#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/grading/manual_grades.hpp>
#include <harness/grading/publish.hpp>
#include <harness/grading/run_store.hpp>
#include <harness/grading/target.hpp>

namespace memgrade::grading {
namespace {

bool is_inside(const fs::path& inner, const fs::path& outer) {
  const fs::path relative = inner.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

Result<fs::path> target_of(const Options& options, const fs::path& student) {
  if (!options.out) return run_directory(options.root / "reports" / "out", student);
  fs::path target = fs::absolute(*options.out).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();
  const std::string shown = printable(target.string());
  if (is_inside(student, target) || is_inside(target, student))
    return fail(ErrorKind::usage, "--out must be apart from the student's directory", shown);
  std::error_code ignored;
  const fs::file_status status = fs::symlink_status(target, ignored);
  if (!fs::exists(status)) return target;
  if (!fs::is_directory(status))
    return fail(ErrorKind::usage, "--out is there already and is no directory", shown);
  if (!fs::is_empty(target, ignored) && !load_run(target))
    return fail(ErrorKind::usage, "--out holds something else than an earlier run; choose a new directory",
                shown);
  return target;
}

// Of runs whose process is gone.
void remove_leftovers(const fs::path& parent, const std::string& prefix) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const std::string owner = name.substr(prefix.size());
    if (!fs::exists(fs::path("/proc") / owner, ignored)) (void)remove_tree(entry.path());
  }
}

}  // namespace

Result<fs::path> usable_target(const Options& options, const fs::path& student) {
  auto target = target_of(options, student);
  if (!target) return target;
  recover_interrupted(*target);
  if (const auto grades = load_grades(*target); !grades) return std::unexpected(grades.error());
  return target;
}

Result<FreshDirectory> FreshDirectory::beside(const fs::path& target) {
  const std::string prefix = fmt::format(".{}.partial-", target.filename().string());
  const fs::path parent = target.parent_path();
  if (auto made = make_directories(parent); !made) return std::unexpected(made.error());
  remove_leftovers(parent, prefix);
  const fs::path fresh = parent / fmt::format("{}{}", prefix, getpid());
  if (auto made = make_directories(fresh); !made) return std::unexpected(made.error());
  return FreshDirectory(fresh);
}

FreshDirectory::~FreshDirectory() {
  if (!path_.empty()) (void)remove_tree(path_);
}

}  // namespace memgrade::grading
