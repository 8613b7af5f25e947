// What of a folder that was handed in is work, and what is set aside: what was compiled elsewhere, what
// tools, editors and file managers leave behind, and what is too large to be a source. Decided here alone,
// for whoever looks for work and whoever copies it to be built; a build runs on sources, and the report says
// what was set aside.
#pragma once

#include <cstdint>
#include <filesystem>
#include <harness/base/files.hpp>
#include <harness/base/result.hpp>
#include <harness/base/trees.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::collect {

// A file above this is no source, whatever its name is.
inline constexpr std::uint64_t kMostWorkBytes = 32ULL << 20;
// A document, picture or archive above this is not copied. Below it, it costs nothing.
inline constexpr std::uint64_t kMostDocumentBytes = 1ULL << 20;
// More folders than work has below one another; the sandbox allows some more.
inline constexpr int kMostFolders = 48;
// What a build has room for, and some files that it may make itself.
inline constexpr TreeLimits kMostWork = {.bytes = 256ULL << 20, .files = 15'000};

// Why an entry of a submission is no work: "compiled elsewhere"; "" of what may be work.
[[nodiscard]] std::string why_set_aside(const WalkEntry& entry);

struct HandedIn {
  std::vector<std::filesystem::path> files;       // what may be work, relative, sorted
  std::vector<std::filesystem::path> unreadable;  // files and folders without the right to read them
  std::vector<std::string> set_aside;             // "vm.o: compiled elsewhere"
  std::vector<std::filesystem::path> links;       // not followed, and not said in `set_aside`
};
// Looks through a folder. An error (infrastructure) when the folder itself cannot be read, or holds so many
// files that nobody could mean it.
[[nodiscard]] Result<HandedIn> look_through(const std::filesystem::path& folder);

// The files alone; none of a folder that cannot be looked through.
[[nodiscard]] std::vector<std::filesystem::path> work_in(const std::filesystem::path& folder);

// Copies the work, and returns what was set aside. An error (infrastructure, so that it is the lab's alone
// and costs no points) when a file may not be read, or when there is too much, with the names of what is
// large.
[[nodiscard]] Result<std::vector<std::string>> copy_work(const std::filesystem::path& from,
                                                         const std::filesystem::path& to,
                                                         TreeLimits limits = kMostWork);

// Whether these files of one folder hold the same, one by one.
[[nodiscard]] bool same_text(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& a,
                             const std::vector<std::filesystem::path>& b);

// "permission denied: a.c, b.c"
[[nodiscard]] Error permission_denied(const std::vector<std::filesystem::path>& files);
// Reads a file of the work, the first `max_bytes` of it: read_untrusted, but a file that is there and may not
// be read is an error of the kind infrastructure.
[[nodiscard]] Result<FilePart> read_work(const std::filesystem::path& folder,
                                         const std::filesystem::path& file, std::uint64_t max_bytes);

// "UTF-16 text, which no C compiler reads: save it as UTF-8" where the bytes begin like that; else "".
[[nodiscard]] std::string why_no_source(std::string_view bytes);

}  // namespace memgrade::collect
