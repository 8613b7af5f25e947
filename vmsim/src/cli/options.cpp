#include <vmsim/cli/options.hpp>
#include <vmsim/simulate.hpp>

#include <getopt.h>

#include <charconv>
#include <limits>
#include <optional>
#include <string_view>

namespace vmsim {
namespace {

enum LongOnly { kPageBits = 256, kOffsetBits, kSeed, kJson, kBinaryOption, kVersionOption };

constexpr option kLongOptions[] = {
    {"frames", required_argument, nullptr, 'n'},
    {"policy", required_argument, nullptr, 'p'},
    {"tlb", required_argument, nullptr, 't'},
    {"page-bits", required_argument, nullptr, kPageBits},
    {"offset-bits", required_argument, nullptr, kOffsetBits},
    {"seed", required_argument, nullptr, kSeed},
    {"json", no_argument, nullptr, kJson},
    {"quiet", no_argument, nullptr, 'q'},
    {"binary", no_argument, nullptr, kBinaryOption},
    {"help", no_argument, nullptr, 'h'},
    {"version", no_argument, nullptr, kVersionOption},
    {nullptr, 0, nullptr, 0},
};

// Stores the number `text` in `into`, or says what is wrong with it.
template <class Number>
std::optional<Error> read_number(const char* option, std::string_view text, std::uint64_t lowest,
                                 std::uint64_t highest, Number& into) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < lowest || value > highest) {
    return bad_input(std::string(option) + " takes a whole number from " + std::to_string(lowest) + " to " +
                     std::to_string(highest) + ", not '" + std::string(text) + "'");
  }
  into = static_cast<Number>(value);
  return std::nullopt;
}

std::optional<Error> read_policy(const char* name, std::string& into) {
  const PolicyEntry* const policy = find_policy(name);
  if (policy == nullptr) {
    return bad_input("unknown policy '" + std::string(name) + "': one of " + policy_names());
  }
  into = policy->name;
  return std::nullopt;
}

// What an argument that getopt_long did not accept was.
std::string rejected(int code, const char* argument) {
  const std::string name =
      optopt > 0 && optopt < 256 ? std::string{'-', static_cast<char>(optopt)} : argument;
  return (code == ':' ? "no value for option " : "unknown or ambiguous option ") + name;
}

std::optional<Error> apply(int code, const char* argument, Options& options) {
  switch (code) {
    case 'n':
      return read_number("-n", optarg, 1, kMaxFrames, options.machine.frames);
    case 'p':
      return read_policy(optarg, options.policy);
    case 't':
      return read_number("-t", optarg, 0, kMaxTlbEntries, options.machine.tlb_entries);
    case kPageBits:
      return read_number("--page-bits", optarg, 1, Geometry::kMaxPageBits,
                         options.machine.geometry.page_bits);
    case kOffsetBits:
      return read_number("--offset-bits", optarg, 0, Geometry::kMaxOffsetBits,
                         options.machine.geometry.offset_bits);
    case kSeed:
      return read_number("--seed", optarg, 0, std::numeric_limits<std::uint64_t>::max(),
                         options.machine.seed);
    case kJson:
      options.json = true;
      break;
    case 'q':
      options.quiet = true;
      break;
    case kBinaryOption:
      options.trace_format = TraceFormat::binary;
      break;
    case 'h':
      options.help = true;
      break;
    case kVersionOption:
      options.version = true;
      break;
    default:
      return bad_input(rejected(code, argument));
  }
  return std::nullopt;
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
  Options options;
  opterr = 0;  // errors are told in one way, by the program
  optind = 1;
  for (;;) {
    const char* const argument = optind < argc ? argv[optind] : "";
    const int code = getopt_long(argc, argv, ":n:p:t:qh", kLongOptions, nullptr);
    if (code == -1) break;
    if (const auto error = apply(code, argument, options)) return *error;
    if (options.help || options.version) return options;
  }
  if (!options.machine.geometry.valid())
    return bad_input("an address has at most 32 bits, page and offset together");
  if (argc - optind != 2) {
    return bad_input("needs two files, a backing store and a trace, but " + std::to_string(argc - optind) +
                     (argc - optind == 1 ? " is given" : " are given"));
  }
  options.store_path = argv[optind];
  options.trace_path = argv[optind + 1];
  return options;
}

std::string usage() {
  std::string text =
      "usage: vm [-n FRAMES] [-p POLICY] [options] BACKING_STORE.bin addresses.txt\n"
      "\n"
      "Translates the virtual addresses of a trace through a TLB and a page table, loads pages from the\n"
      "backing store on demand, and prints what each address holds, and statistics.\n"
      "\n"
      "  -n, --frames N       frames of physical memory (256)\n"
      "  -p, --policy NAME    replacement policy, for memory and TLB alike, in any case (fifo):\n";
  for (const PolicyEntry& policy : policies()) {
    text += "                         " + std::string(policy.name) +
            std::string(8 - policy.name.size(), ' ') + std::string(policy.summary) + "\n";
  }
  return text +
         "  -t, --tlb N          entries of the TLB; 0: none (16)\n"
         "      --seed N         what the policy random draws from (0)\n"
         "      --page-bits N    width of a page number, 1 to 24 (8)\n"
         "      --offset-bits N  width of an offset, 0 to 16 (8); an address has at most 32 bits\n"
         "      --binary         the trace is little-endian integers: 2 bytes each for addresses of\n"
         "                       up to 16 bits, else 4\n"
         "      --json           one JSON object instead of lines\n"
         "  -q, --quiet          statistics only\n"
         "  -h, --help           this text\n"
         "      --version        the version\n"
         "\n"
         "A trace named - is read from standard input. Options and files may come in any order.\n"
         "Exit status: 0 done, 1 a file could not be read or written, 2 bad arguments, trace or store.\n";
}

}  // namespace vmsim
