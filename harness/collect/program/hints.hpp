// What a submission says itself of how its programs are called: the letters in a getopt string, the words
// that argv is compared with, a usage line, and the command lines in its scripts, Makefile and README.
//
// Hints only decide what is tried, and in which order; what is right, the program's answers decide.
// Everything here is bounded, and a submission that lies to it makes the search longer and nothing else.
#pragma once

#include <filesystem>
#include <harness/collect/program/call.hpp>
#include <harness/collect/program/settings.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace memgrade::collect {

// Whether a value stands behind an option, in the next word or glued to it.
enum class OptionValue {
  none,     // getopt says so, or the code keeps whether the word is there: `lru = !strcmp(argv[1], "-l");`
  perhaps,  // what the code does where it meets the option does not tell
  follows
};

struct OptionHint {
  std::string text;      // "-n", "--frames", "--lru"
  std::string argument;  // of the case's `call.arguments`; "" when the code does not say which
  OptionValue value = OptionValue::follows;

  bool operator==(const OptionHint&) const = default;
};

// A command line without the program: words with placeholders ("-n", "{frames}"), and kInputSign.
using CallTemplate = std::vector<std::string>;

struct Hints {
  std::vector<OptionHint> options;
  std::vector<CallTemplate> templates;        // from scripts and usage lines, the scripts' first
  std::set<std::string> literals;             // strings and characters in the code
  std::set<std::size_t> counts;               // of arguments, that argc is compared with
  std::map<std::string, std::string> opened;  // file names in the code: the case's data file that is meant
                                              // (its own name, too)
  std::set<std::string> taken;                // arguments that the code reads from argv
  std::size_t numbers = 0;                    // words of argv that the code reads as numbers
  bool reads_input = false;                   // it reads its standard input
};

struct TextFile {
  std::string name;
  std::string text;
};

inline constexpr std::size_t kMostHintFiles = 64;
inline constexpr std::size_t kMostHintBytes = 256U << 10;  // of one file; the rest is not read

// The texts of a tree that may say something: sources, scripts, makefiles, READMEs.
[[nodiscard]] std::vector<TextFile> hint_files(const std::filesystem::path& tree);

// `values`: the values that each argument has in the settings, as text ("frames": 256, 128). Sources that
// belong to another of the `programs` (by their name) are not looked at.
[[nodiscard]] Hints read_hints(const std::vector<TextFile>& files, const std::string& program,
                               const std::vector<std::string>& programs, const CallSearch& search,
                               const std::map<std::string, std::vector<std::string>>& values);

}  // namespace memgrade::collect
