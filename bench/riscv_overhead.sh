#!/usr/bin/env bash
# What grading a kernel costs beside its own work: whole-process wall time of grading the reference kernel, one task at a
# time, against the wall time of the same `make` and of the same boots by bare QEMU, one after the other. Both are measured
# in turns on the same machine; ratios, not seconds, are what can be compared.
#
#   bench/riscv_overhead.sh [RUNS]      wants build/bench/riscv_driver (cmake --preset bench, target riscv_driver)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
runs=${1:-3}
driver=${RISCV_DRIVER:-$root/build/bench/riscv_driver}
grade=${MEMGRADE_PROGRAM:-$root/grade}
export MEMGRADE_ROOT=$root
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[[ -x $driver ]] || { echo "build it first: cmake --preset bench && cmake --build --preset bench --target riscv_driver" >&2; exit 1; }
"$grade" --version >/dev/null

machine=(qemu-system-riscv64 -nodefaults -no-user-config -display none -machine virt -cpu rv64 -smp 1 -m 128M
  -accel 'tcg,thread=single,tb-size=64' -bios default -serial stdio -no-reboot)
counted=(-icount 'shift=4,sleep=off')

now() { date +%s%N; }

# Which families were tried, one a line; every boot of them must have been a first one.
families() {
  /usr/bin/python3 - "$1" <<'PYTHON'
import json, pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).glob("evidence/rv64-memory/*/evidence.json")):
    search = json.loads(path.read_text())["search"]
    for name, family in ((search or {}).get("families") or {}).items():
        assert family["boots"] == 1 and not family["violations"], f"{name} took {family['boots']} boots"
        print(name)
PYTHON
}

for ((i = 1; i <= runs; i++)); do
  start=$(now)
  "$grade" --student "$root/riscv-kernel" --lab rv64-memory -j 1 -q --out "$work/run"
  whole=$(($(now) - start))

  rm -rf "$work/tree"
  cp -r "$root/riscv-kernel" "$work/tree"
  rm -rf "$work/tree/build"
  start=$(now)
  make -s -j2 -C "$work/tree" "WARN=-Wall -Wextra" images driver DRIVER=driver/driver.c >/dev/null
  built=$(($(now) - start))

  mapfile -t names < <(families "$work/run")
  for name in "${names[@]}"; do "$driver" ops "$name" "$work/$name.bin"; done
  start=$(now)
  "${machine[@]}" "${counted[@]}" -kernel "$work/tree/build/kernel.elf" >/dev/null </dev/null
  "${machine[@]}" -kernel "$work/tree/build/kernel.elf" >/dev/null </dev/null # the one that is looked into
  for name in "${names[@]}"; do
    "${machine[@]}" "${counted[@]}" -kernel "$work/tree/build/driver.elf" \
      -device "loader,file=$work/$name.bin,addr=0x84000000,force-raw=on" >/dev/null </dev/null
  done
  boots=$(($(now) - start))
  awk -v w="$whole" -v m="$built" -v b="$boots" -v n=$((${#names[@]} + 2)) 'BEGIN {
    printf "whole %6.2f s   make %5.2f s + %d boots %6.2f s   ratio %.3f\n", w / 1e9, m / 1e9, n, b / 1e9, w / (m + b) }'
done
