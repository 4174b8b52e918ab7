#!/usr/bin/env bash
# tsan_absl_mutex_test.sh FOLDER WRAPPED...: fails if a test program in FOLDER waits or wakes by a function of Abseil's
# that is not WRAPPED for the thread sanitizer (tsan_absl_mutex.cc): what it guards would look like a race, or hide one.
set -euo pipefail
folder=$1
shift
# What only makes and ends them, or wakes who must take the mutex before it goes on.
harmless='[0-9](CondVar|Mutex|Notification|BlockingCounter)[CD][12]E|CondVar6SignalEv|CondVar9SignalAllEv'
missing=$(find "$folder" -name '*_test' -type f -exec nm -u {} + |
  grep -oE '_ZNK?4absl7debian3[0-9]+(Mutex|CondVar|Notification|BlockingCounter|Barrier)[^ ]*' | sort -u |
  grep -vxFf <(printf '%s\n' "$@") | grep -vE "$harmless" || true)
[ -z "$missing" ] || { echo "not wrapped: $missing"; exit 1; }
