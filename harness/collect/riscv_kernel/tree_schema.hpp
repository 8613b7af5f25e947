// The keys under `whole_trees`, for kernels that come with a framework and a Makefile of their own.
#pragma once

#include <harness/model/schema.hpp>

namespace memgrade::collect {

inline constexpr const char* tree_edit_match = "match";  // the key of an edit's expression

[[nodiscard]] FieldSpec whole_trees_field();

}  // namespace memgrade::collect
