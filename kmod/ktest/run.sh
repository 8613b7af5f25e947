#!/bin/sh
# run.sh FUNC: one function of ktest on this machine, from the build to the result.
#
# Builds module and workload, switches huge pages off, loads the module, starts the workload, lets the module watch
# it, and takes everything back: when this script ends, however it ends, no module is loaded and the machine's
# settings are as they were. A mistake in the module can still stop the machine: try it in a virtual one.
set -eu

usage() {
	cat <<-END
	usage: sudo ./run.sh FUNC [-i MILLISECONDS] [-s SECONDS] [-o DIRECTORY]
	  FUNC  0 hello  1 VMAs  2 hot pages  3 page table  4 data segment  5 code segment
	  -i    time between two scans (1000)
	  -s    how long the workload runs (60; 5 when FUNC is not 2)
	  -o    where the results go (results)
	KDIR names the kernel's headers, when they are not those of the running kernel;
	PLOT the script hot_pages.py, when it is not in ../../reports/plot.
	END
	exit "$1"
}

case ${1-} in
[0-5]) func=$1 ;;
-h | --help) usage 0 ;;
*) usage 2 >&2 ;;
esac
shift
interval=1000 seconds=5 results=results
[ "$func" != 2 ] || seconds=60
while getopts i:s:o: option; do
	case $option in
	i) interval=$OPTARG ;;
	s) seconds=$OPTARG ;;
	o) results=$OPTARG ;;
	*) usage 2 >&2 ;;
	esac
done
[ $((OPTIND - 1)) = $# ] || usage 2 >&2

if [ "$(id -u)" != 0 ]; then
	echo "run.sh: only root may load a module: sudo ./run.sh $func" >&2
	exit 2
fi
mkdir -p "$results"
results=$(cd "$results" && pwd)
cd "$(dirname "$0")"

ktest=/sys/kernel/mm/ktest
mm=/sys/kernel/mm
workload=

# chosen FILE: the word in brackets of a setting such as "always madvise [never]".
chosen() {
	sed -n 's/.*\[\(.*\)\].*/\1/p' "$1"
}

restore() {
	[ ! -d "$ktest" ] || echo 0 > "$ktest/run" || true
	[ -z "$workload" ] || kill "$workload" 2> /dev/null || true
	! grep -q '^ktest ' /proc/modules || rmmod ktest || true
	[ -z "${enabled-}" ] || echo "$enabled" > "$mm/transparent_hugepage/enabled"
	[ -z "${defrag-}" ] || echo "$defrag" > "$mm/transparent_hugepage/defrag"
	[ -z "${lru_gen-}" ] || echo "$lru_gen" > "$mm/lru_gen/enabled"
}
trap restore EXIT
trap 'exit 130' INT TERM

make all

# Pages of 4 KiB alone.
if [ -d "$mm/transparent_hugepage" ]; then
	enabled=$(chosen "$mm/transparent_hugepage/enabled")
	defrag=$(chosen "$mm/transparent_hugepage/defrag")
	echo never > "$mm/transparent_hugepage/enabled"
	echo never > "$mm/transparent_hugepage/defrag"
fi
# With the multi-generational LRU, asking about one page clears the Accessed bits of its neighbours.
if [ -f "$mm/lru_gen/enabled" ]; then
	lru_gen=$(cat "$mm/lru_gen/enabled")
	echo 0 > "$mm/lru_gen/enabled"
fi

rm -f "$results/ktest_func$func".*
insmod ktest.ko output="$results"
./workload --seconds "$seconds" < /dev/null > "$results/workload.log" &
workload=$!
until grep -q '^ready' "$results/workload.log"; do sleep 0.1; done

echo "$interval" > "$ktest/sleep_millisecs"
echo "$workload" > "$ktest/pid"
echo "$func" > "$ktest/func"
echo 1 > "$ktest/run"
echo "run.sh: the module watches process $workload for $seconds s"
while kill -0 "$workload" 2> /dev/null && ! grep -q '^bye' "$results/workload.log"; do
	sleep 1
	[ "$func" != 1 ] || cat "$ktest/vma"
done
workload=
echo 0 > "$ktest/run"

case $func in
0) dmesg | grep 'ktest: hello' | tail -n 5 ;;
1) ;;
2) python3 "${PLOT:-../../reports/plot/hot_pages.py}" "$results/ktest_func2.txt" -o "$results/hot_pages.png"
	ls -l "$results/ktest_func2.txt" "$results/hot_pages.png" ;;
*) ls -l "$results/ktest_func$func".* ;;
esac
