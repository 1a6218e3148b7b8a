#!/usr/bin/env bash
# Stops servers that start.sh started. Their data stays.
#
#   infra/native/stop.sh [--dir DIR] [--grace S] [--kill] [mosquitto] [kafka] [influxdb]
#
# With no name: all of them.
#
#   --dir DIR   the folder that start.sh was given
#   --grace S   how long each may take to end in order before it is killed, default 20
#   --kill      kill at once
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

dir=$(default_data_dir)
grace=20
signal=TERM
wanted=()
while (($# > 0)); do
  case $1 in
    -h | --help) show_help && exit ;;
    --kill) signal=KILL && shift ;;
    --dir | --grace) (($# > 1)) || die "$1 needs a value, see --help" ;;&
    --dir) dir=$2 && shift 2 ;;
    --grace) grace=$2 && shift 2 ;;
    mosquitto | kafka | influxdb) wanted+=("$1") && shift ;;
    *) die "unknown argument '$1', see --help" ;;
  esac
done
((${#wanted[@]} > 0)) || wanted=("${SERVERS[@]}")

if [[ ! -d $dir ]]; then
  say stop "nothing was ever started in $dir"
  exit 0
fi
dir=$(cd "$dir" && pwd)
exec 9>"$dir/.lock"
flock -w 120 9 || die "another start or stop in $dir is under way and does not end"

declare -A pids=()
for server in "${wanted[@]}"; do
  if pid=$(server_pid "$dir" "$server"); then
    kill -s "$signal" "$pid" 2>/dev/null || true
    # One that was paused (SIGSTOP) hears nothing until it goes on.
    kill -s CONT "$pid" 2>/dev/null || true
    pids[$server]=$pid
  else
    say "$server" "not running"
    rm -f "$dir/$server.pid" "$dir/$server.port"
  fi
done

deadline=$((SECONDS + grace))
for server in "${wanted[@]}"; do
  pid=${pids[$server]:-}
  [[ -n $pid ]] || continue
  how=stopped
  while server_pid "$dir" "$server" >/dev/null; do
    if ((SECONDS >= deadline)) && [[ $how == stopped ]]; then
      kill -s KILL "$pid" 2>/dev/null || true
      how="killed, it had not ended after $grace s"
    fi
    sleep 0.05
  done
  rm -f "$dir/$server.pid" "$dir/$server.port"
  say "$server" "$how"
done
