#!/usr/bin/env bash
# packages_test.sh BUILD [--bootstrap]: installs both Debian packages, each in a Debian that has nothing else,
# as dpkg does it; runs the server there as its own user on a read-only system, takes a sample through it, and has an
# auditor check the export on the machine that has the client alone; removes them. The roots are made of this machine's
# packages; with --bootstrap by debootstrap, and apt-get installs: that takes a network, and minutes.
set -euo pipefail
build=$(realpath "$1")
bootstrap=false
[ "${2-}" != --bootstrap ] || bootstrap=true
source_dir=$(cd "$(dirname "$0")/../.." && pwd)
here=$source_dir/tests/deploy
work=$(mktemp -d)
server=
stop() {
  [ -z "$server" ] || { kill -TERM "$server" 2> /dev/null; wait "$server"; } || true
  for mounted in "$work"/readonly/var/lib/twinledger "$work"/readonly "$work"/{server,client}/proc; do
    ! mountpoint -q "$mounted" || umount -l "$mounted"
  done
  rm -rf --one-file-system "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM
fail() { echo "FAILED: $*" >&2; exit 1; }
step() { echo "-- $*"; }

step "what is packed"
shopt -s nullglob
debs=("$build"/packages/twinledger-server_*.deb "$build"/packages/twinledger-client_*.deb)
[ ${#debs[@]} -eq 2 ] || fail "$build/packages has ${#debs[@]} packages; cmake --build --preset release --target packages"
server_deb=${debs[0]} client_deb=${debs[1]}
for program in bin/twinledgerd bin/twinledger client/twinledger; do
  [ "$server_deb" -nt "$build/$program" ] || fail "$server_deb is older than $program; build the target packages"
done
for deb in "${debs[@]}"; do
  dpkg-deb -c "$deb" | awk '$2 != "root/root" { print "FAILED: owner of " $0; bad = 1 } $1 ~ /^.....w|^........w|s/ && $1 !~ /^l/ { print "FAILED: mode of " $0; bad = 1 } END { exit bad }'
done
dpkg-deb -f "$server_deb" Depends | grep -q librocksdb || fail "the server's package does not depend on RocksDB"
! dpkg-deb -f "$client_deb" Depends | grep -E 'rocksdb|rdkafka|prometheus' || fail "the client's package depends on what only servers need"
! ldd "$build/client/twinledger" | grep -E 'rocksdb|rdkafka|not found' || fail "the client loads what only servers need"

# bootstrapped ROOT: Debian's own least one, which is fetched once and kept beside the build.
bootstrapped() {
  local root=$1 kept=$build/bookworm.tar
  if [ ! -f "$kept" ]; then
    rm -rf "$work/bookworm"
    debootstrap --variant=minbase bookworm "$work/bookworm" http://deb.debian.org/debian > "$work/out" 2>&1 || { tail "$work/out"; fail "debootstrap"; }
    tar -C "$work/bookworm" --exclude='./var/cache/apt/archives/*.deb' -cf "$kept.new" .
    mv "$kept.new" "$kept"
    rm -rf "$work/bookworm"
  fi
  mkdir "$root"
  tar -C "$root" -xf "$kept"
  cp /etc/resolv.conf "$root/etc/"
  mount -t proc proc "$root/proc"
  chroot "$root" apt-get update -qq
}

# install ROOT DEB: as a person would, or by dpkg alone where there is no apt.
install_in() {
  local root=$1 deb=$2
  if $bootstrap; then
    cp "$deb" "$root/root/"
    DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends "/root/${deb##*/}" > "$work/out" 2>&1
  else
    dpkg --root="$root" --no-triggers -i "$deb" > "$work/out" 2>&1
  fi
}

step "two bare roots"
if $bootstrap; then
  bootstrapped "$work/server"
  bootstrapped "$work/client"
else
  "$here/bare_root.sh" "$work/server" "$server_deb"
  "$here/bare_root.sh" "$work/client" "$client_deb"
fi

step "installation"
install_in "$work/client" "$client_deb" || { cat "$work/out"; fail "client"; }
install_in "$work/server" "$server_deb" || { cat "$work/out"; fail "server"; }
[ -z "$(find "$work/client/usr/lib" -name 'librocksdb*' -o -name 'librdkafka*')" ] || fail "the client's root has the libraries all the same"
[ -z "$(ls -A "$work/server/var/lib/twinledger")" ] || fail "the installation founded something"
[ "$(stat -c '%U %a' "$work/server/etc/twinledger/twinledgerd.json")" = "root 644" ] || fail "owner of the settings"
uid=$(chroot "$work/server" id -u twinledger) gid=$(chroot "$work/server" id -g twinledger)
[ "$(stat -c '%u %g %a' "$work/server/var/lib/twinledger")" = "$uid $gid 700" ] || fail "owner of the data directory"
chroot "$work/server" grep -q '^twinledger:.*:/usr/sbin/nologin$' /etc/passwd || fail "the server's account can log in"

step "a server on a read-only system"
mkdir "$work/readonly"
mount --rbind "$work/server" "$work/readonly"
mount -o remount,bind,ro "$work/readonly"
mount --bind "$work/server/var/lib/twinledger" "$work/readonly/var/lib/twinledger"
mount -o remount,bind,rw "$work/readonly/var/lib/twinledger"
inside=(env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
  TWINLEDGER_LISTEN=127.0.0.1:0 TWINLEDGER_HEALTH_LISTEN=127.0.0.1:0 TWINLEDGER_METRICS_LISTEN=127.0.0.1:0
  chroot "--userspec=$uid:$gid" --groups= "$work/readonly")
config=(--config /etc/twinledger/twinledgerd.json)
"${inside[@]}" twinledgerd "${config[@]}" --print-config > "$work/settings"
grep -q '^data_dir  */var/lib/twinledger/data  *file /etc/twinledger/twinledgerd.json$' "$work/settings" || fail "the settings do not name the data directory"
"${inside[@]}" twinledgerd "${config[@]}" 2> "$work/log" &
server=$!
inside_client() { "${inside[@]}" twinledger --data-dir /var/lib/twinledger/data "$@"; }
state=$work/server/var/lib/twinledger
data=$state/data
until [ -f "$data/endpoint.json" ]; do
  kill -0 "$server" 2> /dev/null || { cat "$work/log"; fail "the server ended"; }
  sleep 0.1
done
probes=$(sed -nE 's/.*"health_listen": *"([^"]+)".*/\1/p' "$data/endpoint.json")
inside_client health --probe "$probes" | grep -q SERVING || fail "the probe does not say SERVING"
inside_client --as operator health > /dev/null || fail "health"
[ "$(awk '/^Uid:/ { print $2 }' "/proc/$server/status")" = "$uid" ] || fail "the server runs as another user"

step "the main job"
install -d -o "$uid" -g "$gid" "$state/sample"
cp "$source_dir"/tools/sample/*.csv "$state/sample/"
inside_client --as agency-approver import councils /var/lib/twinledger/sample/councils.csv > "$work/out"
grep -qE '^accepted +78$' "$work/out" || { cat "$work/out"; fail "78 councils"; }
inside_client --as agency-approver import relationships /var/lib/twinledger/sample/relationships.csv > /dev/null
inside_client --as agency-analyst overview -o json > "$work/overview"
grep -q wellington "$work/overview" || fail "the overview"
pin=$(cat "$data/keys/founding.sha256")
inside_client --as auditor log export /var/lib/twinledger/export > /dev/null
inside_client log verify /var/lib/twinledger/data --founding-hash "$pin" > /dev/null 2>&1 || fail "the whole client verifies its server's log"
inside_client backup create /var/lib/twinledger/backup > /dev/null 2>&1 || fail "backup"
kill -TERM "$server"
wait "$server" || fail "the server did not end with 0"
server=

step "an auditor with the client alone"
cp -r "$state/export" "$work/client/tmp/export"
auditor() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$work/client" twinledger "$@"; }
auditor log verify /tmp/export --founding-hash "$pin" > "$work/out" 2>&1 || { cat "$work/out"; fail "the export is not found valid"; }
result=0
auditor log verify /tmp/export > /dev/null 2>&1 || result=$?
[ "$result" = 6 ] || fail "without the founding hash: exit $result"
# One bit of the last record.
segment=$(find "$work/client/tmp/export" -type f -name '*.seg*' | sort | tail -n 1)
[ -n "$segment" ] || fail "the export has no segment"
printf '\x5a' | dd of="$segment" bs=1 seek=$(($(stat -c %s "$segment") / 2)) conv=notrunc status=none
result=0
auditor log verify /tmp/export --founding-hash "$pin" > /dev/null 2>&1 || result=$?
[ "$result" = 4 ] || fail "an altered export: exit $result"
# With a data directory it says what it could not read, and where the rest of the commands is.
cp -r "$data" "$work/client/tmp/data"
result=0
auditor log verify /tmp/data --founding-hash "$pin" > "$work/out" 2>&1 || result=$?
[ "$result" = 6 ] && grep -q 'twinledger-server' "$work/out" || { cat "$work/out"; fail "a data directory: exit $result"; }
for command in "backup create x --data-dir data" "replica create x" "log init" "log move --to kafka://k:9092" "log import x"; do
  result=0
  # shellcheck disable=SC2086 # Words of a command line.
  auditor $command > "$work/out" 2>&1 || result=$?
  [ "$result" = 2 ] && grep -q 'twinledger-server' "$work/out" || { cat "$work/out"; fail "$command: exit $result"; }
done

step "restored by the server's account"
mv "$data" "$data.old"
inside_client backup restore /var/lib/twinledger/backup > "$work/out" 2>&1 || { cat "$work/out"; fail "the server's account cannot restore"; }
inside_client log verify /var/lib/twinledger/data --founding-hash "$pin" > /dev/null 2>&1 || fail "what was restored is not found valid"

step "an upgrade from where the data directory was the account's folder"
rm -rf "$data.old" "$state"/{sample,export,backup}
configure() { chroot "$work/server" /var/lib/dpkg/info/twinledger-server.postinst configure 0.1.0; }
find "$data" -mindepth 1 -maxdepth 1 -exec mv -t "$state" {} +
# Cut short before.
mv "$data" "$data.moving"
mv "$state/identity" "$data.moving/"
configure | grep -q 'are in /var/lib/twinledger/data' || fail "the upgrade does not say where the data are"
[ "$(ls "$state")" = data ] && [ "$(stat -c '%u %g %a' "$data")" = "$uid $gid 700" ] || fail "what the upgrade left: $(ls -l "$state")"
inside_client log verify /var/lib/twinledger/data --founding-hash "$pin" > /dev/null 2>&1 || fail "what was moved is not found valid"
[ -z "$(configure)" ] || fail "the next upgrade moves something"

step "either the whole client or the one alone"
! dpkg --root="$work/server" --no-triggers -i "$client_deb" > "$work/out" 2>&1 || fail "both clients are installed"
grep -q conflict "$work/out" || { cat "$work/out"; fail "no conflict was told"; }

step "removal"
umount "$work/readonly/var/lib/twinledger"
umount -l "$work/readonly"
dpkg --root="$work/server" --no-triggers --purge twinledger-server > "$work/out" 2>&1 || { cat "$work/out"; fail "purge"; }
grep -q 'is kept' "$work/out" || fail "purge does not say that the data stay"
[ -f "$data/keys/founding.sha256" ] || fail "purge destroyed the record"
[ ! -e "$work/server/etc/twinledger" ] || fail "the settings are left"
left=$(dpkg-deb -c "$server_deb" | awk '{ print $6 }' | sed 's|^\.||' | while read -r path; do [ -d "$work/server$path" ] || [ ! -e "$work/server$path" ] || echo "$path"; done)
[ -z "$left" ] || fail "left behind: $left"

step "as the image installs it"
chroot "$work/server" userdel twinledger
rm -r "$state"
account=$(sed -n '/^RUN groupadd/,/[^\\]$/p' "$source_dir/deploy/container/Dockerfile" | sed 's/^RUN //')
chroot "$work/server" sh -c "$account" > "$work/out" 2>&1 || { cat "$work/out"; fail "the image's account"; }
dpkg --root="$work/server" --no-triggers -i "$server_deb" > "$work/out" 2>&1 || { cat "$work/out"; fail "beside the image's account"; }
for folder in var/lib/twinledger founding keyring; do
  owner=$(stat -c '%u %g %a' "$work/server/$folder")
  [ "$owner" = "10001 10001 700" ] || fail "owner of /$folder in the image: $owner"
done
echo "packages: installed, run and removed"
