#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/exec/process.hpp>
#include <harness/vm/kernels/private_apt.hpp>
#include <mutex>
#include <thread>

namespace memgrade::vm {
namespace {

using Words = std::vector<std::string>;

constexpr double tool_timeout_s =
    3600;  // a slow line, not a hang: apt has deadlines of its own for each host

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables = {
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
      {"LC_ALL", "C.UTF-8"},
      {"DEBIAN_FRONTEND", "noninteractive"}};
  // The user's way out of the house, and the user's own apt configuration.
  for (const char* name : {"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy", "HTTP_PROXY",
                           "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY", "APT_CONFIG", "HOME"})
    if (const char* value = std::getenv(name)) variables[name] = value;
  return variables;
}

// The lines of apt's that say what went wrong, without the rest.
std::string diagnostics_in(std::string_view text) {
  Words lines;
  for (const std::string_view line : split_lines(text)) {
    const bool diagnoses = line.starts_with("E: ") || line.starts_with("W: ") || line.starts_with("Err:");
    const std::string shown = shorten(printable(trim(line)), 300);
    const bool summary = shown.find("Some index files failed") != std::string::npos;
    if (diagnoses && !summary && std::ranges::find(lines, shown) == lines.end()) lines.push_back(shown);
  }
  // The first ones name the cause.
  if (lines.size() > 4) lines.resize(4);
  return join(lines, " | ");
}

// Bytes of regular files below `folder`.
std::uint64_t bytes_below(const fs::path& folder) {
  std::uint64_t sum = 0;
  std::error_code code;
  for (fs::recursive_directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
    std::error_code gone;  // apt renames and removes while we look
    if (const std::uintmax_t bytes = at->file_size(gone); !gone && at->is_regular_file(gone)) sum += bytes;
  }
  return sum;
}

// Tells about the growth of a folder while another program fills it: apt tells a terminal alone.
class Watcher {
 public:
  Watcher(fs::path folder, std::uint64_t total, const Progress& progress) {
    if (!progress) return;
    thread_ = std::jthread([folder = std::move(folder), total, &progress](std::stop_token over) {
      std::mutex mutex;
      std::condition_variable_any wake;
      std::unique_lock held(mutex);
      do {
        const std::uint64_t now = std::min(bytes_below(folder), total);
        progress(fmt::format("downloading, {} of {} MB ({} %)", now / 1'000'000, total / 1'000'000,
                             total == 0 ? 100 : now * 100 / total));
      } while (!wake.wait_for(held, over, std::chrono::milliseconds(300),
                              [&over] { return over.stop_requested(); }));
    });
  }

 private:
  std::jthread thread_;
};

// A word of apt's configuration language.
std::string quoted(const fs::path& path) {
  return fmt::format("\"{}\"", path.string());
}

std::string configuration(const fs::path& folder) {
  std::string text =
      // What the machine does after an update of its own is none of ours.
      "#clear APT::Update;\n#clear DPkg;\n#clear APT::Architectures;\n"
      "APT::Architecture \"amd64\";\nAPT::Architectures { \"amd64\"; };\nAPT::Default-Release \"\";\n"
      // Root's unprivileged helper of apt may not write below root's home.
      "APT::Sandbox::User \"root\";\nAPT::Get::AllowUnauthenticated \"false\";\n"
      "Acquire::AllowInsecureRepositories \"false\";\nAcquire::AllowWeakRepositories \"false\";\n"
      "Acquire::AllowDowngradeToInsecureRepositories \"false\";\nAcquire::Languages \"none\";\n"
      "Acquire::GzipIndexes \"false\";\nDir::Etc::SourceList \"/dev/null\";\n"
      "Dir::Etc::Preferences \"/dev/null\";\nDir::Etc::PreferencesParts \"/dev/null\";\n"
      "Dir::Cache::pkgcache \"pkgcache.bin\";\nDir::Cache::srcpkgcache \"srcpkgcache.bin\";\n"
      "Dir::Log \"/dev/null\";\n";
  text += fmt::format("Dir::State {};\n", quoted(folder / "state"));
  text += fmt::format("Dir::State::Lists {};\n", quoted(folder / "lists"));
  text += fmt::format("Dir::State::status {};\n", quoted(folder / "status"));
  text += fmt::format("Dir::Cache {};\n", quoted(folder / "cache"));
  text += fmt::format("Dir::Cache::Archives {};\n", quoted(folder / "cache" / "archives"));
  text += fmt::format("Dir::Etc::SourceParts {};\n", quoted(folder / "sources"));
  return text;
}

// Where the machine's apt has its list of sources: '/etc/apt/sources.list' out of "LIST='…'".
fs::path path_named(const std::string& name, std::string_view shell) {
  for (std::string_view line : split_lines(shell)) {
    if (!line.starts_with(name + "='") || !line.ends_with('\'')) continue;
    line.remove_prefix(name.size() + 2);
    line.remove_suffix(1);
    return replace_all(std::string(line), "'\\''", "'");
  }
  return {};
}

}  // namespace

