#!/usr/bin/env bash
# Stops the servers of a folder when the process that asked for them is gone, however it ended.
#
#   infra/native/reap.sh OWNER_PID DIR [--remove]
#
# servers.mjs leaves one of these behind for every set of servers; --remove also deletes DIR.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

(($# >= 2)) || die "needs the owner's pid and a folder, see the head of this script"
tail --pid="$1" -s 0.5 -f /dev/null
[[ -d $2 ]] || exit 0
"$native_dir/stop.sh" --kill --dir "$2"
[[ ${3:-} != --remove ]] || rm -rf -- "$2"
