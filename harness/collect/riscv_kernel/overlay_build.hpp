// Builds a student's kernel: our tree with the student's files in it, in the sandbox.
//
// Everything else in the tree is protected: the boot code, the tests, the driver and the Makefile are ours
// whatever was sent. What a student added beside the named files is left out, and said.
//
// It is built once as a whole, and once for each of the lab's `parts`, with our files in the place of some of
// the student's: what is wrong in buddy.c then costs nothing where mmap.c is judged.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/model/evidence.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace memgrade::collect {

// How a submission's kernels are started, and ended where they do not end by themselves.
struct BootWay {
  std::string cpu = "rv64";
  bool bare = false;            // in machine mode and without firmware, from the begin of memory
  Json watch = Json::object();  // what watch_of takes
};

struct BuiltKernel {
  std::string variant;  // of the submission
  BuildRecord record;
  std::map<std::string, std::filesystem::path> images;  // by the case's names; only those that were built
  std::map<std::string, std::string> commands;          // by image: how to boot it by hand
  std::string kernel_image;  // of a whole tree: the one with its own programs; the others have other programs
  BootWay recipe;
  std::map<std::string, std::string> last_lines;  // by image: what ends its boot, beside the recipe's
  bool keep_first_page = false;                   // sequences never free the first page
  std::string
      driver_inconclusive;  // why the driver's image is not there, where nobody can be blamed for that
  std::string kmalloc_inconclusive;  // why its kmalloc cannot be called, though the driver is there
  std::vector<std::string> notes;

  // `image` as it is built of a part of the submission ("driver@faults"); where that was not built, the
  // whole one.
  [[nodiscard]] std::string image_of_part(const std::string& image, const std::string& part) const {
    const std::string name = image + "@" + part;
    return images.contains(name) ? name : image;
  }
};

// Files of the lab's own that stand in the place of the student's when this part is judged.
struct KernelPart {
  std::string name;
  std::string judges;  // for the report: what is judged by it
  std::vector<std::string> ours;
};

// The lab's settings for this shape, parsed; the defaults are the schema's.
struct OverlaySettings {
  std::string tree;
  std::vector<std::string> student, optional, build;
  std::vector<std::pair<std::string, std::string>> images = {};  // name, file
  std::vector<KernelPart> parts = {};
  exec::Limits build_limits;
  std::uint64_t memory_bytes = 0;
  std::string cpu;
};
[[nodiscard]] OverlaySettings overlay_settings(const Lab& lab);

[[nodiscard]] Result<BuiltKernel> build_kernel(const Lab& lab, const LabSubmission& submission,
                                               const Context& context);

}  // namespace memgrade::collect
