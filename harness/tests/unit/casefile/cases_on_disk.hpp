// A folder of case files for one test, and what the loader says of it.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/casefile/casefile.hpp>
#include <harness/tests/unit/casefile/made_up_vocabulary.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::casefile::test {

inline const std::string good_lab = R"(schema: 1
lab: demo
title: A demonstration
points: 3
collector: program
identify: "vm.c"
facts:
  page_faults:
    number: 'faults: (\d+)'
  translations:
    from: [stdout, files]
    table: {row: '(?P<virtual>\d+) (?P<value>\d+)', columns: {virtual: integer, value: integer}}
program:
  argv: [vm, -n]
  data:
    book:
      files:
        addresses.txt: {java_random: {seed: 7}}
  oracle:
    paging: {trace: addresses.txt, frames: "{frames}"}
  limits: {run: {memory: 256 MiB}}
tasks: [build, counts]
)";

inline const std::string good_build = R"(schema: 1
task: build
title: Builds
points: 1
judge:
  - builds:
)";

inline const std::string good_counts = R"(schema: 1
task: counts
title: Counts
points: 2
needs: [build]
collect:
  runs: {run: book, data: book, with: {frames: 256, policy: lru, spare: [1, two]}}
judge:
  - exits: {run: book, gate: true, cap: 0.5}
  - one_of: {fact: book.page_faults, to: oracle.book.page_faults}
  - near: {fact: book.translations.rows, value: 5, weight: 2, visibility: staff, hint: "count again"}
)";

class CasesOnDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::make(fs::temp_directory_path(), "casefile");
    ASSERT_TRUE(made) << made.error().text();
    root_.emplace(std::move(*made));
    write("demo/lab.yaml", good_lab);
    write("demo/build.yaml", good_build);
    write("demo/counts.yaml", good_counts);
  }

  fs::path path(const std::string& file) const { return root_->path() / file; }

  void write(const std::string& file, const std::string& text) const {
    fs::create_directories(path(file).parent_path());
    std::ofstream(path(file), std::ios::binary) << text;
  }

  // The good file with one piece of text replaced, which must be there.
  void change(const std::string& file, const std::string& from, const std::string& to) const {
    std::ifstream in(path(file), std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << file << " has no " << from;
    write(file, text.replace(at, from.size(), to));
  }

  // The complaints, each as text with the files' names relative to the cases.
  std::vector<std::string> diagnostics() const {
    const auto loaded = load_cases(root_->path(), vocabulary_);
    if (!loaded) return {"error: " + loaded.error().text()};
    const std::string prefix = show_path(root_->path()) + "/";
    std::vector<std::string> texts;
    for (CaseDiagnostic diagnostic : loaded->diagnostics) {
      std::string text = diagnostic.text();
      for (std::size_t at; (at = text.find(prefix)) != std::string::npos;) text.erase(at, prefix.size());
      texts.push_back(text);
    }
    return texts;
  }

  std::optional<TempDir> root_;
  Vocabulary vocabulary_ = made_up_vocabulary();
};

}  // namespace memgrade::casefile::test
