#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/judge/build/build_log.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>
#include <harness/model/describe.hpp>

namespace memgrade::judge {
namespace {

// Warnings of GCC behind which there is a mistake about memory or types nearly always, and not a matter of
// taste.
const std::vector<std::string> kMatter = {
    "-Wimplicit-function-declaration",
    "-Wimplicit-int",
    "-Wint-conversion",
    "-Wincompatible-pointer-types",
    "-Wint-to-pointer-cast",
    "-Wpointer-to-int-cast",
    "-Wreturn-type",
    "-Wformat=",
    "-Wformat-overflow=",
    "-Wformat-extra-args",
    "-Wuninitialized",
    "-Wmaybe-uninitialized",
    "-Warray-bounds=",
    "-Wstringop-overflow=",
    "-Wstringop-overread",
    "-Wuse-after-free",
    "-Wfree-nonheap-object",
    "-Wmismatched-dealloc",
    "-Wmismatched-new-delete",
    "-Wreturn-local-addr",
    "-Wdangling-pointer",
    "-Wsizeof-pointer-memaccess",
    "-Wsizeof-array-argument",
    "-Wmemset-transposed-args",
    "-Wmemset-elt-size",
    "-Wnonnull",
    "-Wnull-dereference",
    "-Wdelete-incomplete",
    "-Wdelete-non-virtual-dtor",
    "-Woverflow",
    "-Wshift-count-overflow",
    "-Wshift-count-negative",
    "-Wdiv-by-zero",
    "-Wsequence-point",
    "-Wmisleading-indentation",
    "-Wparentheses",
    "-Wlogical-not-parentheses",
    "-Wimplicit-fallthrough=",
};

// "-Wformat=2", "-Wformat=", "-Werror=format" and "-Wformat" are the same warning.
std::string plain_option(std::string_view option) {
  std::string name(option);
  if (name.starts_with("-Werror=")) name.replace(0, 8, "-W");
  return name.substr(0, name.find('='));
}

std::vector<std::string> plain_options(const std::vector<std::string>& options) {
  std::vector<std::string> names;
  for (const std::string& option : options) names.push_back(plain_option(option));
  return names;
}

struct CleanBuildLogParams {
  bool all = false;                        // every warning counts
  std::vector<std::string> matter, allow;  // plain options

  explicit CleanBuildLogParams(const Json& params) {
    const auto given = texts_param(params, "matter");
    all = std::ranges::find(given, "all") != given.end();
    matter = plain_options(given);
    allow = plain_options(texts_param(params, "allow"));
  }

  [[nodiscard]] bool counts(const Diagnostic& diagnostic) const {
    const std::string option = plain_option(diagnostic.option);
    const auto in = [&](const std::vector<std::string>& list) {
      return std::ranges::find(list, option) != list.end();
    };
    return is_error(diagnostic) || (diagnostic.severity == "warning" && !in(allow) && (all || in(matter)));
  }
};

Verdict check_clean_build_log(const Json& json, const Observed& observed) {
  const std::string expected = "no warning that matters";
  const auto& build = observed.evidence.build;
  if (!build || observed.evidence.unobserved) return missing_fact(observed, "build", expected);
  const std::string_view subject = word_of(observed.evidence.subject);
  if (!build->succeeded)
    return fail_verdict(expected, fmt::format("no {}", subject),
                        fmt::format("the {} did not build", subject));
  const CleanBuildLogParams params(json);
  std::vector<const Diagnostic*> found;
  for (const Diagnostic& diagnostic : build->diagnostics)
    if (params.counts(diagnostic)) found.push_back(&diagnostic);
  if (found.empty()) return pass_verdict(expected, "none");
  Verdict verdict = fail_verdict(expected, counted(found.size(), "warning"),
                                 fmt::format("the compiler warns at {}", one_line(*found.front())));
  verdict.detail = listed(found);
  return verdict;
}

}  // namespace

Checker clean_build_log_checker() {
  return {
      {.name = "clean_build_log",
       .doc = "The compiler has no warning that points to a mistake. Lists those that it has.",
       .fields = {{.key = "matter",
                   .list = true,
                   .fallback = kMatter,
                   .doc = "The options whose warnings count, as the compiler names them, with or without a "
                          "level: -Wformat is also -Wformat=2. `all` counts every warning."},
                  {.key = "allow", .list = true, .doc = "Options whose warnings do not count."}}},
      check_clean_build_log};
}

}  // namespace memgrade::judge
