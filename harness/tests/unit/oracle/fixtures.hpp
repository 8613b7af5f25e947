// What the tests of this module share: making data by generator, and the published files, where they are.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <harness/oracle/generators.hpp>
#include <harness/oracle/oracle.hpp>
#include <harness/oracle/paging/paging.hpp>
#include <iterator>
#include <optional>
#include <string>

namespace memgrade::oracle {

inline std::string make(std::string_view generator, const Json& params, const Files& files = {}) {
  const Result<std::string> made = find_generator(generator)->make(params, files);
  EXPECT_TRUE(made) << (made ? "" : made.error().text());
  return made.value_or("");
}

// The book's data, made by the generators.
inline Files book() {
  return {
      {"addresses.txt", make("java_random", {{"seed", 271085499210485}, {"count", 1000}, {"bound", 65536}})},
      {"store.bin", make("backing_store", {{"bytes", 65536}})}};
}

inline Json paging(std::uint64_t frames, std::string_view policy) {
  return {{"trace", "addresses.txt"}, {"store", "store.bin"}, {"frames", frames}, {"policy", policy}};
}

inline Json truth(const Json& params, const Files& files) {
  const Result<Json> facts = find_oracle("paging")->truth(params, files);
  EXPECT_TRUE(facts) << (facts ? "" : facts.error().text());
  return facts.value_or(Json());
}

// A file of the published data set, whose directory MEMGRADE_DATASET names; nothing when it is not there.
inline std::optional<std::string> published(const std::string& name) {
  const char* directory = std::getenv("MEMGRADE_DATASET");
  if (directory == nullptr) return std::nullopt;
  std::ifstream in(std::string(directory) + "/" + name, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// The addresses of a sound trace in the book's address space.
inline std::vector<std::uint64_t> parsed(const std::string& text) {
  return parse_trace(text, "trace", AddressSpace{}).value();
}

// Addresses at the start of the given pages of 256 bytes.
inline std::vector<std::uint64_t> at_pages(const std::vector<std::uint64_t>& pages) {
  std::vector<std::uint64_t> addresses;
  for (const std::uint64_t page : pages) addresses.push_back(page * 256);
  return addresses;
}

}  // namespace memgrade::oracle
