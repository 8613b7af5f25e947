#!/usr/bin/env bash
# The suites of tests that `check` runs. README.md beside it says what a suite prints and how to add one.
#
#   suites.sh list            their names, one a line, the longest first
#   suites.sh left-out        those that only a full run has; with MEMGRADE_CHECK=full, `list` has them
#   suites.sh alone           those that nothing may run beside: they watch the clock
#   suites.sh run NAME JOBS   runs one; ctest's own record goes to build/check/NAME.xml
#
# Works in the root of the tree, on the build of preset dev; installs nothing, and a short run builds nothing.
set -u

cd "$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." || exit
test_timeout_s=300
# The published data of the book, which the project does not carry; tests that read it are skipped without it.
published=$PWD/../shared/datasets/osc10
[[ ! -d $published ]] || export MEMGRADE_DATASET=$published VMSIM_DATASET=$published
labels='unit|golden|fuzz|e2e'

# The scripts of ours: by ending, or by first line where there is no ending.
shell_scripts() {
  find . \( -path ./build -o -path ./.git -o -path ./cases -o -path ./reports/out \) -prune \
    -o -type f \( -name '*.sh' -o ! -name '*.*' -perm -u=x \) -print |
    while IFS= read -r file; do
      [[ $file != *.sh ]] && ! head -n 1 "$file" | grep -aqE '^#!.*\b(ba|da)?sh\b' || printf '%s\n' "$file"
    done | sort
}

cpp_files() {
  find harness vmsim bench \( -name build -o -name guest \) -prune -o -name '*.[ch]pp' -print | sort
}

# KTAP with one test a file of standard input: as_tests COMMAND...
as_tests() {
  local file output number=0
  echo 'KTAP version 1'
  while IFS= read -r file; do
    number=$((number + 1))
    if output=$("$@" "$file" 2>&1 </dev/null); then
      echo "ok $number $file"
    else
      head -n 40 <<<"$output" | sed 's/^/# /'
      echo "not ok $number $file"
    fi
  done
  echo "1..$number"
}

# The layout is that of one version of the formatter; a host that does not have it has nothing to say about it.
run_format() {
  if command -v clang-format-14 >/dev/null; then
    cpp_files | as_tests clang-format-14 --dry-run --Werror
  else
    printf '%s\n' 'KTAP version 1' '1..1' 'ok 1 clang-format # SKIP this system has no clang-format-14'
  fi
}

# Sets selection to ctest's options for a label; `rest` is what has none of the labels.
select_label() {
  if [[ $1 == rest ]]; then selection=(-LE "^($labels)\$"); else selection=(-L "^$1\$"); fi
}

has_ctests() {
  select_label "$1"
  ! ctest --test-dir build/dev -N "${selection[@]}" | grep -qx 'Total Tests: 0'
}

run_ctest() {
  select_label "$1"
  ctest --test-dir build/dev "${selection[@]}" --no-tests=error -j "$2" --timeout "$test_timeout_s" \
    --output-on-failure --output-junit "$PWD/build/check/$1.xml"
}

run_unittests() { /usr/bin/python3 harness/tests/unittest_ktap.py "$1"; }

only_full=(builds e2e/debian13.py)

# unit always stands here, so that losing its tests is a failure.
list_suites() {
  local label file
  printf '%s\n' layers unit e2e/mutants.py
  for file in harness/tests/e2e/*.{sh,py}; do
    [[ ! -x $file || " e2e/mutants.py ${only_full[*]} " == *" e2e/${file##*/} "* ]] || echo "e2e/${file##*/}"
  done
  for label in golden fuzz rest e2e; do
    ! has_ctests "$label" || echo "$label"
  done
  [[ ! -d reports/tests ]] || echo reports
  printf '%s\n' scripts format shell
  [[ ${MEMGRADE_CHECK-} != full ]] || printf '%s\n' "${only_full[@]}"
}

# The presets that nothing else builds: each file by itself, so that a missing include is found, and the benchmarks.
run_builds() {
  local preset number=0 log
  echo 'KTAP version 1'
  for preset in separate bench; do
    number=$((number + 1)) log=build/check/$preset-build.log
    if cmake --preset "$preset" >"$log" 2>&1 && cmake --build --preset "$preset" -j "$1" >>"$log" 2>&1; then
      echo "ok $number $preset"
    else
      grep -E 'error' "$log" | head -n 40 | sed 's/^/# /'
      echo "not ok $number $preset"
    fi
  done
  echo "1..$number"
}

run_suite() {
  case $1 in
    layers) cmake/check_layers.py ;;
    shell) shell_scripts | as_tests shellcheck -x ;;
    format) run_format ;;
    scripts) run_unittests harness/tests/scripts ;;
    reports) run_unittests reports/tests ;;
    builds) run_builds "$2" ;;
    e2e/*) MEMGRADE_CHECK_JOBS=$2 "harness/tests/$1" ;;
    *) run_ctest "$1" "$2" ;;
  esac
}

case ${1-} in
  list) list_suites ;;
  left-out) printf '%s\n' "${only_full[@]}" ;;
  alone) printf '%s\n' unit "${only_full[@]}" ;;
  run) run_suite "$2" "$3" ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
