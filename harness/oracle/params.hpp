// Reads the parameters of an oracle or a generator against its TermSpec: the default of a key stands in the
// spec and nowhere else.
//
// The loader has checked types already; what is checked here is what a FieldSpec cannot say (ranges), and
// again the types, because a search builds parameters without the loader.
#pragma once

#include <cstdint>
#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <harness/model/schema.hpp>
#include <harness/oracle/oracle.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace memgrade::oracle {

// One read after the other, then status(): it holds the first complaint. A read that complains gives the
// least value allowed, so that no caller needs to look before the end.
class Params {
 public:
  Params(const TermSpec& spec, const Json& given) : spec_(spec), given_(given) {}

  // A whole number in [least, most].
  [[nodiscard]] std::uint64_t count(std::string_view key, std::uint64_t least, std::uint64_t most);
  // Like count, and a power of two.
  [[nodiscard]] std::uint64_t power_of_two(std::string_view key, std::uint64_t most);
  // Any whole number of 64 bits; a negative one is its two's complement.
  [[nodiscard]] std::uint64_t seed(std::string_view key);
  [[nodiscard]] double share(std::string_view key);  // a real number in [0, 1]
  [[nodiscard]] bool flag(std::string_view key);
  [[nodiscard]] std::string text(std::string_view key);  // of a choice: one of its words
  // The scalars of a list; a single scalar is a list of one.
  [[nodiscard]] std::vector<Json> scalars(std::string_view key);
  // The bytes of the file that the key names; empty after a complaint.
  [[nodiscard]] std::string_view file(std::string_view key, const Files& files);

  void diagnose(std::string_view key, const std::string& what);
  // An error of kind case_file: "paging: 'frames' must be …".
  [[nodiscard]] Status status() const;

 private:
  [[nodiscard]] const FieldSpec& field_spec(std::string_view key) const;
  [[nodiscard]] const Json& value(std::string_view key) const;

  const TermSpec& spec_;
  const Json& given_;
  std::optional<Error> error_;
};

}  // namespace memgrade::oracle
