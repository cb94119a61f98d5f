#!/bin/sh
# Starts @WHAT@ @NAME@ on YARN. Made by `flinkops render`; further arguments, such as -D key=value, go to Flink.
# No secret is on the command line: everything is in conf/.
set -eu

# Stores are named relative to this directory, as they are in the containers.
cd "$(dirname "$0")"
home=${FLINK_HOME:-@HOME@}
keytab=@KEYTAB@
jar=@JAR@
FLINK_CONF_DIR=$PWD/conf
export FLINK_CONF_DIR

fail() {
    echo "$1" >&2
    echo "  mend: $2" >&2
    exit 1
}

[ -x "$home/bin/flink" ] || fail "there is no Flink in $home" "set FLINK_HOME"
found=
for dist in "$home"/lib/flink-dist*.jar; do
    [ -e "$dist" ] && found=${dist##*/flink-dist-}
done
case $found in
    @VERSION@.jar) ;;
    *) fail "$home is Flink ${found%.jar}, and the configuration is for @VERSION@" "set FLINK_HOME, or render with --flink-version" ;;
esac
if [ -z "${HADOOP_CLASSPATH-}" ]; then
    command -v hadoop >/dev/null || fail "HADOOP_CLASSPATH is not set, and there is no hadoop to ask for it" "export HADOOP_CLASSPATH=\$(hadoop classpath)"
    HADOOP_CLASSPATH=$(hadoop classpath)
    export HADOOP_CLASSPATH
fi
[ -n "${HADOOP_CONF_DIR-}${YARN_CONF_DIR-}" ] || fail "neither HADOOP_CONF_DIR nor YARN_CONF_DIR is set, so nobody knows where YARN is" "export HADOOP_CONF_DIR=/etc/hadoop/conf"
if [ -n "$keytab" ]; then
    [ -r "$keytab" ] || fail "the keytab $keytab cannot be read" "flinkops keytab create, or run this as the user that owns it"
    # Flink logs in with the keytab; the ticket is for what its scripts ask of Hadoop before.
    if command -v klist >/dev/null; then
        klist -s || fail "there is no valid Kerberos ticket" "kinit -kt $keytab PRINCIPAL"
    fi
fi
if [ -n "$jar" ]; then
    [ -r "$jar" ] || fail "the jar $jar cannot be read" "build it, or correct application.jar in cluster.yaml"
fi

@COMMAND@
