#include <harness/base/text.hpp>
#include <harness/casefile/casefile.hpp>
#include <harness/collect/collect.hpp>
#include <harness/facts/facts.hpp>
#include <harness/grading/open_cases.hpp>
#include <harness/judge/judge.hpp>
#include <harness/oracle/generators.hpp>
#include <harness/oracle/oracle.hpp>

namespace memgrade::grading {

const Vocabulary& vocabulary() {
  static const Vocabulary words = [] {
    Vocabulary all;
    for (const auto& collector : collect::collectors()) all.collectors.push_back(collector.spec);
    for (const auto& checker : judge::checkers()) all.checkers.push_back(checker.spec);
    for (const auto& oracle : oracle::oracles()) all.oracles.push_back(oracle.spec);
    for (const auto& generator : oracle::generators()) all.generators.push_back(generator.spec);
    all.fact_fields = facts::definition_fields();
    all.inspect_fact = facts::inspect_definition;
    return all;
  }();
  return words;
}

Result<std::vector<Lab>> open_cases(const std::filesystem::path& cases) {
  auto loaded = casefile::load_cases(cases, vocabulary());
  if (!loaded) return std::unexpected(loaded.error());
  if (loaded->diagnostics.empty()) return std::move(loaded->labs);
  std::vector<std::string> lines;
  for (const auto& diagnostic : loaded->diagnostics) lines.push_back(diagnostic.text());
  return fail(ErrorKind::case_file, join(lines, "\n"));
}

}  // namespace memgrade::grading
