// Values by name in the order in which they came, so that what is written of them is the same each time.
// For the few names of a case file; looking one up walks over all.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memgrade {

template <typename T>
class ByName {
 public:
  using Entry = std::pair<std::string, T>;

  // The value of that name; a new one stands last.
  T& operator[](std::string_view name) {
    const auto found = std::ranges::find(entries_, name, &Entry::first);
    return found != entries_.end() ? found->second : entries_.emplace_back(std::string(name), T()).second;
  }
  // Null when there is none.
  [[nodiscard]] const T* find(std::string_view name) const {
    const auto found = std::ranges::find(entries_, name, &Entry::first);
    return found != entries_.end() ? &found->second : nullptr;
  }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] auto begin() const { return entries_.begin(); }
  [[nodiscard]] auto end() const { return entries_.end(); }
  bool operator==(const ByName&) const = default;

 private:
  std::vector<Entry> entries_;
};

}  // namespace memgrade
