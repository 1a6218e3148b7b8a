#!/usr/bin/env bash
# Tells which servers run. Exit 0 if all of the named ones do, 1 if not.
#
#   infra/native/status.sh [--dir DIR] [mosquitto] [kafka] [influxdb]
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

dir=$(default_data_dir)
wanted=()
while (($# > 0)); do
  case $1 in
    -h | --help) show_help && exit ;;
    --dir) (($# > 1)) || die "$1 needs a value, see --help" ;;&
    --dir) dir=$2 && shift 2 ;;
    mosquitto | kafka | influxdb) wanted+=("$1") && shift ;;
    *) die "unknown argument '$1', see --help" ;;
  esac
done
((${#wanted[@]} > 0)) || wanted=("${SERVERS[@]}")
[[ ! -d $dir ]] || dir=$(cd "$dir" && pwd)

all=0
for server in "${wanted[@]}"; do
  if pid=$(server_pid "$dir" "$server"); then
    say "$server" "$(server_address "$dir" "$server")  pid $pid  log $dir/logs/$server.log"
  elif "${server}_installed"; then
    say "$server" "not running"
    all=1
  else
    say "$server" "not installed (infra/native/install.sh $server)"
    all=1
  fi
done
exit "$all"
