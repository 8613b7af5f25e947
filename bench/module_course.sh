#!/usr/bin/env bash
# Grading the reference module, all functions, against the way that a course goes today with the same QEMU and the same
# kernel: build, and for each function a cold boot, the steps of kmod/ktest/run.sh, and waiting by the clock on the wall.
# Both are measured in turns on the same machine; ratios, not seconds, are what can be compared. The course's way looks
# at nothing afterwards, and tries nothing that a careless user would: no odd pids, no leaks, no second loading.
#
#   bench/module_course.sh [RUNS] [SERIES]      the kernel must be in the cache (grade kernels fetch)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
runs=${1:-1}
series=${2:-6.1}
grade=${MEMGRADE_PROGRAM:-$root/grade}
export MEMGRADE_ROOT=$root
kernel=${MEMGRADE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/memgrade}/kernels/$series
[[ -d $kernel/boot ]] || { echo "no kernel in $kernel: ./grade kernels fetch $series" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
headers=$(find "$kernel/usr/src" -maxdepth 1 -name 'linux-headers-*-amd64' | head -n 1)
image=$(find "$kernel/boot" -name 'vmlinuz-*' | head -n 1)
compiler=$(grep -o '^CONFIG_CC_VERSION_TEXT="gcc-[0-9]*' "$kernel"/boot/config-* | grep -o 'gcc-[0-9]*$')
command -v "$compiler" >/dev/null || compiler=gcc
"$grade" --version >/dev/null

now() { date +%s%N; }

# A file system with nothing but busybox, the module, the workload, and what run.sh does.
pack() {
  local place=$work/initramfs
  rm -rf "$place"
  mkdir -p "$place"/bin "$place"/proc "$place"/sys "$place"/dev "$place"/tmp
  cp "$(command -v busybox)" "$place/bin/busybox"
  cp "$work/tree/ktest.ko" "$work/workload" "$place/"
  cat >"$place/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
func=$(sed 's/.*func=\([0-9]\).*/\1/' /proc/cmdline)
[ "$func" = 2 ] && seconds=60 || seconds=5
echo never > /sys/kernel/mm/transparent_hugepage/enabled
echo 0 > /sys/kernel/mm/lru_gen/enabled
insmod /ktest.ko output=/tmp
/workload --seconds $seconds < /dev/null > /tmp/workload.log &
workload=$!
until grep -q ^ready /tmp/workload.log; do usleep 100000; done
cd /sys/kernel/mm/ktest
echo 1000 > sleep_millisecs; echo $workload > pid; echo $func > func; echo 1 > run
wait $workload
echo "func $func: $(cat vma) VMAs, $(cat /tmp/ktest_func* 2>/dev/null | wc -c) bytes"
echo 0 > run
cd /; rmmod ktest
poweroff -f
INIT
  chmod +x "$place/init"
  (cd "$place" && find . | busybox cpio -o -H newc 2>/dev/null) >"$work/initramfs.cpio"
}

course() {
  rm -rf "$work/tree"
  cp -r "$root/kmod/ktest" "$work/tree"
  make -s -C "$headers" "M=$work/tree" "CC=$compiler" modules >"$work/build.log" 2>&1
  g++ -std=c++11 -O1 -static "$work/tree/workload.cc" -o "$work/workload" -lpthread
  pack
  for func in 0 1 2 3 4 5; do
    timeout 600 qemu-system-x86_64 -nodefaults -no-user-config -display none -machine q35 -accel tcg -cpu max,la57=off \
      -smp 1 -m 320M -no-reboot -serial stdio -kernel "$image" -initrd "$work/initramfs.cpio" \
      -append "console=ttyS0 quiet panic=-1 nokaslr func=$func" </dev/null >"$work/console"
    grep -o "func $func: .*bytes" "$work/console" >>"$work/said" || { cat "$work/console" >&2; exit 1; }
  done
}

for ((i = 1; i <= runs; i++)); do
  start=$(now)
  "$grade" --student "$root/kmod/ktest" --kernel "$series" -q --out "$work/run"
  ours=$(($(now) - start))
  start=$(now)
  course
  theirs=$(($(now) - start))
  awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "grade %6.2f s   the course'"'"'s way %7.2f s   %.1f times\n", a / 1e9, b / 1e9, b / a }'
done
sed 's/^/  /' "$work/said" | sort -u
