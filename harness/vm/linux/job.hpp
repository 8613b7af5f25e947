// A guest's job as the agent reads it (harness/guest/job.c has the layout).
#pragma once

#include <array>
#include <cstdint>
#include <harness/base/result.hpp>
#include <harness/vm/linux/guest.hpp>
#include <string>

namespace memgrade::vm {

using RecordKey = std::array<std::uint64_t, 2>;

inline constexpr std::uint64_t largest_job_bytes = 48U << 20;

// An Error of kind infrastructure, because the caller should have known: a file without a plain name, a job
// that does not fit into the guest.
[[nodiscard]] Result<std::string> encode_job(const GuestJob& job, const RecordKey& key,
                                             std::uint64_t evidence_bytes);

// A key that nobody has had.
[[nodiscard]] Result<RecordKey> random_field();

}  // namespace memgrade::vm
