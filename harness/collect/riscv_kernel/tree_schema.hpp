// The keys under `whole_trees`, for kernels that come with a framework and a Makefile of their own.
#pragma once

#include <harness/model/schema.hpp>

namespace memgrade::collect {

[[nodiscard]] FieldSpec whole_trees_field();

}  // namespace memgrade::collect
