// "{frames}" in a case file: a value that is put in when a run is made.
//
// `{name}` is the run's value of that name; `{name:upper}` its upper-case form, `{name:capital}` the one with
// a capital first letter, `{name:initial}` and `{name:upper_initial}` its first letter, `{name:fifo=0,lru=1}`
// what stands for it in the table. A string that is one placeholder and nothing else takes the value's type,
// so that {frames} can stand for a number.
#pragma once

#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::collect {

// `text` with every placeholder replaced; an error (kind case_file) names the one that has no value.
[[nodiscard]] Result<std::string> fill_text(std::string_view text, const Json& values);
// The same for every string in `value`, at any depth.
[[nodiscard]] Result<Json> fill(const Json& value, const Json& values);
// The names of the placeholders in `value`, at any depth, each once.
[[nodiscard]] std::vector<std::string> placeholders_in(const Json& value);

}  // namespace memgrade::collect
