# shellcheck shell=bash
# What `grade` and `check` share: messages, the packages they need, and the build. Sourced; needs $root.
#
# Never asks anything and never takes rights without saying so. Messages go to standard error, because standard
# output belongs to the program. What is in place already costs no process: build/ remembers it.

: "${root:?is set by the script that sources this}"

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
fail() { say "$@"; exit 3; }  # 3 is infrastructure: never a grade

# Sets needed to the packages of the named users, in the order of the list.
list_packages() {
  local who name _
  needed=()
  while read -r who name _; do
    [[ -n $name && " $* " == *" $who "* ]] && needed+=("$name")
  done <"$root/cmake/packages.txt"
}

# True when this very list was found installed, and dpkg has changed nothing since: then no process is needed to know.
packages_remembered() {
  local seen=''
  [[ -f $1 && ! /var/lib/dpkg/status -nt $1 ]] && read -r seen <"$1"
  [[ -n $seen && $seen == "${needed[*]}" ]]
}

# Sets missing to the needed packages that are not installed. Of alternatives `a|b` the first counts that is installed or
# that this system has; where it has none of them, the last.
find_missing() {
  local installed name each of=()
  IFS='|' read -rd '' -a of < <(printf '%s|' "${needed[@]}")
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${of[@]}" 2>/dev/null)
  missing=()
  for each in "${needed[@]}"; do
    IFS='|' read -ra of <<<"$each"
    for name in "${of[@]}"; do
      [[ $name != nothing && $'\n'$installed$'\n' != *$'\n'"installed $name"$'\n'* ]] || continue 2
      [[ $name == "${of[-1]}" ]] || ! is_available "$name" || break
    done
    missing+=("$name")
  done
}

is_available() { LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q '^  Candidate: [^(]'; }

# Installs the missing packages as root; a failure is tried once more, since mirrors and locks have their moments.
install_missing() {
  local log=$root/build/packages.log attempt
  local as_root=(env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a apt-get -q -o DPkg::Lock::Timeout=120)
  if ((EUID != 0)); then
    if ! sudo -n true 2>/dev/null; then
      say "these packages are needed, and installing them takes root. Run this, then ${0##*/} again:"
      fail "  sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}"
    fi
    say "sudo asks for no password here: using it for apt-get"
    as_root=(sudo -n "${as_root[@]}")
  fi
  say "installing ${#missing[@]} packages: ${missing[*]}"
  for attempt in 1 2; do
    {
      # Which alternatives there are is known after the update. No daemon that a package starts may keep the lock.
      "${as_root[@]}" update && find_missing && "${as_root[@]}" install -y --no-install-recommends "${missing[@]}"
    } >"$log" 2>&1 </dev/null 9>&- && return 0
    ((attempt == 2)) || { say "apt-get failed; once more in 10 seconds"; sleep 10; }
  done
  tail -n 20 "$log" >&2
  fail "cannot install ${missing[*]} (whole log: $log). memgrade is made for Debian 12 and 13."
}

# provide_packages USER...: every package of these users is installed when this returns.
provide_packages() {
  local stamp=$root/build/packages-${*: -1} needed missing
  list_packages "$@"
  packages_remembered "$stamp" && return 0
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    # Elsewhere nobody can be asked for packages by name: go on when the tools are there, the build finds the rest.
    command -v cmake >/dev/null && command -v ninja >/dev/null && command -v bwrap >/dev/null && return 0
    fail "this is no Debian or Ubuntu. Install what Debian calls: ${needed[*]%%|*}"
  fi
  find_missing
  if ((${#missing[@]})); then
    take_lock
    find_missing  # whoever held the lock may have installed them
    ((${#missing[@]} == 0)) || install_missing
    find_missing
    ((${#missing[@]} == 0)) || fail "still not installed after apt-get: ${missing[*]}"
  fi
  # Whoever may not write here looks each time.
  { mkdir -p "$root/build" && printf '%s\n' "${needed[*]}" >"$stamp"; } 2>/dev/null || true
}

# One launcher at a time installs and builds; the lock goes when the process does.
take_lock() {
  [[ -z ${lock_taken-} ]] || return 0
  { mkdir -p "$root/build" && : >>"$root/build/lock"; } 2>/dev/null ||
    fail "there is something to build or to install, and $root/build belongs to another user: it is for him to run ${0##*/} once"
  exec 9>>"$root/build/lock"
  if ! flock -n 9; then
    say "waiting for another grade or check that is building"
    flock 9
  fi
  lock_taken=yes
}

release_lock() {
  [[ -z ${lock_taken-} ]] || exec 9>&-
  lock_taken=''
}

# Reads the output of a build, passes it on, and says how far it is: on a terminal in one line that changes, elsewhere in
# a line every 20 seconds.
progress_every_s=20
watch_build() {
  local line said=$SECONDS done_so_far all
  while IFS= read -r line; do
    printf '%s\n' "$line"
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    done_so_far=${BASH_REMATCH[1]} all=${BASH_REMATCH[2]}
    if [[ -t 2 ]]; then
      printf '\r\033[K%.*s' "$((${COLUMNS:-80} - 1))" "$((100 * done_so_far / all)) % ${line#*] }" >&2
    elif ((SECONDS - said >= progress_every_s)); then
      said=$SECONDS
      say "$((100 * done_so_far / all)) % built ($done_so_far of $all steps)"
    fi
  done
}

# build_preset PRESET JOBS [TARGET...]: configures and builds; says how far it is.
build_preset() {
  local preset=$1 jobs=$2 log=$root/build/$1.log started=$SECONDS
  shift 2
  local targets=()
  (($# == 0)) || targets=(--target "$@")
  say "building ($preset, $jobs jobs; the first time takes a few minutes)"
  (
    set -o pipefail
    cd "$root" && {
      cmake --preset "$preset" && cmake --build --preset "$preset" -j "$jobs" "${targets[@]}"
    } 2>&1 </dev/null | watch_build >"$log"
  ) || {
    [[ ! -t 2 ]] || printf '\r\033[K' >&2
    grep -m 40 -E '^FAILED: | error: |CMake Error|undefined reference' "$log" >&2 || tail -n 40 "$log" >&2
    fail "the build failed (whole log: $log)"
  }
  [[ ! -t 2 ]] || printf '\r\033[K' >&2
  say "built in $((SECONDS - started)) s"
}
