# shellcheck shell=bash
# What ./run, ./test and the scripts beside this file share: how they speak, wait and fail.
# To be sourced by bash; the caller has `set -euo pipefail`.

# say TEXT…: one line for the person who watches.
say() { printf '%s: %s\n' "${me:-rhumb}" "$*"; }

# die TEXT…: the thing, the step and the remedy; then the end.
die() {
    printf '%s: %s\n' "${me:-rhumb}" "$*" >&2
    exit 1
}

# duration SECONDS: "8 s" or "3 min 05 s".
duration() {
    if (($1 < 60)); then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

# step TEXT LOG COMMAND…: says TEXT, runs COMMAND with its output added to LOG, says how long it took.
# On a terminal the time and the log's last line are shown while it runs; elsewhere a line a minute.
# When COMMAND fails, the end of its output is shown, and step returns its exit code.
# A function as COMMAND joins its lines with &&: bash heeds no `set -e` in here.
step() {
    attempt "$@" || {
        local code=$?
        tail -n "+$step_from" "$2" | tail -n 40 >&2
        say "$1: failed (exit code $code) after $(duration $((SECONDS - step_start))). The whole output is in $2." >&2
        return "$code"
    }
}

# attempt TEXT LOG COMMAND…: the same, for a COMMAND whose failure the caller knows to go on from: it is not shown.
attempt() {
    local text=$1 log=$2 ticker code=0
    shift 2
    step_start=$SECONDS
    if ! { mkdir -p "$(dirname "$log")" && : >>"$log"; } 2>/dev/null; then
        die "cannot write the log $log; make its folder writable, or free space on its disk."
    fi
    step_from=$(($(wc -l <"$log") + 1))
    say "$text …"
    printf '\n== %s: %s\n' "$text" "$*" >>"$log"
    tick "$log" &
    ticker=$!
    "$@" >>"$log" 2>&1 </dev/null || code=$?
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    [[ ! -t 1 ]] || printf '\r\033[K'
    if ((code == 0 && SECONDS > step_start)); then say "$text: done in $(duration $((SECONDS - step_start)))"; fi
    return "$code"
}

# tick LOG: shows that something goes on, until it is killed, or its caller is gone. It waits on a pipe that nobody writes
# to, and not in a `sleep`: that would outlive it, and keep the caller's output and locks open.
tick() {
    local start=$SECONDS shown=$SECONDS every=60 never last
    [[ ! -t 1 ]] || every=1
    exec {never}<> <(:)
    while ! read -rt 1 -u "$never" && kill -0 $$ 2>/dev/null; do
        ((SECONDS - shown >= every)) || continue
        shown=$SECONDS
        last=$(tail -n 1 "$1" | tr -cd '[:print:]')
        if [[ -t 1 ]]; then
            printf '\r\033[K%7s  %.*s' "$(duration $((SECONDS - start)))" $((${COLUMNS:-80} - 12)) "$last"
        else
            printf '  … %s  %.100s\n' "$(duration $((SECONDS - start)))" "$last"
        fi
    done
}

# as_root COMMAND…: as it is for root, else through sudo.
as_root() {
    if ((EUID == 0)); then "$@"; else sudo -- "$@"; fi
}

# jobs_at_once: how many compilers may run at once: one per core, as far as there is a gigabyte and a half for each.
jobs_at_once() {
    local cores memory
    cores=$(nproc)
    memory=$(($(awk '/^MemAvailable:/ {print $2}' /proc/meminfo) / 1572864))
    echo $((memory < 1 ? 1 : memory < cores ? memory : cores))
}
