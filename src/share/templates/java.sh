#!/bin/sh
# Has a Java on Linux or macOS trust the certificates of @URL@, by its own keytool.
#
#   sh trust-rhumb.sh                          the Java of JAVA_HOME, else the one on the PATH
#   sh trust-rhumb.sh --java-home DIR          that one: a server's, an application's
#   sh trust-rhumb.sh --keystore FILE          another trust store, made when it is not there
#
#   --password WORD    of the store, where it is not "@PASSWORD@"
#   --uninstall        takes it out again
#   --yes              does not ask
#
# Again after each update that brings a new Java. Exit codes: 0 done, 1 failed, 2 wrong usage or not confirmed.
set -eu

# Runs "$@" once for each root, with its alias, its name, its SHA-256, and its PEM on standard input.
each_root() {
@ROOTS@
}

usage() {
    echo "usage: sh trust-rhumb.sh [--java-home DIR] [--keystore FILE] [--password WORD] [--uninstall] [--yes]" >&2
    exit 2
}

failed() {
    echo "failed   $*" >&2
    return 1
}

# Sets keytool, and keystore where none was named.
find_java() {
    home=${java_home:-${JAVA_HOME:-}}
    if [ -n "$home" ]; then
        keytool=$home/bin/keytool
        [ -x "$keytool" ] || keytool=$home/jre/bin/keytool
    else
        keytool=$(command -v keytool || true)
        # The program on the PATH is a link into the Java that it belongs to.
        [ -z "$keytool" ] || home=$(dirname "$(dirname "$(readlink -f "$keytool")")")
    fi
    if [ ! -x "$keytool" ]; then
        failed "no keytool was found${home:+ below $home}; name the Java with --java-home DIR"
        return 1
    fi
    [ -z "$keystore" ] || return 0
    for file in "$home/lib/security/cacerts" "$home/jre/lib/security/cacerts"; do
        [ -e "$file" ] || continue
        keystore=$file
        return 0
    done
    failed "$home has no lib/security/cacerts; name the store with --keystore FILE"
}

# store COMMAND ARGUMENTS: keytool on the store.
store() {
    command=$1
    shift
    "$keytool" "$command" -keystore "$keystore" -storepass "$password" "$@"
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

# has ALIAS NAME SHA256: is that very certificate there?
has() {
    [ -e "$keystore" ] && LC_ALL=C store -list -v -alias "$1" 2>/dev/null </dev/null | grep -q -F -e "$3"
}

put_in() {
    if has "$@"; then
        echo "already  $2 is in $keystore"
        return 0
    fi
    store -importcert -noprompt -alias "$1" >"$work/said" 2>&1 || true
    if has "$@"; then
        echo "done     $2 is in $keystore"
    else
        failed "$keystore did not take $2: $(tr '\n' ' ' <"$work/said")(as another user? sudo sh $0)"
    fi
}

take_out() {
    cat >/dev/null
    if ! has "$@"; then
        echo "already  $2 is not in $keystore"
        return 0
    fi
    store -delete -alias "$1" >"$work/said" 2>&1 </dev/null || true
    if has "$@"; then
        failed "$keystore keeps $2: $(tr '\n' ' ' <"$work/said")(as another user? sudo sh $0)"
    else
        echo "done     $2 is taken out of $keystore"
    fi
}

action=install ask=yes java_home='' keystore='' password='@PASSWORD@'
while [ $# -gt 0 ]; do
    case $1 in
    --uninstall) action=uninstall ;;
    --yes) ask=no ;;
    --java-home | --keystore | --password)
        [ $# -ge 2 ] || usage
        case $1 in
        --java-home) java_home=$2 ;;
        --keystore) keystore=$2 ;;
        --password) password=$2 ;;
        esac
        shift
        ;;
    *) usage ;;
    esac
    shift
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

find_java || exit 1
each_root show
confirm
if [ "$action" = install ]; then
    each_root put_in || exit 1
    echo "Start the programs that use this Java anew."
else
    each_root take_out || exit 1
fi
