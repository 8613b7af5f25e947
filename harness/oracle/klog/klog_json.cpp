// Troubles as checkers see them, and the lines of the source that belong to their places.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <harness/base/text.hpp>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/klog.hpp>

namespace memgrade::oracle {
namespace {

constexpr auto kKindNames = std::to_array<std::string_view>({
    "oops",
    "bug",
    "warning",
    "panic",
    "double_fault",
    "stack_overflow",
    "stack_corruption",
    "hung_task",
    "soft_lockup",
    "hard_lockup",
    "rcu_stall",
    "workqueue",
    "scheduling_while_atomic",
    "sleeping_in_atomic",
    "lockdep",
    "list_corruption",
    "refcount",
    "use_after_free",
    "out_of_bounds",
    "slab_corruption",
    "bad_page",
    "out_of_memory",
    "allocation_failure",
    "leftover",
    "not_loaded",
});
static_assert(kKindNames.size() == static_cast<std::size_t>(CrashKind::not_loaded) + 1);

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

// A place in the members function, offset and module of an object.
Json place_json(const std::optional<CodePlace>& place) {
  return {{"function", place ? Json(place->function) : Json(nullptr)},
          {"module", place ? or_null(place->module) : Json(nullptr)},
          {"offset", place ? Json(place->offset) : Json(nullptr)}};
}

Json crash_report_json(const CrashReport& crash) {
  Json json = {{"kind", to_string(crash.kind)},
               {"title", crash.title},
               {"sentence", crash.explanation},
               {"time_s", crash.time_us ? Json(static_cast<double>(*crash.time_us) / 1e6) : Json(nullptr)},
               {"times", crash.times},
               {"task", or_null(crash.comm)}};
  json.update(place_json(crash.place));
  json["file"] = or_null(crash.file);
  json["line"] = crash.file.empty() ? Json(nullptr) : Json(crash.line);
  json["source"] = Json::array();
  json["rip"] = crash.rip ? place_json(crash.rip) : Json(nullptr);
  Json frames = Json::array();
  for (const CodePlace& place : crash.backtrace) {
    Json frame = place_json(place);
    frame["file"] = nullptr;
    frame["line"] = nullptr;
    frames.push_back(std::move(frame));
  }
  json["backtrace"] = std::move(frames);
  json["log"] = crash.log;
  return json;
}

void put_line(Json& object, const std::vector<SourcePlace>& sources, bool with_text) {
  if (!object.is_object() || !object.contains("function") || !object["function"].is_string()) return;
  for (const SourcePlace& source : sources) {
    const Json wanted = place_json(source.place);
    if (object["function"] != wanted["function"] || object["offset"] != wanted["offset"] ||
        object["module"] != wanted["module"])
      continue;
    object["file"] = to_utf8(source.file);
    object["line"] = source.line;
    if (!with_text) return;
    object["source"] = Json::array();
    for (const std::string& line : source.source) object["source"].push_back(to_utf8(line));
    return;
  }
}

}  // namespace

std::string_view to_string(CrashKind kind) {
  return kKindNames.at(static_cast<std::size_t>(kind));
}

const std::vector<std::string>& crash_kinds() {
  static const std::vector<std::string> words(kKindNames.begin(), kKindNames.end());
  return words;
}

std::string show(const CodePlace& place) {
  return place.function.starts_with("0x") ? place.function
                                          : fmt::format("{}+{:#x}", place.function, place.offset);
}

Json crash_reports_json(const std::vector<CrashReport>& crashes) {
  Json list = Json::array();
  for (const CrashReport& crash : crashes) list.push_back(crash_report_json(crash));
  return list;
}

std::vector<CodePlace> source_places(const std::vector<CrashReport>& crashes) {
  std::vector<CodePlace> places;
  const auto take = [&](const CodePlace& place) {
    if (!place.module.empty() && std::ranges::find(places, place) == places.end()) places.push_back(place);
  };
  for (const CrashReport& crash : crashes) {
    if (crash.rip) take(*crash.rip);
    std::ranges::for_each(crash.backtrace, take);
  }
  return places;
}

void add_source_places(Json& crashes, const std::vector<SourcePlace>& sources) {
  if (!crashes.is_array()) return;
  for (Json& crash : crashes) {
    put_line(crash, sources, true);
    if (!crash.is_object() || !crash.contains("backtrace") || !crash["backtrace"].is_array()) continue;
    for (Json& frame : crash["backtrace"]) put_line(frame, sources, false);
  }
}

}  // namespace memgrade::oracle
