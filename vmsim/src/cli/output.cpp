#include <vmsim/cli/output.hpp>

#include <charconv>
#include <cstdio>

namespace vmsim {
namespace {

std::string rate(double fraction) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", fraction);
  return text;
}

// The shortest text that reads back as the same double: 0.244 stays 0.244.
std::string exact(double value) {
  char text[32];
  const auto result = std::to_chars(text, text + sizeof text, value);
  return std::string(text, result.ptr);
}

}  // namespace

void append_text(std::string& out, const Line& line) {
  out += "Virtual address: ";
  out += std::to_string(line.virtual_address);
  out += " Physical address: ";
  out += std::to_string(line.physical_address);
  out += " Value: ";
  out += std::to_string(line.value);
  out += '\n';
}

void append_text(std::string& out, const Statistics& statistics) {
  out += "Number of Translated Addresses = " + std::to_string(statistics.translated_addresses) + "\n";
  out += "Page Faults = " + std::to_string(statistics.page_faults) + "\n";
  out += "Page Fault Rate = " + rate(statistics.page_fault_rate()) + "\n";
  out += "TLB Hits = " + std::to_string(statistics.tlb_hits) + "\n";
  out += "TLB Hit Rate = " + rate(statistics.tlb_hit_rate()) + "\n";
}

void json_head(std::string& out, const Options& options) {
  const MachineConfig& machine = options.machine;
  out += "{\"parameters\": {\"frames\": " + std::to_string(machine.frames);
  out += ", \"tlb_entries\": " + std::to_string(machine.tlb_entries);
  out += ", \"policy\": \"" + options.policy + "\"";
  out += ", \"page_bits\": " + std::to_string(machine.geometry.page_bits);
  out += ", \"offset_bits\": " + std::to_string(machine.geometry.offset_bits);
  out += ", \"seed\": " + std::to_string(machine.seed) + "}";
  if (!options.quiet) out += ",\n \"translations\": [";
}

void json_line(std::string& out, const Line& line, bool first) {
  out += first ? "\n  {\"virtual\": " : ",\n  {\"virtual\": ";
  out += std::to_string(line.virtual_address);
  out += ", \"physical\": ";
  out += std::to_string(line.physical_address);
  out += ", \"value\": ";
  out += std::to_string(line.value);
  out += '}';
}

void json_tail(std::string& out, const Options& options, const Statistics& statistics) {
  if (!options.quiet) out += "]";
  out += ",\n \"statistics\": {\"translated_addresses\": " + std::to_string(statistics.translated_addresses);
  out += ", \"page_faults\": " + std::to_string(statistics.page_faults);
  out += ", \"page_fault_rate\": " + exact(statistics.page_fault_rate());
  out += ", \"tlb_hits\": " + std::to_string(statistics.tlb_hits);
  out += ", \"tlb_hit_rate\": " + exact(statistics.tlb_hit_rate()) + "}}\n";
}

}  // namespace vmsim
