// Small functions on text. All of them treat input as untrusted bytes; none depends on a locale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade {

// The lines of `text` without their line ends; LF and CRLF both end a line. A last line without an end
// counts.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);
[[nodiscard]] std::vector<std::string> split_words(std::string_view text);
// Takes what stands before the first blank off the front of `text`, and the blank.
std::string_view take_word(std::string_view& text);
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string to_lower(std::string_view text);  // ASCII only
[[nodiscard]] std::string to_upper(std::string_view text);  // ASCII only

// `text` with every `from` replaced by `to`; an empty `from` changes nothing.
[[nodiscard]] std::string replace_all(std::string text, std::string_view from, std::string_view to);

[[nodiscard]] bool is_utf8(std::string_view bytes);
// Valid UTF-8 in any case: each byte that is no part of a well-formed sequence becomes U+FFFD.
[[nodiscard]] std::string to_utf8(std::string_view bytes);
// What a terminal or a page may show: valid UTF-8 without ANSI escape sequences, NULs and control characters
// other than tab and newline (each becomes U+FFFD; a carriage return before a newline is dropped).
[[nodiscard]] std::string printable(std::string_view bytes);
// At most `max_bytes` bytes of `text`, cut at a character boundary, with "…" where something was left out.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t max_bytes);
// `printable` text on one line with quotes: for showing a value of a student's output in a message.
[[nodiscard]] std::string quote(std::string_view text, std::size_t max_bytes = 120);
// Columns that `text` takes on a terminal: 2 for East Asian wide characters, 0 for combining ones.
[[nodiscard]] std::size_t display_width(std::string_view text);

// The candidate nearest to `word` by edit distance, if near enough to be a typing mistake; else "".
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> candidates);
// "; did you mean 'X'?", or "" when nothing is near.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

// The shortest decimal that a person expects for `value`: "3", "0.5", "53.8".
[[nodiscard]] std::string plain_number(double value);
// `count` with the right form of the noun: "1 task", "3 tasks".
[[nodiscard]] std::string counted(std::size_t count, std::string_view singular);

// Rounded to whole megabytes of 10^6 bytes: "71 MB".
[[nodiscard]] std::string megabytes(std::uint64_t bytes);

// One shell-quoted word, and a command line that can be pasted into a shell.
[[nodiscard]] std::string shell_quote(std::string_view word);
[[nodiscard]] std::string shell_command(std::span<const std::string> argv);

// Whether `name` matches a glob of `*`, `?` and `[...]`; `*` does not cross a '/'.
[[nodiscard]] bool glob_matches(std::string_view glob, std::string_view name);

}  // namespace memgrade
