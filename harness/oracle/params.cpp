#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <harness/oracle/params.hpp>

namespace memgrade::oracle {

const FieldSpec& Params::field_spec(std::string_view key) const {
  static const FieldSpec unknown;
  const auto found = std::find_if(spec_.fields.begin(), spec_.fields.end(),
                                  [&](const FieldSpec& spec) { return spec.key == key; });
  return found == spec_.fields.end() ? unknown : *found;
}

const Json& Params::value(std::string_view key) const {
  if (given_.is_object()) {
    const auto found = given_.find(std::string(key));
    if (found != given_.end() && !found->is_null()) return *found;
  }
  return field_spec(key).fallback;
}

void Params::diagnose(std::string_view key, const std::string& what) {
  if (error_) return;
  error_ = Error{ErrorKind::case_file, fmt::format("{}: '{}' {}", spec_.name, key, what)};
}

Status Params::status() const {
  if (error_) return std::unexpected(*error_);
  return {};
}

std::uint64_t Params::count(std::string_view key, std::uint64_t least, std::uint64_t most) {
  const Json& number = value(key);
  const bool whole = number.is_number_integer() && (number.is_number_unsigned() || number >= 0);
  if (whole) {
    const auto n = number.get<std::uint64_t>();
    if (n >= least && n <= most) return n;
  }
  diagnose(key, fmt::format("must be a whole number from {} to {}, and is {}", least, most,
                            dump_json(number, -1)));
  return least;
}

std::uint64_t Params::power_of_two(std::string_view key, std::uint64_t most) {
  const std::uint64_t n = count(key, 1, most);
  if (std::has_single_bit(n)) return n;
  diagnose(key, fmt::format("must be a power of two, and is {}", n));
  return 1;
}

std::uint64_t Params::seed(std::string_view key) {
  const Json& number = value(key);
  if (number.is_number_unsigned()) return number.get<std::uint64_t>();
  if (number.is_number_integer()) return static_cast<std::uint64_t>(number.get<std::int64_t>());
  diagnose(key, fmt::format("must be a whole number, and is {}", dump_json(number, -1)));
  return 0;
}

double Params::share(std::string_view key) {
  const Json& number = value(key);
  if (number.is_number() && number >= 0 && number <= 1) return number.get<double>();
  diagnose(key, fmt::format("must be a number from 0 to 1, and is {}", dump_json(number, -1)));
  return 0;
}

bool Params::flag(std::string_view key) {
  const Json& flag = value(key);
  if (flag.is_boolean()) return flag.get<bool>();
  diagnose(key, fmt::format("must be true or false, and is {}", dump_json(flag, -1)));
  return false;
}

std::string Params::text(std::string_view key) {
  const Json& text = value(key);
  if (!text.is_string()) {
    diagnose(key, fmt::format("must be a text, and is {}", dump_json(text, -1)));
    return {};
  }
  const std::vector<std::string>& choices = field_spec(key).choices;
  std::string word = text.get<std::string>();
  if (choices.empty() || std::find(choices.begin(), choices.end(), word) != choices.end()) return word;
  diagnose(key, fmt::format("must be one of {}, and is {}", fmt::join(choices, ", "), dump_json(text, -1)));
  return choices.front();
}

std::vector<Json> Params::scalars(std::string_view key) {
  const Json& given = value(key);
  std::vector<Json> list;
  if (given.is_array()) {
    list.assign(given.begin(), given.end());
  } else if (!given.is_null()) {
    list.push_back(given);
  }
  const auto scalar = [](const Json& item) {
    return item.is_string() || item.is_number() || item.is_boolean();
  };
  if (std::all_of(list.begin(), list.end(), scalar)) return list;
  diagnose(key, "must be a list of texts, numbers and booleans");
  return {};
}

std::string_view Params::file(std::string_view key, const Files& files) {
  const std::string name = text(key);
  const auto found = files.find(name);
  if (found != files.end()) return found->second;
  diagnose(key, fmt::format("names the file '{}', which is not among the data", name));
  return {};
}

}  // namespace memgrade::oracle
