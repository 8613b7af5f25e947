// A private apt: lists and downloads in a directory of ours, the machine's sources with another suite.
//
// No root, and nothing of the machine's dpkg and apt state is read or written: the machine's apt
// configuration is read for its proxies, logins and sources alone. apt verifies the signatures of the lists
// and the digests of the packages; that cannot be switched off here.
#pragma once

#include <harness/vm/cache.hpp>
#include <harness/vm/kernels/apt_sources.hpp>
#include <stop_token>
#include <string>
#include <vector>

namespace memgrade::vm {

class PrivateApt {
 public:
  // Makes `folder` and fetches the lists of `series.suites` into it. Errors are of kind infrastructure and
  // say the way out; so do those of the rest.
  [[nodiscard]] static Result<PrivateApt> open(const fs::path& folder, const KernelSeries& series,
                                               const Progress& progress, std::stop_token stop);
  // The packages of the newest kernel of the series: image, headers, common headers, kbuild tools.
  struct Choice {
    std::string release;
    std::vector<Package> packages;
  };
  [[nodiscard]] Result<Choice> choose(std::stop_token stop) const;
  // What apt said of lists that it could not get; "" when it got all. The kernel may be an older one then.
  [[nodiscard]] const std::string& diagnostics() const { return diagnostics_; }
  // Into `folder`, which gets exactly these packages' files.
  [[nodiscard]] Status download(const std::vector<Package>& packages, const fs::path& folder,
                                const Progress& progress, std::stop_token stop) const;

 private:
  PrivateApt(fs::path folder, KernelSeries series) : folder_(std::move(folder)), series_(std::move(series)) {}
  [[nodiscard]] Status prepare(std::stop_token stop) const;
  [[nodiscard]] Status update(std::stop_token stop);
  [[nodiscard]] Error no_packages(const std::string& what) const;

  fs::path folder_;
  KernelSeries series_;
  std::string diagnostics_;  // of the update
  bool unknown_key_ = false;
};

// Runs a tool of the distribution with the user's proxies; an Error when it cannot be started or fails, with
// what it said last and the name of the package that brings it.
[[nodiscard]] Result<std::string> run_tool(std::vector<std::string> argv, const std::string& package,
                                           const fs::path& directory, std::stop_token stop,
                                           std::uint64_t stdout_bytes = 64U << 20);

}  // namespace memgrade::vm
