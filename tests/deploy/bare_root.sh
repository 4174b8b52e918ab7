#!/usr/bin/env bash
# bare_root.sh ROOT DEB: makes ROOT a Debian of nothing but what is essential and what the package DEB depends on, as this
# machine has it: the files and records of those packages, which dpkg there takes for installed. No network, some seconds.
# Mounts ROOT/proc; whoever calls takes it away.
set -euo pipefail
root=$1
deb=$2
work=$(mktemp)
trap 'rm -f "$work"' EXIT

# installed NAME...: the packages of those names that are installed, or that are installed and provide them.
dpkg-query -Wf '${db:Status-Abbrev}|${Package}|${Provides}\n' | sed -n 's/^ii *|//p' > "$work"
installed() {
  local name
  for name in "$@"; do
    awk -F'|' -v name="$name" '$1 == name { print $1; next }
      { count = split($2, provided, /, */); for (i = 1; i <= count; ++i) { sub(/ .*/, "", provided[i]); if (provided[i] == name) print $1 } }' "$work"
  done | sort -u
}
mapfile -t named < <(
  dpkg-query -Wf '${Essential} ${Package}\n' | sed -n 's/^yes //p'
  { dpkg-deb -f "$deb" Depends; echo; } | tr ',' '\n' | sed -E 's/\|.*//; s/\(.*//; s/ //g; /^$/d'
)
mapfile -t needed < <(installed "${named[@]}")
mapfile -t packages < <(
  apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
    --no-enhances "${needed[@]}" | grep -oE '^[a-z0-9][a-z0-9.+-]*' | sort -u | xargs -d '\n' dpkg-query -Wf '${db:Status-Abbrev} ${Package}\n' 2> /dev/null |
    sed -n 's/^ii *//p'
)

rm -rf "$root"
mkdir -p "$root"/{usr/{bin,sbin,lib,lib64},dev,proc,run,root,var/lib/dpkg/{info,updates,triggers}}
install -d -m 1777 "$root/tmp"
for merged in bin sbin lib lib64; do ln -s "usr/$merged" "$root/$merged"; done
dpkg -L "${packages[@]}" | grep -vE '^/(\.|bin|sbin|lib|lib64)?$|^/usr/share/(doc|man|info|locale|lintian|i18n)/' | sort -u |
  while read -r path; do [ ! -e "$path" ] && [ ! -L "$path" ] || echo "$path"; done > "$root/tmp/files"
tar -C / -cf - --no-recursion -T "$root/tmp/files" 2> /dev/null | tar -C "$root" -xf -
for package in "${packages[@]}"; do
  dpkg-query -s "$package"
  echo
done > "$root/var/lib/dpkg/status"
for package in "${packages[@]}"; do
  cp /var/lib/dpkg/info/"$package"{,:amd64}.{list,md5sums} "$root/var/lib/dpkg/info/" 2> /dev/null || true
done
touch "$root/var/lib/dpkg/available"

# What the packages' own scripts would have made.
cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
[ ! -x "$root/usr/sbin/pwconv" ] || { chroot "$root" pwconv && chroot "$root" grpconv; }
[ ! -f "$root/usr/share/adduser/adduser.conf" ] || cp "$root/usr/share/adduser/adduser.conf" "$root/etc/"
cp "$root/usr/share/libc-bin/nsswitch.conf" "$root/etc/nsswitch.conf"
echo "127.0.0.1 ledger" > "$root/etc/hosts"
mknod -m 666 "$root/dev/null" c 1 3
mknod -m 666 "$root/dev/zero" c 1 5
mknod -m 666 "$root/dev/urandom" c 1 9
mount -t proc proc "$root/proc"
chroot "$root" ldconfig
rm "$root/tmp/files"
