#include <harness/collect/limits_and_records.hpp>

namespace memgrade::collect {

std::vector<FieldSpec> limit_fields(double wall_s, double cpu_s, std::int64_t memory_bytes,
                                    std::int64_t disk_bytes, int processes) {
  using enum FieldType;
  return {
      {.key = "wall", .type = number, .fallback = wall_s, .unit = "seconds", .doc = "From start to end."},
      {.key = "cpu",
       .type = number,
       .fallback = cpu_s,
       .unit = "seconds",
       .doc = "CPU time of all its processes."},
      {.key = "quiet",
       .type = number,
       .fallback = 0,
       .unit = "seconds",
       .doc = "Without output; 0: no such limit."},
      {.key = "memory",
       .type = size,
       .fallback = memory_bytes,
       .unit = "bytes",
       .doc = "Resident, all processes."},
      {.key = "output",
       .type = size,
       .fallback = 64 << 20,
       .unit = "bytes",
       .doc = "Printed on both streams."},
      {.key = "disk",
       .type = size,
       .fallback = disk_bytes,
       .unit = "bytes",
       .doc = "Written in its directory."},
      {.key = "processes",
       .type = integer,
       .fallback = processes,
       .doc = "Alive at a time, threads included."},
  };
}

exec::Limits limits_from(const Json& settings) {
  exec::Limits limits;
  limits.wall_s = settings.value("wall", 20.0);
  limits.cpu_s = settings.value("cpu", 5.0);
  limits.quiet_s = settings.value("quiet", 0.0);
  limits.memory_bytes = settings.value("memory", std::uint64_t{0});
  limits.output_bytes = settings.value("output", std::uint64_t{64} << 20);
  // All that a run may print is kept: a part of it could not be judged.
  limits.stdout_bytes = limits.stderr_bytes = limits.output_bytes;
  limits.disk_bytes = settings.value("disk", std::uint64_t{0});
  limits.file_bytes = limits.disk_bytes;
  limits.processes = settings.value("processes", std::uint64_t{0});
  return limits;
}

RunRecord to_record(std::string name, std::string command, exec::Outcome outcome) {
  RunRecord record;
  record.name = std::move(name);
  record.command = std::move(command);
  record.termination = outcome.termination;
  record.exit_status = outcome.exit_status;
  record.signal = outcome.signal;
  record.limit = std::move(outcome.limit);
  record.out = std::move(outcome.out);
  record.err = std::move(outcome.err);
  record.wall_s = outcome.wall_s;
  record.cpu_s = outcome.cpu_s;
  record.peak_bytes = outcome.peak_bytes;
  return record;
}

}  // namespace memgrade::collect
