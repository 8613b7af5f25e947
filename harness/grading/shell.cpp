#include <harness/base/files.hpp>
#include <harness/collect/collect.hpp>
#include <harness/grading/find_submission.hpp>
#include <harness/grading/grade.hpp>
#include <harness/grading/shell.hpp>

namespace memgrade::grading {

Result<std::string> open_shell(const ShellOptions& options, const vm::Terminal& terminal,
                               std::stop_token stop) {
  const auto labs = open_cases(options.root / "cases");
  if (!labs) return std::unexpected(labs.error());
  auto selections = parse_selections({options.lab}, *labs);
  if (!selections) return std::unexpected(selections.error());
  const auto submission = locate(options.student, *labs, *selections);
  if (!submission) return std::unexpected(submission.error());
  const LabSubmission& lab_submission = submission->lab_submissions.front();
  auto sandbox = options.sandbox ? exec::Sandbox::probe() : exec::Sandbox::none();
  if (!sandbox) return std::unexpected(sandbox.error());
  const auto scratch = TempDir::temporary("shell");
  if (!scratch) return std::unexpected(scratch.error());
  const collect::Context context(*sandbox, options.root, scratch->path(), std::nullopt, options.progress,
                                 std::move(stop), options.kernel);
  auto workspace = collect::find_collector(lab_submission.lab->collector)
                       ->prepare(*lab_submission.lab, lab_submission, context);
  if (!workspace) return std::unexpected(workspace.error());
  for (const std::string& note : (*workspace)->notes()) options.note(note);
  return (*workspace)->open_shell(terminal);
}

}  // namespace memgrade::grading
