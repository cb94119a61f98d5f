#!/bin/sh
# Starts @WHAT@ @NAME@ through Flink's native Kubernetes integration. Made by `flinkops render`; further arguments,
# such as -D key=value, go to Flink. No secret is on the command line or in conf/.
set -eu

# The pod template is named relative to this directory.
cd "$(dirname "$0")"
home=${FLINK_HOME:-@HOME@}
FLINK_CONF_DIR=$PWD/conf
export FLINK_CONF_DIR

fail() {
    echo "$1" >&2
    echo "  mend: $2" >&2
    exit 1
}

[ -x "$home/bin/flink" ] || fail "there is no Flink in $home" "set FLINK_HOME"
[ -e "$home/lib/flink-dist-@VERSION@.jar" ] || fail "$home is not Flink @VERSION@, which the configuration is for" "set FLINK_HOME, or render with --flink-version"
command -v kubectl >/dev/null || fail "kubectl is not installed" "install it; the Secrets are made with it"

# What the pods refer to. It stays when the cluster goes: kubectl delete namespace @NAMESPACE@ removes everything.
kubectl apply -f ../namespace.yaml
kubectl apply -f ../serviceaccount.yaml -f role.yaml -f rolebinding.yaml -f secret-native.yaml
for secret in ../secret-internal-tls.yaml ../secret-rest-tls.yaml ../secret-kerberos.yaml ../certificate-*.yaml ../secret-store-password.yaml; do
    if [ -e "$secret" ]; then kubectl apply -f "$secret"; fi
done

@COMMAND@
