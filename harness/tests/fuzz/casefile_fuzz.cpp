// The loader on any bytes in the place of a task's file, and of lab.yaml: it comes back, throws nothing, and
// every complaint has a place inside the file.
#include <cstdint>
#include <harness/base/text.hpp>
#include <harness/casefile/lab_files.hpp>
#include <harness/tests/fuzz/require.hpp>
#include <harness/tests/unit/casefile/made_up_vocabulary.hpp>
#include <string>
#include <string_view>

namespace memgrade::casefile {
namespace {

constexpr std::string_view lab_text = R"(schema: 1
lab: fuzzed
title: Any bytes
points: 1
collector: program
identify: [vm.c]
facts: {page_faults: {number: '(\d+)'}, translations: {table: {row: '(\d+)', columns: {value: integer}}}}
program: {argv: [vm], data: {book: {}}}
tasks: [fuzzed]
)";
constexpr std::string_view task_text = R"(schema: 1
task: fuzzed
title: Builds
points: 1
judge: [builds]
)";

void look(std::string_view lab, std::string_view task, const std::string& suspect, std::string_view text) {
  static const Vocabulary vocabulary = test::made_up_vocabulary();
  LabFiles files{"cases/fuzzed", "fuzzed", parse_document("lab.yaml", lab), {}, {}};
  files.tasks.push_back({"fuzzed", parse_document("fuzzed.yaml", task)});
  const Loaded loaded = check_lab(files, vocabulary);
  require(loaded.diagnostics.empty() == (loaded.labs.size() == 1), "a lab with complaints", suspect);
  const int lines = static_cast<int>(split_lines(text).size()) + 1;
  for (const CaseDiagnostic& diagnostic : loaded.diagnostics) {
    const Place& place = diagnostic.place;
    require(!place.file.empty() && place.line >= 1 && place.column >= 1, "no place", diagnostic.text());
    require(place.file != suspect || place.line <= lines, "a place behind the end", diagnostic.text());
    require(!diagnostic.message.empty() && is_utf8(diagnostic.message), "no message", diagnostic.text());
    require(diagnostic.message.find('\n') == std::string::npos, "more than a line", diagnostic.text());
  }
}

}  // namespace
}  // namespace memgrade::casefile

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace memgrade::casefile;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  look(lab_text, text, "fuzzed.yaml", text);
  look(text, task_text, "lab.yaml", text);
  return 0;
}
