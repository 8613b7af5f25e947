// Reference solution -> starter code: what stands between STUDENT marks is taken out.
//
//   // STUDENT BEGIN(tlb-lookup)                       // STUDENT BEGIN(tlb-lookup)
//   // TODO: look the page up.                  ──►    // TODO: look the page up.
//   // STUB: return std::nullopt;                      return std::nullopt;
//   return entries_.find(page);                        // STUDENT END
//   // STUDENT END
//
// The comment may be `//`, `/* … */` (one line, or a TODO of several) or `#`. Everything in a marked part
// that is neither TODO nor STUB is dropped; everything outside is kept to the byte.
#pragma once

#include <harness/base/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade {

struct Stripped {
  std::string text;
  std::vector<std::string> parts;  // the names in BEGIN(…), in order
};

// An error (kind case_file, with the line) for a BEGIN without END, an END without BEGIN, or one inside
// another.
[[nodiscard]] Result<Stripped> strip_solutions(std::string_view text, const std::string& file_name);

}  // namespace memgrade
