// Runs a fuzz target without libFuzzer: PROGRAM ITERATIONS FILE...
//
// Every file is fed as it is, then ITERATIONS mutants of them: bytes changed, dropped, repeated, pieces of
// other files and of a small dictionary put in. The seed is fixed, so a run is the same every time; an input
// that brings the target down is left in fuzz-last-input.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t max_input_bytes = 1U << 16;
const char* const dictionary[] = {"{",   "}",    "[",    "]",         ": ",   "- ",   "? ",    "\"",  "'",
                                  "|\n", ">\n",  "&a ",  "*a",        "<<: ", "\n",   "\t",    "---", "...",
                                  "~",   "!!x ", "#",    "%YAML 1.2", "\\x",  ".nan", "-.inf", "0x",  "1e999",
                                  "{a}", "true", "\xFF", "\xC3\xA4",  "\x04", "  "};

std::string slurp(const char* path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "cannot read %s\n", path);
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

class Mutator {
 public:
  explicit Mutator(const std::vector<std::string>& corpus) : corpus_(corpus) {}

  std::string next() {
    std::string input = corpus_[below(corpus_.size())];
    for (std::size_t edits = 1 + below(8); edits > 0; --edits) edit(input);
    if (input.size() > max_input_bytes) input.resize(max_input_bytes);
    return input;
  }

 private:
  // Not std::uniform_int_distribution, whose numbers differ between libraries.
  std::size_t below(std::size_t limit) {
    return limit == 0 ? 0 : static_cast<std::size_t>(random_() % limit);
  }

  void edit(std::string& input) {
    const std::size_t at = below(input.size() + 1);
    const std::size_t length = below(std::min<std::size_t>(input.size() - at, 64) + 1);
    switch (below(6)) {
      case 0:
        input.insert(at, dictionary[below(std::size(dictionary))]);
        break;
      case 1:
        input.erase(at, length);
        break;
      case 2:
        input.insert(below(input.size() + 1), input.substr(at, length));
        break;
      case 3:
        input.insert(at, std::string(1 + below(200), input[at == input.size() ? 0 : at]));
        break;
      case 4: {
        const std::string& other = corpus_[below(corpus_.size())];
        input.insert(at, other.substr(below(other.size()), 1 + below(200)));
        break;
      }
      default:
        if (at < input.size()) input[at] = static_cast<char>(below(256));
    }
    if (input.empty()) input = " ";
  }

  const std::vector<std::string>& corpus_;
  std::mt19937_64 random_{20};
};

void feed(const std::string& input) {
  std::ofstream("fuzz-last-input", std::ios::binary) << input;
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s ITERATIONS FILE...\n", argv[0]);
    return 2;
  }
  std::vector<std::string> corpus;
  for (int i = 2; i < argc; ++i) corpus.push_back(slurp(argv[i]));
  for (const std::string& input : corpus) feed(input);
  Mutator mutator(corpus);
  const long iterations = std::strtol(argv[1], nullptr, 10);
  for (long i = 0; i < iterations; ++i) feed(mutator.next());
  std::remove("fuzz-last-input");
  std::printf("%zu files and %ld mutants\n", corpus.size(), iterations);
  return 0;
}
