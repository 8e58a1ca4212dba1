#!/bin/sh
# Has this Linux machine trust the certificates of @URL@
#
#   sh trust-rhumb.sh                 the browsers of the user who runs it: Chromium, Chrome, Firefox
#   sudo sh trust-rhumb.sh            the system's store: curl, wget, git, and most programs
#
# Families of Debian, Fedora, SUSE and Arch. Run again it changes nothing.
#
#   --uninstall        takes it out again, from the same place
#   --system           the system's store, --browsers: those of this user; without either as above
#   --root DIR         takes DIR for the root of the file system, as for an image (with --system)
#   --yes              does not ask
#
# Exit codes: 0 done, 1 failed, 2 wrong usage or not confirmed.
set -eu

# Runs "$@" once for each root, with its file name, its name, its SHA-256, and its PEM on standard input.
each_root() {
@ROOTS@
}

usage() {
    echo "usage: sh trust-rhumb.sh [--uninstall] [--system | --browsers] [--root DIR] [--yes]" >&2
    exit 2
}

failed() {
    echo "failed   $*" >&2
    return 1
}

# --- The certificate in this file ---------------------------------------------------------------

# The base64 of all certificates of a PEM text in one line: line ends and comments do not matter.
one_line() {
    grep -v '^#' | tr -d '\r\n \t'
}

# SHA-256 of standard input as AB:CD:...
digest() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum
    else
        openssl dgst -sha256 -r
    fi | cut -c 1-64 | tr 'a-f' 'A-F' | sed 's/../&:/g; s/:$//'
}

from_base64() {
    if command -v base64 >/dev/null 2>&1; then
        base64 -d
    else
        openssl base64 -d
    fi
}

# check STEM NAME SHA256 <PEM: the bytes are those that the fingerprint is of.
check() {
    found=$(grep -v -e '^-----' | from_base64 | digest)
    [ "$found" = "$3" ] && return 0
    failed "this file is damaged: the certificate in it has the fingerprint $found; get it anew"
}

show() {
    cat >/dev/null
    printf '\n%s\nSHA-256  %s\n' "$2" "$3"
}

confirm() {
    [ "$ask" = yes ] || return 0
    if [ ! -t 0 ]; then
        echo "Nobody can be asked here: compare the fingerprint, then add --yes." >&2
        exit 2
    fi
    if [ "$action" = install ]; then
        printf '\nIs this the fingerprint that you were told by another way (telephone, in person)? Type yes: '
    else
        printf '\nTake it out? Type yes: '
    fi
    read -r answer || answer=
    [ "$answer" = yes ] && return 0
    echo "Nothing was changed."
    exit 2
}

# --- The system's store -------------------------------------------------------------------------

# Sets anchors (where added roots belong), ending, bundle (what programs read), tool and its argument.
find_family() {
    if [ -d "$root/etc/pki/ca-trust/source/anchors" ]; then
        anchors=$root/etc/pki/ca-trust/source/anchors ending=.pem
        bundle=$root/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem tool=update-ca-trust argument=extract
    elif [ -d "$root/usr/local/share/ca-certificates" ]; then
        anchors=$root/usr/local/share/ca-certificates ending=.crt
        bundle=$root/etc/ssl/certs/ca-certificates.crt tool=update-ca-certificates argument=
    elif [ -d "$root/etc/ca-certificates/trust-source/anchors" ]; then
        anchors=$root/etc/ca-certificates/trust-source/anchors ending=.crt
        bundle=$root/etc/ca-certificates/extracted/tls-ca-bundle.pem tool=trust argument=extract-compat
    elif [ -d "$root/usr/share/pki/trust/anchors" ] || [ -d "$root/etc/pki/trust/anchors" ]; then
        # The administrator's own folder; /usr cannot be written everywhere.
        anchors=$root/etc/pki/trust/anchors ending=.pem
        [ -d "$anchors" ] || anchors=$root/usr/share/pki/trust/anchors
        bundle=$root/var/lib/ca-certificates/ca-bundle.pem tool=update-ca-certificates argument=
    else
        failed "no trust store of the system is known here; install the package ca-certificates and try again"
    fi
}

