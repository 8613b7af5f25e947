// The disk file from which pages are loaded on demand: page p stands at byte p * page_bytes.
//
// A store may be shorter than the virtual memory. That is no error by itself: only reading a page that is not
// wholly in the file is. Bytes after the last page are never read.
#pragma once

#include <vmsim/address.hpp>
#include <vmsim/result.hpp>

#include <fstream>
#include <optional>
#include <span>
#include <string>

namespace vmsim {

class BackingStore {
 public:
  // Error (io): the file cannot be opened.
  static Result<BackingStore> open(const std::string& path, const Geometry& geometry);

  // Fills `into` (page_bytes long) with page `page`. Error: the file cannot be read (io), or ends before the
  // page's end (bad_input).
  std::optional<Error> read_page(PageNumber page, std::span<char> into);

 private:
  BackingStore(std::string path, std::ifstream file, const Geometry& geometry);
  Error read_failed(PageNumber page) const;

  std::string path_;
  std::ifstream file_;
  Geometry geometry_;
};

}  // namespace vmsim
