// report.json: the record itself.
#include <harness/report/report.hpp>

namespace memgrade::report {

std::string json(const Report& report) {
  std::string text = dump_json(to_json(report));
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

}  // namespace memgrade::report