# Runs the family's tool; $1: its argument, or nothing.
update() {
    for folder in /usr/sbin /usr/bin /sbin /bin; do
        [ -x "$root$folder/$tool" ] || continue
        if [ -n "$root" ] && [ -x "$root/bin/sh" ]; then
            chroot "$root" "$folder/$tool" ${1:+"$1"} >/dev/null
        else
            "$root$folder/$tool" ${1:+"$1"} >/dev/null
        fi
        return
    done
    failed "the program $tool is missing; install the package ca-certificates and try again"
}

# is_in_bundle <PEM: do programs of this system trust it?
is_in_bundle() {
    wanted=$(one_line)
    [ -r "$bundle" ] && one_line <"$bundle" | grep -q -F -e "$wanted"
}

is_wanted() {
    grep -q -x -F -e "$1" "$work/missing"
}

put_file() {
    is_wanted "$1" || return 0
    cat >"$anchors/$1$ending" && chmod 644 "$anchors/$1$ending"
}

drop_file() {
    is_wanted "$1" || return 0
    rm -f "$anchors/$1$ending"
}

see_in_system() {
    is_wanted "$1" || return 0
    if is_in_bundle; then
        echo "done     $2 is in the system's store"
    else
        failed "$2 is in $anchors/$1$ending, but $tool did not take it into $bundle"
    fi
}

is_missing_in_system() {
    if is_in_bundle; then
        echo "already  $2 is in the system's store"
    else
        echo "$1" >>"$work/missing"
    fi
}

install_system() {
    find_family || return 1
    : >"$work/missing"
    each_root is_missing_in_system
    [ -s "$work/missing" ] || return 0
    if [ ! -w "$anchors" ]; then
        failed "$anchors can be written by the administrator alone: sudo sh $0 --system"
        return 1
    fi
    if ! each_root put_file || ! update "$argument"; then
        each_root drop_file
        return 1
    fi
    each_root see_in_system
}

# Whichever program has put it there, and under whichever ending.
remove_file() {
    cat >/dev/null
    for folder in etc/pki/ca-trust/source/anchors usr/local/share/ca-certificates \
        etc/ca-certificates/trust-source/anchors usr/share/pki/trust/anchors etc/pki/trust/anchors; do
        for file in "$root/$folder/$1.crt" "$root/$folder/$1.pem"; do
            [ -e "$file" ] || continue
            rm -f "$file" || return 1
            echo "$2" >>"$work/removed"
        done
    done
}

gone_from_system() {
    if is_in_bundle; then
        failed "$2 is still in $bundle: it was put there under another name"
    elif [ -s "$work/removed" ]; then
        echo "done     $2 is taken out of the system's store"
    else
        echo "already  $2 is not in the system's store"
    fi
}

uninstall_system() {
    find_family || return 1
    : >"$work/removed"
    each_root remove_file || {
        failed "$anchors can be written by the administrator alone: sudo sh $0 --system --uninstall"
        return 1
    }
    if [ -s "$work/removed" ]; then
        # Debian's tool leaves links of what is gone unless it begins afresh.
        case $anchors in
        */usr/local/share/ca-certificates) update --fresh || return 1 ;;
        *) update "$argument" || return 1 ;;
        esac
    fi
    each_root gone_from_system
}

# --- The browsers of this user ------------------------------------------------------------------

