// The keys under `whole_trees`, for kernels that come with a framework and a Makefile of their own.
#pragma once

#include <harness/model/schema.hpp>

namespace memgrade::collect {

[[nodiscard]] KeySpec whole_trees_key();

}  // namespace memgrade::collect