Result<std::string> run_tool(Words argv, const std::string& package, const fs::path& directory,
                             std::stop_token stop, std::uint64_t stdout_bytes) {
  const std::string name = argv.front();
  auto outcome = exec::run({.argv = std::move(argv), .directory = directory, .environment = environment()},
                           {.wall_s = tool_timeout_s, .stdout_bytes = stdout_bytes, .output_bytes = 0}, stop);
  if (!outcome && outcome.error().kind == ErrorKind::interrupted) return std::unexpected(outcome.error());
  const std::string why = !outcome                                           ? outcome.error().message
                          : outcome->termination == Termination::not_started ? outcome->limit
                                                                             : std::string();
  if (!why.empty()) {
    return fail(ErrorKind::infrastructure,
                fmt::format("cannot run {}: {}; install it with 'apt install {}'", name, why, package));
  }
  if (outcome->termination == Termination::exited && outcome->exit_status == 0 && !outcome->out.cut)
    return std::move(outcome->out.bytes);
  std::string said = diagnostics_in(outcome->err.bytes);
  if (said.empty()) said = shorten(printable(trim(outcome->err.bytes)), 300);
  const std::string how = outcome->out.cut ? "printed too much"
                          : outcome->termination == Termination::exited
                              ? fmt::format("failed ({})", outcome->exit_status)
                              : std::string(to_string(outcome->termination));
  return fail(ErrorKind::infrastructure,
              fmt::format("{} {}: {}", name, how, said.empty() ? "no reason" : said));
}

Error PrivateApt::no_packages(const std::string& what) const {
  std::string message = what;
  if (!diagnostics_.empty()) message += fmt::format("; apt said: {}", diagnostics_);
  if (unknown_key_) {
    message += fmt::format(
        "; the keyring of this machine's package sources lacks the keys of {}: install or renew "
        "debian-archive-keyring",
        join(series_.suites, " and "));
  } else {
    message +=
        "; look whether there is a network, and whether the mirror in this machine's package sources has it";
  }
  message += fmt::format(
      "; 'grade kernels fetch {}' tries again; a directory with a kernel of your own serves too (--kernel "
      "DIR)",
      series_.name);
  return {.kind = ErrorKind::infrastructure, .message = message};
}

