#!/usr/bin/env bash
# service_test.sh BUILD: systemd's own opinion of the unit, and whether the server can live with it: what it asks the kernel
# for while it serves a sample is within what the unit allows.
set -euo pipefail
build=$(realpath "$1")
source_dir=$(cd "$(dirname "$0")/../.." && pwd)
unit=$source_dir/deploy/debian/twinledgerd.service
work=$(mktemp -d)
traced=
stop() {
  [ -z "$traced" ] || { kill -TERM "$traced" 2> /dev/null && wait "$traced"; } || true
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM
fail() { echo "FAILED: $*" >&2; exit 1; }

# Against a root that has the program and its manual, as the package puts them.
mkdir -p "$work"/root/{usr/bin,usr/lib/systemd/system,etc,run}
cp -r /usr/lib/systemd/system/{sysinit,basic,multi-user,network-online,shutdown,local-fs,sockets,timers,paths,slices,swap,network,cryptsetup,integritysetup,veritysetup}.target "$work/root/usr/lib/systemd/system/" 2> /dev/null || true
cp "$build/bin/twinledgerd" "$work/root/usr/bin/"
sed '/^Documentation=/d' "$unit" > "$work/root/usr/lib/systemd/system/twinledgerd.service"
said=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --recursive-errors=no --root="$work/root" twinledgerd.service 2>&1) || fail "systemd-analyze verify: $said"
[ -z "$said" ] || fail "systemd-analyze verify: $said"
# In tenths: 0 is the safest, and 2 what is called OK.
systemd-analyze security --offline=true --threshold=15 "$unit" > "$work/security" 2>&1 || { cat "$work/security"; fail "exposure"; }
tail -n 1 "$work/security" | sed 's/.* Overall/overall/; s/[^a-zA-Z0-9. :-]//g'

# Names of system calls that the unit's filters leave.
calls_of() {
  local word
  for word in "$@"; do
    case "$word" in
      @*) mapfile -t inner < <(systemd-analyze syscall-filter "$word" | sed -nE 's/^    ([@a-z0-9_-]+)$/\1/p'); calls_of "${inner[@]}" ;;
      *) echo "$word" ;;
    esac
  done
}
read -ra allowed <<< "$(sed -n 's/^SystemCallFilter=\([^~].*\)/\1/p' "$unit")"
read -ra denied <<< "$(sed -n 's/^SystemCallFilter=~\(.*\)/\1/p' "$unit")"
read -ra named <<< "$(sed -n 's/^SystemCallFilter=\([a-z].*\)/\1/p' "$unit")"  # Later, and so in spite of it.
{
  comm -23 <(calls_of "${allowed[@]}" | sort -u) <(calls_of "${denied[@]}" | sort -u)
  printf '%s\n' "${named[@]}"
} | sort -u > "$work/allowed"
[ "$(wc -l < "$work/allowed")" -gt 100 ] || fail "the filter allows $(wc -l < "$work/allowed") calls; is its form another?"

# The tracer is a child of its own: what is waited for here is the server.
strace -D -f -e signal=none -o "$work/trace" -e 'trace=all' "$build/bin/twinledgerd" --data-dir "$work/data" --listen 127.0.0.1:0 \
  --health-listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 2> "$work/log" &
traced=$!
until [ -f "$work/data/endpoint.json" ]; do
  kill -0 "$traced" 2> /dev/null || { cat "$work/log"; fail "the server ended"; }
  sleep 0.2
done
client() { "$build/bin/twinledger" --data-dir "$work/data" "$@"; }
client --as agency-approver import councils "$source_dir/tools/sample/councils.csv" > /dev/null
client --as agency-analyst overview > /dev/null 2>&1
client --as auditor log digest > /dev/null 2>&1
client --as operator projection rebuild registry > /dev/null 2>&1
kill -TERM "$traced"
wait "$traced" || fail "the server ended with $?"
until grep -qE "^$traced +\+\+\+ exited with 0 \+\+\+" "$work/trace"; do sleep 0.2; done
traced=
# execve is strace's own beginning; systemd's child does it before the filter holds the program.
sed -nE 's/^[0-9]+ +([a-z0-9_]+)\(.*/\1/p' "$work/trace" | grep -vx execve | sort -u > "$work/asked"
[ "$(wc -l < "$work/asked")" -gt 30 ] || fail "the trace has $(wc -l < "$work/asked") calls"
comm -23 "$work/asked" "$work/allowed" > "$work/refused"
# What is refused only costs speed or is asked for in vain; how threads are scheduled the unit says.
grep -q '^CPUSchedulingPolicy=batch$' "$unit" || fail "the unit has the server's threads interrupt each other"
# Threads come back from spare time by the one and the other.
grep -qx sched_setscheduler "$work/allowed" && grep -q '^LimitNICE=20$' "$unit" || fail "the unit keeps threads from spare time"
grep -vxE 'sched_setaffinity|setpriority|io_uring_setup' "$work/refused" > "$work/missing" || true
[ ! -s "$work/missing" ] || fail "the server asks for what the unit forbids: $(paste -sd' ' "$work/missing")"
# MemoryDenyWriteExecute.
! grep -E '(mmap|mprotect)\(.*PROT_WRITE\|PROT_EXEC' "$work/trace" || fail "memory that is writable and executable"
# RestrictAddressFamilies.
families=$(sed -nE 's/.* socket\((AF_[A-Z0-9]+),.*/\1/p' "$work/trace" | sort -u)
for family in $families; do
  grep -q "^RestrictAddressFamilies=.*\b$family\b" "$unit" || fail "a socket of $family"
done
echo "service: $(wc -l < "$work/asked") system calls, all allowed"
