#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/vm/kernels/apt_sources.hpp>
#include <optional>
#include <set>
#include <utility>

namespace memgrade::vm {
namespace {

using Words = std::vector<std::string>;

bool contains(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// "[ arch=amd64 signed-by=/a,/b ]": the options of a line, which is left behind them. False: no closing
// bracket.
bool take_options(std::string_view& rest, PackageSource& source) {
  rest = trim(rest);
  if (!rest.starts_with('[')) return true;
  const std::size_t end = rest.find(']');
  if (end == std::string_view::npos) return false;
  for (const std::string& word : split_words(rest.substr(1, end - 1))) {
    const std::size_t equals = word.find('=');
    // "arch+=" and the like add to lists that are not taken over.
    if (equals == std::string::npos || equals == 0 || word[equals - 1] == '+' || word[equals - 1] == '-')
      continue;
    // Lists are separated by commas here and by spaces in a paragraph.
    source.options[to_lower(word.substr(0, equals))] = replace_all(word.substr(equals + 1), ",", " ");
  }
  rest.remove_prefix(end + 1);
  return true;
}

std::optional<PackageSource> parse_line(std::string_view line) {
  line = trim(line.substr(0, line.find('#')));
  if (!line.starts_with("deb") || line.size() < 4 || (line[3] != ' ' && line[3] != '\t' && line[3] != '['))
    return {};
  std::string_view rest = line.substr(3);
  PackageSource source;
  if (!take_options(rest, source)) return {};
  const Words words = split_words(rest);
  if (words.size() < 2) return {};
  source.addresses = {words[0]};
  source.suites = {words[1]};
  source.components.assign(words.begin() + 2, words.end());
  return source;
}

using Fields = std::map<std::string, std::string>;

std::optional<PackageSource> from_fields(Fields fields) {
  const auto take = [&fields](const char* name) {
    auto node = fields.extract(name);
    return node ? std::move(node.mapped()) : std::string();
  };
  const std::string enabled = to_lower(trim(take("enabled")));
  if (enabled == "no" || enabled == "false" || enabled == "0" || enabled == "off" || enabled == "without")
    return {};
  if (!contains(split_words(take("types")), "deb")) return {};
  PackageSource source{.addresses = split_words(take("uris")),
                       .suites = split_words(take("suites")),
                       .components = split_words(take("components")),
                       .options = {}};
  if (source.addresses.empty() || source.suites.empty()) return {};
  source.options = std::move(fields);
  return source;
}

// Where a suite stands in the distribution.
enum class Role { none, main, security };

Role role_of(std::string_view suite) {
  static const std::set<std::string_view> names = {"buster",    "bullseye",     "bookworm", "trixie",
                                                   "forky",     "duke",         "sid",      "stable",
                                                   "oldstable", "oldoldstable", "testing",  "unstable"};
  Role role = Role::main;
  for (const std::string_view suffix : {"-security", "/updates"}) {
    if (!suite.ends_with(suffix)) continue;
    role = Role::security;
    suite.remove_suffix(suffix.size());
  }
  for (const std::string_view suffix : {"-proposed-updates", "-updates", "-backports"})
    if (role == Role::main && suite.ends_with(suffix)) suite.remove_suffix(suffix.size());
  return names.contains(suite) ? role : Role::none;
}

// An address with what goes with it; the same place is asked once.
struct Place {
  std::string address;
  std::map<std::string, std::string> options;
  auto operator<=>(const Place&) const = default;
};

// Options of the machine that are about other things than where and by whom.
std::map<std::string, std::string> kept_options(std::map<std::string, std::string> options) {
  for (const char* name : {"arch", "architectures", "lang", "languages", "target", "targets", "pdiffs",
                           "trusted", "allow-insecure", "allow-weak", "allow-downgrade-to-insecure",
                           "snapshot", "x-repolib-name", "description"})
    options.erase(name);
  return options;
}

template <typename Wanted>
std::vector<Place> places(const std::vector<PackageSource>& machine, Wanted wanted) {
  std::vector<Place> found;
  for (const PackageSource& source : machine) {
    if (!contains(source.components, "main") || std::ranges::none_of(source.suites, wanted)) continue;
    for (const std::string& address : source.addresses) {
      Place place{address, kept_options(source.options)};
      if (address.starts_with("cdrom:") || std::ranges::find(found, place) != found.end()) continue;
      found.push_back(std::move(place));
    }
  }
  return found;
}

std::vector<Place> places_of_suite(const std::vector<PackageSource>& machine, const std::string& suite) {
  std::vector<Place> same = places(machine, [&](const std::string& other) { return other == suite; });
  if (!same.empty()) return same;
  const Role role = role_of(suite);
  same = places(machine, [role](const std::string& other) { return role_of(other) == role; });
  if (!same.empty() || role != Role::security) return same;
  for (Place& place :
       places(machine, [](const std::string& other) { return role_of(other) == Role::main; })) {
    Place beside = place;
    while (beside.address.ends_with('/')) beside.address.pop_back();
    beside.address += "-security";
    same.push_back(std::move(place));
    same.push_back(std::move(beside));
  }
  return same;
}

std::string paragraph(const Place& place, const std::string& suite) {
  // Only the list of packages is needed, not translations, icons and contents.
  std::string text = fmt::format(
      "Types: deb\nURIs: {}\nSuites: {}\nComponents: main\nArchitectures: amd64\nTargets: Packages\n",
      place.address, suite);
  for (const auto& [name, value] : place.options) text += fmt::format("{}: {}\n", name, value);
  return text + "\n";
}

// The numbers in a release, for comparing: 6.1.0-56 is newer than 6.1.0-9.
std::vector<unsigned long> numbers_in(std::string_view text) {
  std::vector<unsigned long> numbers;
  for (std::size_t at = 0; at < text.size();) {
    unsigned long number = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
    if (error == std::errc())
      numbers.push_back(number), at = static_cast<std::size_t>(end - text.data());
    else
      ++at;
  }
  return numbers;
}

// Whether what stands between "6.1." and "-amd64" is a plain release: "0-56", "117+deb12", "0-0.deb11.9"; not
// "0-56-cloud" or "0-56-rt", which lack drivers or behave otherwise.
bool is_plain(std::string_view rest) {
  return !rest.empty() && rest.find_first_not_of("0123456789-+.~debpo") == std::string_view::npos;
}

std::uint64_t number_from(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::vector<PackageSource> parse_source_lines(std::string_view text) {
  std::vector<PackageSource> sources;
  for (const std::string_view line : split_lines(text))
    if (auto source = parse_line(line)) sources.push_back(std::move(*source));
  return sources;
}

std::vector<PackageSource> parse_source_paragraphs(std::string_view text) {
  std::vector<PackageSource> sources;
  Fields fields;
  std::string last;
  const auto finish = [&] {
    if (auto source = from_fields(std::exchange(fields, {}))) sources.push_back(std::move(*source));
    last.clear();
  };
  for (const std::string_view line : split_lines(text)) {
    if (line.starts_with('#')) continue;
    if (trim(line).empty()) {
      finish();
    } else if (line.front() == ' ' || line.front() == '\t') {
      if (!last.empty()) fields[last] += fmt::format("\n{}", line);
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
      last = to_lower(trim(line.substr(0, colon)));
      fields[last] = std::string(trim(line.substr(colon + 1)));
    }
  }
  finish();
  return sources;
}

std::vector<PackageSource> read_sources(const fs::path& list, const fs::path& parts) {
  std::vector<PackageSource> sources;
  const auto add = [&sources](const fs::path& path, auto parse) {
    const auto text = read_file(path, 1U << 20);
    if (text) std::ranges::move(parse(*text), std::back_inserter(sources));
  };
  add(list, parse_source_lines);
  std::set<fs::path> sorted;
  std::error_code code;
  for (fs::directory_iterator at(parts, code), end; !code && at != end; at.increment(code))
    sorted.insert(*at);
  for (const fs::path& path : sorted) {
    if (path.extension() == ".list") add(path, parse_source_lines);
    if (path.extension() == ".sources") add(path, parse_source_paragraphs);
  }
  return sources;
}

std::string sources_for(const std::vector<PackageSource>& machine, const std::vector<std::string>& suites) {
  std::string text;
  for (const std::string& suite : suites)
    for (const Place& place : places_of_suite(machine, suite)) text += paragraph(place, suite);
  return text;
}

const std::vector<KernelSeries>& known_series() {
  static const std::vector<KernelSeries> series = {
      {"5.10", {"bullseye", "bullseye-security"}},
      {"6.1", {"bookworm", "bookworm-updates", "bookworm-security"}},
      {"6.12", {"bookworm-security"}},
  };
  return series;
}

KernelChoice choose_release(const std::string& series, const std::vector<std::string>& names) {
  const std::set<std::string_view> known(names.begin(), names.end());
  constexpr std::string_view begin = "linux-image-", end = "-amd64";
  KernelChoice best;
  for (const std::string_view name : names) {
    std::string_view release = name;
    if (release.ends_with("-unsigned")) release.remove_suffix(9);
    if (!release.starts_with(begin) || !release.ends_with(end)) continue;
    release.remove_prefix(begin.size());
    const std::string_view version = release.substr(0, release.size() - end.size());
    if (!version.starts_with(series + ".") || !is_plain(version.substr(series.size() + 1))) continue;
    const std::string headers = fmt::format("linux-headers-{}", release);
    const std::string common = fmt::format("linux-headers-{}-common", version);
    if (!known.contains(headers) || !known.contains(common)) continue;
    // Signed or not, the kernel is the same; the signed one is what everybody runs.
    const bool better = best.release == release ? !name.ends_with("-unsigned")
                                                : numbers_in(best.release) < numbers_in(release);
    if (better) best = {std::string(release), std::string(name), headers, common};
  }
  return best;
}

std::vector<Package> parse_packages(std::string_view text) {
  std::vector<Package> packages;
  bool skipping = false;
  for (const std::string_view line : split_lines(text)) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    const std::string_view field = line.substr(0, colon), value = trim(line.substr(colon + 2));
    if (field == "Package") {
      skipping = std::ranges::find(packages, value, &Package::name) != packages.end();
      if (!skipping) packages.push_back({.name = std::string(value), .version = {}, .depends = {}});
    }
    if (packages.empty() || skipping) continue;
    Package& package = packages.back();
    if (field == "Version") package.version = value;
    if (field == "Depends") package.depends = value;
    if (field == "Size") package.download_bytes = number_from(value);
    if (field == "Installed-Size") package.installed_bytes = number_from(value) * 1024;
  }
  return packages;
}

std::string kbuild_package(std::string_view depends) {
  for (const std::string& word : split_words(depends)) {
    std::string_view name = word;
    if (name.ends_with(',')) name.remove_suffix(1);
    if (name.starts_with("linux-kbuild-")) return std::string(name);
  }
  return {};
}

}  // namespace memgrade::vm
