// The files of a submission that a person reads: what a walk-through is about, and what a mark is given for.
//
// Kept with a run's evidence, evidence/<lab>/code.json. Sources, headers, linker scripts and makefiles by
// their names, and whatever the lab recognises a submission by; what builds leave behind is none of it, so
// that building in place changes no digest.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/model/lab.hpp>
#include <map>
#include <string>
#include <vector>

namespace memgrade::grading {

struct Code {
  std::map<std::string, std::string> files;  // by name relative to the work's directory
  std::vector<std::string> left_out;         // "big.c: larger than 1 MiB"
  std::string digest;                        // the same for the same names and bytes; "" when there are none
};

// Reads the lab's work in `directory`. `others` are the directories of other labs' work: what stands below
// one of them is theirs. Links are not followed; at most 8 MiB in all.
[[nodiscard]] Code read_code(const Lab& lab, const std::filesystem::path& directory,
                             const std::vector<std::filesystem::path>& others);

[[nodiscard]] Status store_code(const std::filesystem::path& run, const std::string& lab, const Code& code);
// Of a run that kept none: empty. Bytes that are not UTF-8 do not come back as they went; the digest does.
[[nodiscard]] Result<Code> load_code(const std::filesystem::path& run, const std::string& lab);

}  // namespace memgrade::grading
