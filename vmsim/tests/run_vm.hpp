// Runs the real program in a folder of its own and keeps what it printed.
#pragma once

#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace vmsim::tests {

struct Outcome {
  int status = -1;  // exit status; -1 when a signal ended it
  std::string out;
  std::string err;
};

// A test with a folder that goes with it. File names are relative to the folder.
class VmTest : public testing::Test {
 protected:
  VmTest() {
    std::string name = (std::filesystem::temp_directory_path() / "vmsim-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::filesystem::filesystem_error("mkdtemp", name, {});
    folder_ = name;
  }
  ~VmTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }

  static std::string read(const std::filesystem::path& path) {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
  }

  // `input` names the file that is standard input; `output` goes elsewhere than into the outcome when it is
  // given.
  Outcome vm(const std::vector<std::string>& arguments, const std::string& input = "/dev/null",
             const std::string& output = ".out") const {
    const pid_t child = ::fork();
    if (child == 0) exec(arguments, input, output);
    int state = 0;
    ::waitpid(child, &state, 0);
    return {WIFEXITED(state) ? WEXITSTATUS(state) : -1, read(folder_ / ".out"), read(folder_ / ".err")};
  }

 private:
  [[noreturn]] void exec(const std::vector<std::string>& arguments, const std::string& input,
                         const std::string& output) const {
    constexpr unsigned kDeadline_s = 60;
    constexpr int kNotStarted = 127;
    std::vector<char*> argv = {const_cast<char*>("vm")};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    ::alarm(kDeadline_s);  // survives execv: a hang ends with SIGALRM
    const bool ready = ::chdir(folder_.c_str()) == 0 && redirect(input, O_RDONLY, STDIN_FILENO) &&
                       redirect(output, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO) &&
                       redirect(".err", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    if (ready) ::execv(VMSIM_VM_PATH, argv.data());
    ::_exit(kNotStarted);
  }

  static bool redirect(const std::string& path, int flags, int descriptor) {
    constexpr mode_t kOwnerOnly = 0600;
    return ::dup2(::open(path.c_str(), flags, kOwnerOnly), descriptor) == descriptor;
  }

  std::filesystem::path folder_;
};

}  // namespace vmsim::tests
