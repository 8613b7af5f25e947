// Makes of downloaded packages a tree that may be mounted anywhere: unpacks them, takes away what no guest
// and no build of a module needs, and mends what leads out of the tree.
//
// It works on a directory under a name that nobody uses yet, and never on a tree of the user's own.
#pragma once

#include <harness/vm/cache.hpp>
#include <stop_token>
#include <string>

namespace memgrade::vm {

// Every .deb file of `packages` into `tree`, without their scripts, as dpkg-deb does it.
[[nodiscard]] Status unpack_packages(const fs::path& packages, const fs::path& tree, std::stop_token stop);

// Removes documentation, other architectures' headers, and all modules but those by which a guest sees its
// disks, which are left uncompressed. Without the kernel's type information (`vmlinux` of the headers) kbuild
// needs no pahole, and modules load as well.
[[nodiscard]] Status trim_tree(const fs::path& tree, const std::string& release, std::stop_token stop);

// Rewrites absolute links and the absolute path in the headers' Makefile, and lets anybody read everything.
[[nodiscard]] Status make_relocatable(const fs::path& tree, const std::string& release);

// The line "include /usr/src/linux-headers-6.1.0-56-common/Makefile" with a path from the Makefile's own
// place; other lines as they are.
[[nodiscard]] std::string relative_include(std::string_view makefile);

}  // namespace memgrade::vm
