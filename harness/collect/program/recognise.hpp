// Whether a source is of a program lab, whatever it is called: it is C or C++, it or a neighbour has a
// `main`, and it speaks of the lab's matter (the words of the case's `recognise`).
#pragma once

#include <filesystem>
#include <harness/model/lab.hpp>

namespace memgrade::collect {

// By its name.
[[nodiscard]] bool is_c_source(const std::filesystem::path& file);
// A text by its name: sources handed in through a web form that takes none, vm.c.txt.
[[nodiscard]] bool is_text(const std::filesystem::path& file);

[[nodiscard]] bool reads_like_a_program_of(const Lab& lab, const std::filesystem::path& root,
                                           const std::filesystem::path& file);

}  // namespace memgrade::collect
