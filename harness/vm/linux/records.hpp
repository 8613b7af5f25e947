// The records of a guest's agent, read from the bytes that left the guest (harness/guest/records.c has the
// layout).
//
// Fail-closed: what is read is what stands before the first byte that does not fit. Only the whole stream,
// with its last record, proves that the job came to its end.
#pragma once

#include <harness/vm/linux/guest.hpp>
#include <harness/vm/linux/job.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::vm {

struct RecordStream {
  std::vector<GuestRecord> records;  // parts joined; without the last, `end`, and signs of life
  bool whole = false;
  std::string trouble;  // if not whole: where and why, for a person
};
[[nodiscard]] RecordStream read_records(std::string_view bytes, const RecordKey& key);

}  // namespace memgrade::vm
