#!/usr/bin/env bash
# The harness's own overhead: whole-process wall time of grading the reference, against the wall time of the programs
# that it ran in the same run, one task at a time so that both are sums over one line of time. Ratios, not seconds, are
# what can be compared between machines.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
runs=${1:-5}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$root/grade" --version >/dev/null
for ((i = 1; i <= runs; i++)); do
  start=$(date +%s%N)
  "$root/grade" --student "$root/vmsim" --lab vmsim -j 1 -q --out "$out/run"
  end=$(date +%s%N)
  /usr/bin/python3 - "$out/run/report.json" $((end - start)) <<'PYTHON'
import json, sys
timing = json.load(open(sys.argv[1]))["timing"]
whole, children = int(sys.argv[2]) / 1e9, timing["programs_wall_s"]
print(f"whole {whole:6.2f} s   children {children:6.2f} s in {timing['programs_run']} runs   ratio {whole / children:.3f}")
PYTHON
done
