#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <harness/base/text.hpp>
#include <harness/collect/program/offer.hpp>
#include <tuple>

namespace memgrade::collect {
namespace {

std::string value_as_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : dump_json(value, -1);
}

bool differ_only_in(const Json& a, const Json& b, const std::string& name) {
  return std::ranges::all_of(a.items(), [&](const auto& item) {
    const bool same = b.contains(item.key()) && b[item.key()] == item.value();
    return item.key() == name ? !same : same;
  });
}

// Whether no answer changes with this value, though it should.
bool changes_nothing(const TriedCall& tried, const Prober& prober, const std::string& name) {
  bool should = false;
  const std::vector<Json>& settings = prober.settings();
  for (std::size_t a = 0; a < settings.size(); ++a)
    for (std::size_t b = a + 1; b < settings.size(); ++b) {
      if (!differ_only_in(settings[a], settings[b], name)) continue;
      if (tried.replies[a].shown != tried.replies[b].shown) return false;
      should = should || prober.differ(a, b, tried.replies[a].names);
    }
  return should;
}

// How many of the setting's values the program's name speaks of.
int named_values(const std::string& program, const Json& values) {
  const std::string name = to_lower(std::filesystem::path(program).filename().string());
  int named = 0;
  for (const auto& [key, value] : values.items()) named += name.find(value_as_text(value)) != name.npos;
  return named;
}

std::string cause_of(const std::vector<std::string>& ignored, const Prober& prober,
                     const CallSearch& search) {
  std::vector<std::string> options, values;
  for (const std::string& name : ignored) {
    const CallArgument* const argument = search.argument(name);
    options.push_back(argument && !argument->options.empty() ? "-" + argument->options.front() : name);
    for (const Json& setting : prober.settings()) {
      const std::string value = value_as_text(setting.at(name));
      if (std::ranges::find(values, value) == values.end()) values.push_back(value);
    }
  }
  if (ignored.size() == 1)
    return fmt::format("prints the same for {}: it takes no {}", join(values, " and "), options.front());
  constexpr const char* counts[] = {"", "", "two", "three", "four"};
  const std::size_t count = prober.settings().size();
  return fmt::format("prints the same for all {} settings: it takes neither {}",
                     count < std::size(counts) ? counts[count] : std::to_string(count),
                     join(options, " nor "));
}

}  // namespace

std::string setting_text(const Json& values) {
  std::vector<std::string> words;
  for (const auto& [name, value] : values.items()) words.push_back(value_as_text(value));
  return join(words, " ");
}

Offer offer_of(const TriedCall& tried, const Prober& prober, const CallSearch& search,
               const std::set<std::string>& taken) {
  const std::vector<Json>& settings = prober.settings();
  Offer offer{std::vector<bool>(settings.size(), true), ""};
  std::vector<std::string> ignored;
  for (const auto& [name, value] : settings.front().items())
    if (!taken.contains(name) && changes_nothing(tried, prober, name)) ignored.push_back(name);
  if (ignored.empty()) return offer;
  offer.cause = cause_of(ignored, prober, search);
  const auto rank = [&](std::size_t i) {
    return std::tuple(tried.replies[i].right, named_values(tried.call.program, settings[i]),
                      -tried.replies[i].distance);
  };
  for (std::size_t i = 0; i < settings.size(); ++i)
    for (std::size_t other = 0; other < settings.size(); ++other) {
      if (other == i) continue;
      const bool told_apart = std::ranges::any_of(settings[i].items(), [&](const auto& item) {
        return std::ranges::find(ignored, item.key()) == ignored.end() &&
               settings[other][item.key()] != item.value();
      });
      const bool other_first = rank(other) > rank(i) || (rank(other) == rank(i) && other < i);
      if (!told_apart && other_first) offer.settings[i] = false;
    }
  return offer;
}

}  // namespace memgrade::collect
