#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/globs.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/riscv_kernel/by_hand.hpp>
#include <harness/collect/riscv_kernel/user_programs.hpp>

namespace memgrade::collect {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIdleProgram = "int main(void) { while (1) ; return 0; }";

using Files = std::vector<fs::path>;

Files matching(const Files& files, const std::vector<std::string>& globs) {
  Files found;
  std::ranges::copy_if(files, std::back_inserter(found),
                       [&](const fs::path& file) { return path_matches(globs, file); });
  return found;
}

Files headers_beside(const fs::path& program) {
  Files found;
  for (const fs::path& file : list_files(program.parent_path()).value_or(Files()))
    if (file.extension() == ".h") found.push_back(program.parent_path() / file);
  return found;
}

Status put(const fs::path& source, const fs::path& place) {
  const auto text = read_file(source);
  return text ? write_file(place, *text) : std::unexpected(text.error());
}

// Our program, with the headers of its folder, in the place of a file of the tree.
Result<std::string> put_program(const fs::path& root, const fs::path& program, const fs::path& tree,
                                const fs::path& file) {
  if (auto done = put(root / program, tree / file); !done) return std::unexpected(done.error());
  std::string command = fmt::format("cp {} {}", in_memgrade(program), shell_quote(file.string()));
  for (const fs::path& header : headers_beside(root / program)) {
    const fs::path place = file.parent_path() / header.filename();
    if (auto done = put(header, tree / place); !done) return std::unexpected(done.error());
    command +=
        fmt::format(" && cp {} {}", in_memgrade(fs::relative(header, root)), shell_quote(place.string()));
  }
  return command;
}

}  // namespace

Result<std::vector<std::string>> replace_user_programs(const fs::path& tree, const Json& image,
                                                       const fs::path& root) {
  const std::vector<std::string> left_out = texts(image.value("leave_out", Json::array()));
  const Json put_in = image.value("put_in", Json::array());
  std::vector<std::string> commands;
  if (left_out.empty() && put_in.empty()) return commands;
  const auto files = list_files(tree);
  if (!files) return std::unexpected(files.error());
  std::string idle = fmt::format("echo {} | tee", shell_quote(kIdleProgram));
  for (const fs::path& file : matching(*files, left_out)) {
    if (auto written = write_file(tree / file, fmt::format("{}\n", kIdleProgram)); !written)
      return std::unexpected(written.error());
    idle += " " + shell_quote(file.string());
  }
  commands.push_back(idle);
  for (const Json& one : put_in)
    for (const fs::path& file : matching(*files, texts(one.at("files")))) {
      auto command = put_program(root, one.at("program").get<std::string>(), tree, file);
      if (!command) return std::unexpected(command.error());
      commands.push_back(std::move(*command));
    }
  return commands;
}

}  // namespace memgrade::collect
