// The makers of input data: one small function each, and the table that names them.
//
// Every one gives the same bytes on every machine: random numbers come from random.hpp alone, and the only
// floating-point operation is the comparison of two numbers.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/random.hpp>
#include <harness/oracle/generators.hpp>
#include <harness/oracle/oracle.hpp>
#include <harness/oracle/paging/trace.hpp>
#include <harness/oracle/params.hpp>

namespace memgrade::oracle {
namespace {

constexpr std::uint64_t most_items = 10'000'000;
constexpr std::uint64_t most_bytes = 256ULL << 20;

const TermSpec& spec_of(std::string_view name) {
  return find_generator(name)->spec;
}

// `content` when all parameters were sound, else the complaint.
Result<std::string> finish(const Params& params, std::string content) {
  if (const Status status = params.status(); !status) return std::unexpected(status.error());
  return content;
}

void add_line(std::string& text, std::uint64_t number) {
  fmt::format_to(std::back_inserter(text), "{}\n", number);
}

Result<std::string> make_text(const Json& given, const Files&) {
  Params params(spec_of("text"), given);
  return finish(params, params.text("text"));
}

Result<std::string> make_lines(const Json& given, const Files&) {
  Params params(spec_of("lines"), given);
  const std::vector<Json> values = params.scalars("values");
  const std::string eol = params.text("eol") == "crlf" ? "\r\n" : "\n";
  const std::uint64_t blank_every = params.count("blank_every", 0, most_items);
  const bool final_newline = params.flag("final_newline");
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    text += values[i].is_string() ? values[i].get<std::string>() : dump_json(values[i], -1);
    const bool last = i + 1 == values.size();
    if (last && !final_newline) break;
    text += eol;
    if (!last && blank_every != 0 && (i + 1) % blank_every == 0) text += eol;
  }
  return finish(params, std::move(text));
}

Result<std::string> make_java_random(const Json& given, const Files&) {
  Params params(spec_of("java_random"), given);
  JavaRandom random(params.seed("seed"));
  const std::uint64_t count = params.count("count", 0, most_items);
  const auto bound = static_cast<std::uint32_t>(params.count("bound", 1, 0x7FFF'FFFF));
  std::string text;
  for (std::uint64_t i = 0; i < count; ++i) add_line(text, random.next_int(bound));
  return finish(params, std::move(text));
}

Result<std::string> make_backing_store(const Json& given, const Files&) {
  Params params(spec_of("backing_store"), given);
  const std::uint64_t bytes = params.count("bytes", 0, most_bytes);
  std::string store(bytes, '\0');
  for (std::uint64_t i = 0; i < bytes; ++i) store[i] = static_cast<char>((i / 4) >> (8 * (3 - i % 4)) & 0xFF);
  return finish(params, std::move(store));
}

// A working set of `size` different pages. An access stays in it with the probability `locality`; any other
// goes to a page outside, which then takes the place of the page that has been in the set for longest: the
// set moves.
Result<std::string> make_addresses(const Json& given, const Files&) {
  Params params(spec_of("addresses"), given);
  SplitMix64 random(params.seed("seed"));
  const std::uint64_t count = params.count("count", 0, most_items);
  const std::uint64_t pages = params.count("pages", 1, 1 << 16);
  const std::uint64_t page_bytes = params.count("page_bytes", 1, 1 << 16);
  const double locality = params.share("locality");
  const std::uint64_t size = params.count("working_set", 1, 1 << 16);
  if (size > pages) params.diagnose("working_set", fmt::format("must not be larger than pages, {}", pages));
  if (const Status status = params.status(); !status) return std::unexpected(status.error());

  // The first `size` pages of the order are the set; `oldest` goes round.
  std::vector<std::uint64_t> order = permutation(pages, random.next());
  std::uint64_t oldest = 0;
  std::string text;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t chosen = 0;
    if (size == pages || random.unit() < locality) {
      chosen = random.below(size);
    } else {
      std::swap(order[oldest], order[size + random.below(pages - size)]);
      chosen = std::exchange(oldest, (oldest + 1) % size);
    }
    add_line(text, order[chosen] * page_bytes + random.below(page_bytes));
  }
  return text;
}

Result<std::string> make_random_bytes(const Json& given, const Files&) {
  Params params(spec_of("random_bytes"), given);
  SplitMix64 random(params.seed("seed"));
  std::string bytes(params.count("bytes", 0, most_bytes), '\0');
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word = i % 8 == 0 ? random.next() : word >> 8;  // the low byte first
    bytes[i] = static_cast<char>(word & 0xFF);
  }
  return finish(params, std::move(bytes));
}

Result<std::string> make_rename_pages(const Json& given, const Files& files) {
  Params params(spec_of("rename_pages"), given);
  const std::string_view trace = params.file("of", files);
  const AddressSpace space{.pages = params.power_of_two("pages", 1 << 16),
                           .page_bytes = params.power_of_two("page_bytes", 1 << 16)};
  const std::uint64_t seed = params.seed("seed");
  if (const Status status = params.status(); !status) return std::unexpected(status.error());

  const Result<std::vector<std::uint64_t>> addresses = parse_trace(trace, params.text("of"), space);
  if (!addresses) return std::unexpected(addresses.error());
  const std::vector<std::uint64_t> name = permutation(space.pages, seed);
  std::string text;
  for (const std::uint64_t address : *addresses)
    add_line(text, name[address / space.page_bytes] * space.page_bytes + address % space.page_bytes);
  return text;
}

Result<std::string> make_head(const Json& given, const Files& files) {
  Params params(spec_of("head"), given);
  const std::string_view whole = params.file("of", files);
  return finish(params, std::string(whole.substr(0, params.count("bytes", 0, most_bytes))));
}

FieldSpec integer_field(std::string key, std::string doc, Json fallback = nullptr, std::string unit = {}) {
  const bool required = fallback.is_null();
  return {.key = std::move(key),
          .type = FieldType::integer,
          .required = required,
          .fallback = std::move(fallback),
          .unit = std::move(unit),
          .doc = std::move(doc)};
}

FieldSpec seed_field() {
  return integer_field("seed", "Another seed, other data; the same seed, the same bytes on every machine.");
}
FieldSpec pages_field() {
  return integer_field("pages", "Pages of the virtual memory.", 256);
}
FieldSpec page_bytes_field() {
  return integer_field("page_bytes", "The size of a page.", 256, "bytes");
}

std::vector<Generator> make_table() {
  std::vector<Generator> table;
  table.push_back({{"text",
                    "The text, as it stands.",
                    {{.key = "text", .required = true, .doc = "All bytes of the file."}}},
                   make_text});
  table.push_back({{"lines",
                    "One value a line.",
                    {{.key = "values",
                      .type = FieldType::scalar,
                      .required = true,
                      .list = true,
                      .doc = "What stands on the lines."},
                     {.key = "eol",
                      .type = FieldType::choice,
                      .fallback = "lf",
                      .doc = "How a line ends.",
                      .choices = {"lf", "crlf"}},
                     integer_field("blank_every", "A blank line after every so many values; 0: none.", 0),
                     {.key = "final_newline",
                      .type = FieldType::boolean,
                      .fallback = true,
                      .doc = "Whether the last line ends."}}},
                   make_lines});
  table.push_back({{"java_random",
                    "One random number a line: what `new java.util.Random(seed)` gives to repeated calls of "
                    "`nextInt(bound)`.",
                    {seed_field(), integer_field("count", "How many numbers."),
                     integer_field("bound", "Numbers are from 0 to bound - 1.")}},
                   make_java_random});
  table.push_back({{"backing_store",
                    "The book's backing store: the four bytes at 4k, the highest first, hold the number k.",
                    {integer_field("bytes", "The size of the file.", 65536, "bytes")}},
                   make_backing_store});
  table.push_back(
      {{"addresses",
        "Random addresses, one a line, of which a share stays in a working set of pages that moves.",
        {seed_field(),
         integer_field("count", "How many addresses."),
         pages_field(),
         page_bytes_field(),
         {.key = "locality",
          .type = FieldType::number,
          .fallback = 0,
          .doc = "The share of accesses, 0 to 1, that stay in the working set. Any other access goes to a "
                 "page outside, "
                 "which takes the place of the page that has been in the set for longest."},
         integer_field("working_set", "Pages in the working set.", 16)}},
       make_addresses});
  table.push_back({{"random_bytes",
                    "Random bytes.",
                    {seed_field(), integer_field("bytes", "The size of the file.", nullptr, "bytes")}},
                   make_random_bytes});
  table.push_back(
      {{"rename_pages",
        "The addresses of another file with the page numbers exchanged by a random permutation; offsets "
        "and the order stay. One address a line.",
        {{.key = "of",
          .required = true,
          .doc = "A file that stands above this one.",
          .refers_to = Reference{"data file"}},
         seed_field(),
         pages_field(),
         page_bytes_field()}},
       make_rename_pages});
  table.push_back(
      {{"head",
        "The first bytes of another file.",
        {{.key = "of",
          .required = true,
          .doc = "A file that stands above this one.",
          .refers_to = Reference{"data file"}},
         integer_field("bytes", "How many; the whole file when it is shorter.", nullptr, "bytes")}},
       make_head});
  return table;
}

}  // namespace

const std::vector<Generator>& generators() {
  static const std::vector<Generator> table = make_table();
  return table;
}

const Generator* find_generator(std::string_view name) {
  const auto found = std::find_if(generators().begin(), generators().end(),
                                  [&](const Generator& generator) { return generator.spec.name == name; });
  return found == generators().end() ? nullptr : &*found;
}

}  // namespace memgrade::oracle
