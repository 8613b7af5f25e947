#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/placeholders.hpp>
#include <harness/collect/program/run.hpp>

namespace memgrade::collect {
namespace {

constexpr std::size_t kMostNewFiles = 8;
constexpr std::uint64_t kMostFileBytes = 64U << 20;  // of all of them

}  // namespace

Result<std::vector<std::string>> Runner::command_line(const Invocation& invocation,
                                                      const Question& question) const {
  const std::optional<Call>& call = invocation.setting(question.values).call;
  if (!call) return std::vector<std::string>();
  std::vector<std::string> argv = {call->program};
  for (const std::string& word : call->arguments) {
    auto filled = fill_text(word, question.values);
    if (!filled) return std::unexpected(filled.error());
    argv.push_back(std::move(*filled));
  }
  return argv;
}

// Files that the line does not name are opened by name: they are copied to where the program runs.
std::string Runner::command_for(const Invocation& invocation, const Question& question) const {
  auto argv = command_line(invocation, question);
  if (!argv || argv->empty()) return "";
  std::string input = invocation.setting(question.values).call->input;
  Places unnamed = question.places;
  const auto show = [&](std::string& word) {
    for (const auto& [name, place] : question.places) {
      if (word.find(name) == word.npos) continue;
      word = replace_all(word, name, place);
      unnamed.erase(name);
    }
  };
  argv->front() = "./" + argv->front();
  std::for_each(argv->begin() + 1, argv->end(), show);
  if (!input.empty()) show(input);
  std::string text;
  for (const auto& [name, ours] : invocation.copies) {
    const auto place = question.places.find(ours);
    if (place == question.places.end() || name == ours) continue;
    text += shell_command(std::vector<std::string>{"cp", place->second, name}) + " && ";
    unnamed.erase(ours);
  }
  for (const auto& [name, place] : question.places)
    if (invocation.copies.contains(name)) unnamed[name] = place;
  std::vector<std::string> copy = {"cp"};
  for (const auto& [name, place] : unnamed) copy.push_back(place);
  copy.push_back(".");
  if (!unnamed.empty()) text += shell_command(copy) + " && ";
  return text + shell_command(*argv) + (input.empty() ? "" : " < " + shell_quote(input));
}

// Some programs write their answers to a file. What is new in the directory is kept, as text, within limits.
Status Runner::keep_new_files(const fs::path& directory, const oracle::Files& given,
                              RunRecord& record) const {
  std::uint64_t room = kMostFileBytes;
  const auto files = list_files(directory);
  if (!files) return {};  // a hostile tree: there is nothing to keep in it
  for (const fs::path& file : *files) {
    if (given.contains(file.string()) || record.files.size() >= kMostNewFiles) continue;
    auto part = read_untrusted(directory / file, room);
    if (!part) continue;
    room -= part->bytes.size();
    record.files[printable(file.string())] = {std::move(part->bytes), part->cut, part->total_bytes};
  }
  return {};
}

Result<std::optional<RunRecord>> Runner::ask(const Invocation& invocation, const Question& question) const {
  auto argv = command_line(invocation, question);
  if (!argv) return std::unexpected(argv.error());
  if (argv->empty()) return std::nullopt;
  exec::BatchRequest request;
  request.argv = std::move(*argv);
  request.argv[0] = fs::path(kBuildInside) / request.argv[0];
  request.files = question.files;
  if (const auto input = question.files.find(invocation.setting(question.values).call->input);
      input != question.files.end())
    request.input = input->second;
  for (const auto& [name, ours] : invocation.copies)
    if (const auto file = question.files.find(ours); file != question.files.end())
      request.files[name] = file->second;
  if (sanitized_)
    request.environment = {{"ASAN_OPTIONS", "detect_leaks=0:abort_on_error=0"},
                           {"UBSAN_OPTIONS", "print_stacktrace=1"}};
  request.address_space_limit = !sanitized_;
  exec::Limits limits = limits_from(lab_.settings.at("limits").at("run"));
  if (sanitized_) limits.memory_bytes *= 4;  // shadow memory and red zones
  auto ran = built_.runs->run(request, limits, context_.stop);
  if (!ran) return std::unexpected(ran.error());

  RunRecord record = to_record(question.run, command_for(invocation, question), std::move(ran->outcome));
  record.inputs = question.places;
  if (auto kept = keep_new_files(ran->folder.path(), request.files, record); !kept)
    return std::unexpected(kept.error());
  return record;
}

Result<Json> truth_of(const Lab& lab, const Question& question) {
  const auto settings = lab.settings.find("oracle");
  if (settings == lab.settings.end() || !settings->is_object()) return Json();
  const oracle::Oracle* oracle = oracle::find_oracle(settings->value("name", ""));
  if (!oracle) return Json();
  auto params = fill(settings->value("params", Json::object()), question.values);
  if (!params) return std::unexpected(params.error());
  return oracle->truth(*params, question.files);
}

}  // namespace memgrade::collect
