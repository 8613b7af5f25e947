#include <harness/model/guest_observation.hpp>
#include <stdexcept>

namespace memgrade {
namespace {

template <typename T, typename Write>
Json by_name_json(const ByName<T>& values, Write write) {
  Json json = Json::object();
  for (const auto& [name, value] : values) json[name] = write(value);
  return json;
}

template <typename T>
Json by_name_json(const ByName<T>& values) {
  return by_name_json(values, [](const T& value) { return Json(value); });
}

template <typename T, typename Read>
ByName<T> read_by_name(const Json& all, const char* key, Read read) {
  ByName<T> values;
  const auto part = all.find(key);
  if (part == all.end()) return values;
  if (!part->is_object()) throw std::invalid_argument("what was observed has another shape");
  for (const auto& [name, value] : part->items()) values[name] = read(value);
  return values;
}

template <typename T>
ByName<T> read_by_name(const Json& all, const char* key) {
  return read_by_name<T>(all, key, [](const Json& value) { return value.get<T>(); });
}

Json step_json(const StepOutcome& step) {
  return {{"timed_out", step.timed_out}, {"count", step.count}, {"failed", step.failed},
          {"result", step.result},       {"errno", step.error}, {"ms", step.ms}};
}

StepOutcome step_from(const Json& json) {
  return {json.value("timed_out", false), json.value("count", 0), json.value("failed", 0),
          json.value("result", 0),        json.value("errno", 0), json.value("ms", 0.0)};
}

Json number_or_null(const std::optional<int>& number) {
  return number ? Json(*number) : Json(nullptr);
}

std::optional<int> optional_number(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<int>();
}

}  // namespace

Json to_json(const GuestObservation& observation) {
  const auto exit_json = [](const ProcessExit& exit) {
    return Json{{"status", number_or_null(exit.status)}, {"signal", number_or_null(exit.signal)}};
  };
  return with_utf8({{"values", by_name_json(observation.values)},
                    {"steps", by_name_json(observation.steps, step_json)},
                    {"marks", by_name_json(observation.timestamps)},
                    {"printed", by_name_json(observation.printed)},
                    {"exits", by_name_json(observation.exits, exit_json)}});
}

GuestObservation guest_observation_from_json(const Json& json) {
  if (!json.is_object()) throw std::invalid_argument("what was observed is no object");
  const auto exit_from = [](const Json& exit) {
    return ProcessExit{optional_number(exit, "status"), optional_number(exit, "signal")};
  };
  return {read_by_name<std::string>(json, "values"), read_by_name<StepOutcome>(json, "steps", step_from),
          read_by_name<double>(json, "marks"), read_by_name<std::string>(json, "printed"),
          read_by_name<ProcessExit>(json, "exits", exit_from)};
}

}  // namespace memgrade
