#include <vmsim/backing_store.hpp>

#include <cerrno>
#include <cstring>
#include <utility>

namespace vmsim {

BackingStore::BackingStore(std::string path, std::ifstream file, const Geometry& geometry)
    : path_(std::move(path)), file_(std::move(file)), geometry_(geometry) {}

Result<BackingStore> BackingStore::open(const std::string& path, const Geometry& geometry) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{ErrorKind::io, path + ": cannot open: " + std::strerror(errno)};
  return BackingStore(path, std::move(file), geometry);
}

std::optional<Error> BackingStore::read_page(PageNumber page, std::span<char> into) {
  file_.clear();
  // STUDENT BEGIN(demand-load)
  // TODO: go to the first byte of page `page` in file_ (seekg) and read page_bytes bytes (read) into `into`.
  // TODO: The check below finds out when that did not succeed.
  // STUB: static_cast<void>(into);
  file_.seekg(static_cast<std::streamoff>(geometry_.join(page, 0)));
  file_.read(into.data(), static_cast<std::streamsize>(into.size()));
  // STUDENT END
  if (!file_) return read_failed(page);
  return std::nullopt;
}

Error BackingStore::read_failed(PageNumber page) const {
  const std::string name = "page " + std::to_string(page);
  if (file_.bad() || !file_.eof()) return {ErrorKind::io, path_ + ": cannot read " + name};
  const std::uint64_t first = geometry_.join(page, 0);
  const std::uint64_t last = first + geometry_.page_bytes() - 1;
  return {ErrorKind::bad_input, path_ + ": the file is too short for " + name + " (bytes " +
                                    std::to_string(first) + " to " + std::to_string(last) + ")"};
}

}  // namespace vmsim
