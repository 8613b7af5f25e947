// Names in case files (FieldSpec::refers_to) against what there is to be named.
#pragma once

#include <harness/casefile/validate.hpp>
#include <harness/model/schema.hpp>
#include <string>
#include <vector>

namespace memgrade::casefile {

// Adds "column of book.translations" of facts such as "book.translations.value".
void add_columns(NameTable& known, const std::vector<std::string>& facts);

// The name of what has it, where Reference::owner says; "": there is none.
[[nodiscard]] std::string owner_of(const Checked& checked, const NameUse& use);

// A complaint about every name that is none of its kind. What has an owner is looked up only when the owner
// is known: a wrong owner has its own complaint.
void check_name_uses(Checked& checked, const NameTable& known);

}  // namespace memgrade::casefile