Status PrivateApt::prepare(std::stop_token stop) const {
  const auto shell =
      run_tool({"apt-config", "shell", "LIST", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d"},
               "apt", folder_, stop);
  if (!shell) return std::unexpected(shell.error());
  const auto machine = read_sources(path_named("LIST", *shell), path_named("PARTS", *shell));
  const std::string sources = sources_for(machine, series_.suites);
  if (sources.empty()) {
    return fail(
        ErrorKind::infrastructure,
        fmt::format(
            "this machine's package sources name no mirror of Debian, from which Linux {} could come; "
            "use a directory with a kernel of your own (--kernel DIR)",
            series_.name));
  }
  for (const char* name : {"state", "lists/partial", "cache/archives/partial", "sources"})
    if (Status made = make_directories(folder_ / name); !made) return made;
  if (Status made = write_file(folder_ / "status", ""); !made) return made;
  if (Status made = write_file(folder_ / "sources" / "kernels.sources", sources); !made) return made;
  return write_file(folder_ / "apt.conf", configuration(folder_));
}

Status PrivateApt::update(std::stop_token stop) {
  const auto outcome = exec::run({.argv = {"apt-get", "-c", (folder_ / "apt.conf").string(), "-q", "update"},
                                  .directory = folder_,
                                  .environment = environment()},
                                 {.wall_s = tool_timeout_s}, stop);
  if (!outcome) return std::unexpected(outcome.error());
  // Some of the places may lack a suite; whether enough was found is seen in the packages.
  diagnostics_ = diagnostics_in(outcome->err.bytes);
  // gpgv's word for it, and that of apt's newer verifier.
  for (const char* word : {"NO_PUBKEY", "Missing key"})
    unknown_key_ = unknown_key_ || outcome->err.bytes.find(word) != std::string::npos;
  return {};
}

Result<PrivateApt> PrivateApt::open(const fs::path& folder, const KernelSeries& series,
                                    const Progress& progress, std::stop_token stop) {
  // Such a character would end a word of apt's configuration.
  if (folder.string().find_first_of("\"\n") != std::string::npos) {
    return fail(ErrorKind::infrastructure,
                "a cache directory with such a name is not for apt; set MEMGRADE_CACHE", folder.string());
  }
  if (Status made = make_directories(folder); !made) return std::unexpected(made.error());
  PrivateApt apt(folder, series);
  if (Status ready = apt.prepare(stop); !ready) return std::unexpected(ready.error());
  if (progress) progress(fmt::format("reading the package lists of {}", join(series.suites, ", ")));
  if (Status fetched = apt.update(stop); !fetched) return std::unexpected(fetched.error());
  return apt;
}

Result<PrivateApt::Choice> PrivateApt::choose(std::stop_token stop) const {
  const std::string config = (folder_ / "apt.conf").string();
  const auto names = run_tool({"apt-cache", "-c", config, "pkgnames", "linux-"}, "apt", folder_, stop);
  if (!names) return std::unexpected(names.error());
  const KernelChoice kernel = choose_release(series_.name, split_words(*names));
  if (kernel.release.empty())
    return std::unexpected(no_packages(fmt::format("no packages of Linux {} were found", series_.name)));
  Words wanted = {kernel.image, kernel.headers, kernel.common};
  Choice choice{.release = kernel.release, .packages = {}};
  // The kbuild tools' name stands in the headers' dependencies alone.
  for (int round = 0; round < 2; ++round) {
    Words argv = {"apt-cache", "-c", config, "show", "--no-all-versions"};
    argv.insert(argv.end(), wanted.begin(), wanted.end());
    const auto said = run_tool(std::move(argv), "apt", folder_, stop);
    if (!said) return std::unexpected(said.error());
    choice.packages = parse_packages(*said);
    const auto headers = std::ranges::find(choice.packages, kernel.headers, &Package::name);
    if (round > 0 || headers == choice.packages.end()) break;
    wanted.push_back(kbuild_package(headers->depends));
    if (wanted.back().empty()) break;
  }
  if (choice.packages.size() == 4) return choice;
  return std::unexpected(
      no_packages(fmt::format("the headers or the kbuild tools of Linux {} are missing", kernel.release)));
}

Status PrivateApt::download(const std::vector<Package>& packages, const fs::path& folder,
                            const Progress& progress, std::stop_token stop) const {
  if (Status made = make_directories(folder / "partial"); !made) return made;
  Words argv = {"apt-get", "-c", (folder_ / "apt.conf").string(), "-q", "download"};
  std::uint64_t total = 0;
  for (const Package& package : packages) {
    argv.push_back(fmt::format("{}={}", package.name, package.version));
    total += package.download_bytes;
  }
  {
    const Watcher watcher(folder, total, progress);
    const auto done = run_tool(std::move(argv), "apt", folder, stop);
    if (!done && done.error().kind == ErrorKind::interrupted) return std::unexpected(done.error());
    if (!done) {
      return fail(ErrorKind::infrastructure,
                  fmt::format("{}; nothing was kept; 'grade kernels fetch {}' tries again",
                              done.error().message, series_.name));
    }
  }
  std::uint64_t files = 0;
  for (const fs::path& path : list_files(folder).value_or(std::vector<fs::path>()))
    files += path.extension() == ".deb" ? 1 : 0;
  if (files == packages.size() && bytes_below(folder) == total) return {};
  return fail(ErrorKind::infrastructure,
              fmt::format("apt-get download left {} of {} packages; 'grade kernels fetch {}' tries again",
                          files, packages.size(), series_.name));
}

}  // namespace memgrade::vm
