// How steps of a guest job came out: what a write to an attribute returned, whether insmod came back.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/linux/broken_run.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

struct ErrnoName {
  const char* name;
  int number;
};
// Linux's numbers, whatever this host's are (include/uapi/asm-generic/errno-base.h).
constexpr std::array<ErrnoName, 20> kErrnos{{
    {"EPERM", 1},   {"ENOENT", 2},  {"ESRCH", 3},   {"EINTR", 4},   {"EIO", 5},
    {"ENXIO", 6},   {"E2BIG", 7},   {"ENOEXEC", 8}, {"EBADF", 9},   {"EAGAIN", 11},
    {"ENOMEM", 12}, {"EACCES", 13}, {"EFAULT", 14}, {"EBUSY", 16},  {"EEXIST", 17},
    {"ENODEV", 19}, {"EINVAL", 22}, {"ENOSPC", 28}, {"ERANGE", 34}, {"EOVERFLOW", 75},
}};

std::string errno_text(long double value) {
  const auto* const found = std::ranges::find_if(kErrnos, [&](const auto& e) { return e.number == value; });
  return found != kErrnos.end() ? found->name : fmt::format("errno {}", show(value));
}

bool is_errno(const std::string& word, long double value) {
  return std::ranges::any_of(kErrnos, [&](const auto& e) { return word == e.name && e.number == value; });
}

// What came of one step, in words; `good` when that is among what is accepted.
struct Came {
  std::string words;
  bool good = false;
  bool late = false;  // it did not come back
};

Came what_came(const Json& step, const std::vector<std::string>& accepted) {
  const auto result = number(param(step, "result")), error = number(param(step, "errno"));
  const auto failed = number(param(step, "failed")), count = number(param(step, "count"));
  if (!result || !error || !failed || !count) return {"nothing that can be read", false};
  if (param(step, "timed_out") == true) return {"it did not come back", false, true};
  const auto accepts = [&](std::string_view word) {
    return std::ranges::find(accepted, word) != accepted.end();
  };
  if (*failed == 0) return {"it worked", accepts("ok") || accepts("any")};
  const std::string words =
      *count > 1 ? fmt::format("{}, {} times of {}", errno_text(*error), show(*failed), show(*count))
                 : errno_text(*error);
  const bool named = std::ranges::any_of(accepted, [&](const auto& word) { return is_errno(word, *error); });
  return {words, accepts("any") || accepts("error") || named};
}

Verdict check_step(const Json& params, const Observed& observed) {
  const std::string run = text_param(params, "run");
  const std::vector<std::string> accepted = texts_param(params, "result");
  const std::vector<std::string> names = texts_param(params, "steps");
  const std::string expected = join(accepted, " or ");
  std::vector<std::string> wrong;
  bool hung = false;
  for (const std::string& name : names) {
    const Json& step = fact(observed, fmt::format("{}.steps.{}", run, name));
    if (!step.is_object()) {
      wrong.push_back(fmt::format("{}: the guest did not get there", name));
    } else if (const Came came = what_came(step, accepted); !came.good) {
      wrong.push_back(fmt::format("{}: {}", name, came.words));
      hung = hung || came.late;
    }
  }
  if (names.empty()) return fail_verdict(expected, "nothing", "no step is named");
  if (wrong.empty()) return pass_verdict(expected, join(names, ", "), "each came out as it should");
  Verdict verdict = fail_verdict(expected, wrong.front(),
                                 fmt::format("{} of {} came out otherwise: {}", counted(wrong.size(), "step"),
                                             names.size(), join(wrong, "; ")));
  verdict.fraction = 1 - static_cast<double>(wrong.size()) / static_cast<double>(names.size());
  // A step that hangs where nothing crashed is the cause itself.
  return hung && !has_fatal_report(observed, run) ? verdict : in_run(std::move(verdict), observed, run);
}

std::vector<SettingDiagnostic> inspect(const Json& params) {
  std::vector<SettingDiagnostic> diagnostics;
  const std::vector<std::string> words = texts_param(params, "result");
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool known = word == "ok" || word == "error" || word == "any" ||
                       std::ranges::any_of(kErrnos, [&](const auto& e) { return word == e.name; });
    if (!known)
      diagnostics.push_back(
          {fmt::format("/result/{}", i),
           fmt::format("'{}' is none of ok, error, any and no error that is known here", word)});
  }
  return diagnostics;
}

}  // namespace

Checker step_checker() {
  return {
      {.name = "step",
       .doc = "How steps of a guest job came out. One that did not come back in time never passes.",
       .fields = {run_field("The guest job."),
                  {.key = "steps",
                   .type = FieldType::name,
                   .required = true,
                   .list = true,
                   .doc = "Names of steps; each counts the same.",
                   .refers_to = Reference{"step", "run"}},
                  {.key = "result",
                   .list = true,
                   .fallback = Json::array({"ok"}),
                   .doc = "What is accepted: `ok`, `error`, the name of an error such as EINVAL, `any`."}},
       .inspect = inspect},
      check_step};
}

}  // namespace memgrade::judge
