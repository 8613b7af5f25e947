// Where kernels come from: which packages a series means, and package sources derived from the machine's own.
//
// Nothing is fetched here and no mirror is named: what is written is what the machine's apt has, with another
// suite. Both of apt's formats are read: one line ("deb [signed-by=K] URI SUITE COMPONENT…", sources.list)
// and paragraphs (deb822, *.sources). Options that would switch off the checking of signatures are not taken
// over.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::vm {

// One entry: every suite of every address. An option's name is lower case, as in the one-line format; its
// value is as it stands in a paragraph (a key block within Signed-By has several lines).
struct PackageSource {
  std::vector<std::string> addresses;  // URIs
  std::vector<std::string> suites;
  std::vector<std::string> components;
  std::map<std::string, std::string> options;
};

// What is no entry for binary packages, is switched off or is not understood is left out: apt itself
// complains.
[[nodiscard]] std::vector<PackageSource> parse_source_lines(std::string_view text);
[[nodiscard]] std::vector<PackageSource> parse_source_paragraphs(std::string_view text);
// Of a file like sources.list and a directory like sources.list.d, of which either may be missing.
[[nodiscard]] std::vector<PackageSource> read_sources(const std::filesystem::path& list,
                                                      const std::filesystem::path& parts);

// Paragraphs for apt that name `suites` ("bullseye", "bullseye-security") at the places where `machine` has
// suites of the same distribution; "" when it has none. An entry of the machine with just that suite is taken
// before any other. Security updates are looked for where the machine has its own; without such an entry, at
// the main addresses and in "-security" beside them. Some of the places may not have the suite: apt goes on
// without them.
[[nodiscard]] std::string sources_for(const std::vector<PackageSource>& machine,
                                      const std::vector<std::string>& suites);

struct KernelSeries {
  std::string name;                 // "6.1"
  std::vector<std::string> suites;  // that have it, and whose kbuild tools run on this distribution
};
[[nodiscard]] const std::vector<KernelSeries>& known_series();

// Out of the names of all packages the newest release of a series ("6.1.0-56-amd64") that has an image and
// headers; "" when none has. `image` is the name of the package with the image.
struct KernelChoice {
  std::string release;
  std::string image;
  std::string headers, common;  // headers of this flavour, and of all
};
[[nodiscard]] KernelChoice choose_release(const std::string& series, const std::vector<std::string>& names);

struct Package {
  std::string name, version, depends;
  std::uint64_t download_bytes = 0, installed_bytes = 0;
};
// What `apt-cache show` says; the first paragraph of a name counts.
[[nodiscard]] std::vector<Package> parse_packages(std::string_view text);
// The package with the kbuild tools that the headers depend on; "" when there is none.
[[nodiscard]] std::string kbuild_package(std::string_view depends);

}  // namespace memgrade::vm