# Folders with a database of NSS, one a line.
find_databases() {
    data=${XDG_DATA_HOME:-$HOME/.local/share} settings=${XDG_CONFIG_HOME:-$HOME/.config}
    for database in "$HOME/.pki/nssdb" "$data/pki/nssdb" \
        "$HOME"/snap/chromium/current/.pki/nssdb "$HOME"/snap/chromium/current/.local/share/pki/nssdb \
        "$HOME"/.var/app/org.chromium.Chromium/.pki/nssdb "$HOME"/.var/app/org.chromium.Chromium/data/pki/nssdb \
        "$HOME"/.var/app/com.google.Chrome/.pki/nssdb "$HOME"/.var/app/com.google.Chrome/data/pki/nssdb \
        "$HOME"/.mozilla/firefox/*/ "$settings"/mozilla/firefox/*/ \
        "$HOME"/snap/firefox/common/.mozilla/firefox/*/ "$HOME"/snap/firefox/common/.config/mozilla/firefox/*/ \
        "$HOME"/.var/app/org.mozilla.firefox/.mozilla/firefox/*/ "$HOME"/.var/app/org.mozilla.firefox/config/mozilla/firefox/*/; do
        [ -f "$database/cert9.db" ] && echo "${database%/}"
    done
    return 0
}

# Chromium reads this one where there is no other, and takes it for its own.
make_database() {
    for folder in "$HOME/.pki" "$HOME/.pki/nssdb"; do
        [ -d "$folder" ] || mkdir -m 700 "$folder" || return 1
    done
    certutil -N --empty-password -d "sql:$HOME/.pki/nssdb"
}

has_database() {
    certutil -V -d "sql:$1" -u L -n "$2" >/dev/null 2>&1
}

# put_into DATABASE STEM NAME SHA256 <PEM
put_into() {
    nickname="$3 $2"
    if has_database "$1" "$nickname"; then
        echo "already  $3 is in $1"
        return 0
    fi
    certutil -A -d "sql:$1" -t C,, -n "$nickname" -a >/dev/null 2>"$work/said" || true
    if has_database "$1" "$nickname"; then
        echo "done     $3 is in $1"
    else
        failed "$1 did not take $3: $(tr '\n' ' ' <"$work/said")(if it has a password or another name for it: import the file in the browser's settings)"
    fi
}

take_out_of() {
    cat >/dev/null
    nickname="$3 $2"
    if ! certutil -L -d "sql:$1" -n "$nickname" >/dev/null 2>&1; then
        echo "already  $3 is not in $1"
    elif certutil -D -d "sql:$1" -n "$nickname" >/dev/null 2>"$work/said"; then
        echo "done     $3 is taken out of $1"
    else
        failed "$1 keeps $3: $(tr '\n' ' ' <"$work/said")"
    fi
}

change_browsers() {
    if [ "$(id -u)" = 0 ] && [ -n "${SUDO_USER:-}" ]; then
        failed "the browsers belong to $SUDO_USER: run this without sudo"
        return 1
    fi
    if ! command -v certutil >/dev/null 2>&1; then
        failed "the program certutil is missing; install libnss3-tools (nss-tools on Fedora, mozilla-nss-tools on SUSE, nss on Arch)"
        return 1
    fi
    find_databases >"$work/databases"
    if [ "$action" = install ] && ! grep -q '/nssdb$' "$work/databases"; then
        make_database || return 1
        echo "$HOME/.pki/nssdb" >>"$work/databases"
    fi
    result=0
    while IFS= read -r database; do
        if [ "$action" = install ]; then
            each_root put_into "$database" || result=1
        else
            each_root take_out_of "$database" || result=1
        fi
    done <"$work/databases"
    return $result
}

# --- What was asked for -------------------------------------------------------------------------

action=install ask=yes root='' place=''
while [ $# -gt 0 ]; do
    case $1 in
    --uninstall) action=uninstall ;;
    --system) place=system ;;
    --browsers) place=browsers ;;
    --yes) ask=no ;;
    --root)
        [ $# -ge 2 ] || usage
        root=${2%/} place=system
        shift
        ;;
    *) usage ;;
    esac
    shift
done
if [ -z "$place" ]; then
    if [ "$(id -u)" = 0 ]; then place=system; else place=browsers; fi
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

each_root check || exit 1
each_root show
confirm
if [ "$place" = browsers ]; then
    change_browsers || exit 1
    [ "$action" = uninstall ] || echo "Start the browsers anew. For curl, git and other programs of the system: sudo sh $0 --system"
elif [ "$action" = install ]; then
    install_system || exit 1
else
    uninstall_system || exit 1
fi
