// How a program of a student's is called: one call for each setting (frames, policy), since a submission may
// have one program for each of them, and the settings for which it has none, with the reason.
#pragma once

#include <harness/base/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::collect {

struct Call {
  std::string program;                 // one that was built, relative to the build's directory
  std::vector<std::string> arguments;  // with placeholders for the values of a setting: "-n", "{frames}"
  std::string input = {};              // the file of ours that its standard input comes from; "" for none

  bool operator==(const Call&) const = default;
};

// In the words of a command line: the next one is the file that standard input comes from.
inline constexpr const char* kInputSign = "<";
[[nodiscard]] Call make_call(std::string program, const std::vector<std::string>& words);

// "./vm -n {frames} BACKING_STORE.bin addresses.txt"
[[nodiscard]] std::string call_text(const Call& call);

struct Invocation {
  struct Setting {
    Json values;               // {"frames": 256, "policy": "fifo"}
    std::optional<Call> call;  // nothing when no program offers the setting
    std::string cause;         // then why, for a person
  };
  std::vector<Setting> settings;  // in the order of the case's `probe`; never empty
  // Files that a program opens by a fixed name, and the names of ours that they are copies of (perhaps the
  // same).
  std::map<std::string, std::string> copies;
  std::string output;  // somebody said that the answers are read from this file alone; "" for any

  // The setting with these values; one that the probe did not have is asked as the first that has a call.
  [[nodiscard]] const Setting& setting(const Json& values) const;
};

}  // namespace memgrade::collect
