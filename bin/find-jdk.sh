# To be sourced by the other scripts of this folder:
#
#   . "$(dirname "$0")/find-jdk.sh"
#   find_jdk 21 || exit 69
#   "$JDK/bin/java" …
#
# find_jdk VERSION sets JDK to the home of a Java of at least that version: JAVA_HOME when it is new enough, else the java on the
# PATH, else the newest in the usual folders. When there is none it says so in one sentence on standard error and returns 1.
# No Java is started unless its folder lacks the file "release".

# Prints the feature version (such as 21) of the Java in a folder; nothing when there is none.
jdk_version() {
    [ -x "$1/bin/java" ] || return 0
    jdk_text=
    if [ -r "$1/release" ]; then
        jdk_text=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9._]*\).*/\1/p' "$1/release" | head -n 1)
    fi
    if [ -z "$jdk_text" ]; then
        jdk_text=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9._]*\).*/\1/p' | head -n 1)
    fi
    case $jdk_text in
        1.*) jdk_text=${jdk_text#1.} ;;
    esac
    printf '%s\n' "${jdk_text%%[._]*}"
}

find_jdk() {
    jdk_wanted=$1
    JDK=

    if [ -n "${JAVA_HOME:-}" ]; then
        jdk_found=$(jdk_version "$JAVA_HOME")
        if [ "${jdk_found:-0}" -ge "$jdk_wanted" ]; then
            JDK=$JAVA_HOME
            return 0
        fi
    fi

    jdk_java=$(command -v java || true)
    if [ -n "$jdk_java" ]; then
        jdk_java=$(readlink -f "$jdk_java" 2>/dev/null || printf '%s' "$jdk_java")
        jdk_home=$(dirname "$(dirname "$jdk_java")")
        jdk_found=$(jdk_version "$jdk_home")
        if [ "${jdk_found:-0}" -ge "$jdk_wanted" ]; then
            JDK=$jdk_home
            return 0
        fi
    fi

    jdk_best=0
    for jdk_home in /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /usr/local/openjdk* /opt/* /opt/java/* /opt/jdk/* \
            /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk* \
            "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/*; do
        jdk_found=$(jdk_version "$jdk_home")
        if [ "${jdk_found:-0}" -ge "$jdk_wanted" ] && [ "$jdk_found" -gt "$jdk_best" ]; then
            JDK=$jdk_home
            jdk_best=$jdk_found
        fi
    done
    if [ -n "$JDK" ]; then
        return 0
    fi
    printf '%s\n' "Lazaret needs a Java $jdk_wanted or newer: none is in JAVA_HOME, on the PATH or in the usual folders (install one, such as Eclipse Temurin 21, or set JAVA_HOME)." >&2
    return 1
}
