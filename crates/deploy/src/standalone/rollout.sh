#!/bin/sh
# Brings the cluster @NAME@ to its hosts over ssh, and starts and stops it there, in order.
# Made by `flinkops render`. It needs sh, tar, xargs and ssh here; sh, tar and systemd there.
set -eu

ssh=${FLINKOPS_SSH:-ssh -o BatchMode=yes}
sudo=${FLINKOPS_SUDO-sudo}
parallel=${FLINKOPS_PARALLEL:-16}
conf=@CONF@
logs=@LOGS@
user=@USER@
here=$(cd "$(dirname "$0")" && pwd)

job_managers() {
    cat <<'END'
@JOB_MANAGERS@
END
}

task_managers() {
    cat <<'END'
@TASK_MANAGERS@
END
}

# Number and host of each server of Flink's own ZooKeeper; none where there is another.
zookeepers() {
    cat <<'END'
@ZOOKEEPERS@
END
}

hosts() {
    { job_managers; task_managers; zookeepers | sed 's/^[0-9]* //'; } | sed '/^$/d' | sort -u
}

usage() {
    cat <<'END'
usage: rollout.sh ACTION [HOST...]

  push      copies configuration, stores and units to the hosts; running processes do not see them yet
  start     starts ZooKeeper (if it is Flink's own), the JobManagers, then the TaskManagers
  stop      stops them in the opposite order
  restart   restarts JobManagers one by one, then TaskManagers one by one
  status    says what runs where
  all       push, then start

Without hosts: all of them. Environment:
  FLINKOPS_SSH       how a command is run on a host [ssh -o BatchMode=yes]
  FLINKOPS_SUDO      what makes one root there; empty if ssh does already [sudo]
  FLINKOPS_PARALLEL  how many hosts are copied to at once [16]
END
}

# remote HOST COMMAND: COMMAND must be free of single quotes.
remote() {
    if [ -n "$sudo" ]; then
        $ssh "$1" "$sudo sh -c '$2'"
    else
        $ssh "$1" "sh -c '$2'"
    fi
}

push_one() {
    host=$1
    [ -d "$here/hosts/$host" ] || { echo "$host: there is no directory $here/hosts/$host" >&2; return 1; }
    # Beside its place first, then renamed: no process ever reads half of it.
    tar -cf - -C "$here/hosts" "$host" -C "$here" systemd | remote "$host" "
        set -eu
        umask 077
        id -u $user >/dev/null
        rm -rf $conf.new
        mkdir -p $conf.new $logs
        tar -C $conf.new --no-same-owner -xf -
        chown $user: $logs
        cp $conf.new/systemd/*.service /etc/systemd/system/
        chmod 644 /etc/systemd/system/flink-*.service
        rm -rf $conf.new/systemd
        chown -R $user: $conf.new
        rm -rf $conf.old
        if [ -e $conf ]; then mv $conf $conf.old; fi
        mv $conf.new/$host $conf
        rmdir $conf.new
        systemctl daemon-reload
    "
    echo "$host: pushed"
}

# wanted HOST: whether it was asked for.
wanted() {
    [ -z "$only" ] && return 0
    case " $only " in *" $1 "*) return 0 ;; esac
    return 1
}

# each LIST VERB UNIT: one host after the other.
each() {
    for host in $($1); do
        wanted "$host" || continue
        remote "$host" "systemctl $2 $3"
        echo "$host: $2 $3"
    done
}

each_zookeeper() {
    zookeepers | sed '/^$/d' | while read -r number host; do
        wanted "$host" || continue
        remote "$host" "systemctl $1 flink-zookeeper@$number" </dev/null
        echo "$host: $1 flink-zookeeper@$number"
    done
}

active() {
    if remote "$1" "systemctl is-active --quiet $2" </dev/null; then echo "$1: $2 runs"; else echo "$1: $2 does not run"; return 1; fi
}

start() {
    each_zookeeper "enable --now"
    each job_managers "enable --now" flink-jobmanager
    each task_managers "enable --now" flink-taskmanager
}

stop() {
    each task_managers "disable --now" flink-taskmanager
    each job_managers "disable --now" flink-jobmanager
    each_zookeeper "disable --now"
}

restart() {
    each job_managers restart flink-jobmanager
    each task_managers restart flink-taskmanager
}

status() {
    failed=0
    for host in $(job_managers); do
        if wanted "$host"; then active "$host" flink-jobmanager || failed=1; fi
    done
    for host in $(task_managers); do
        if wanted "$host"; then active "$host" flink-taskmanager || failed=1; fi
    done
    return $failed
}

push() {
    for host in $(hosts); do
        if wanted "$host"; then echo "$host"; fi
    done | xargs -n 1 -P "$parallel" sh "$0" push-one
}

action=${1-}
[ $# -gt 0 ] && shift
only=$*
for host in $only; do
    hosts | grep -qxF -e "$host" || { echo "$host is no host of this cluster" >&2; exit 2; }
done
case $action in
    push) push ;;
    push-one) push_one "$only" ;;
    start) start ;;
    stop) stop ;;
    restart) restart ;;
    status) status ;;
    all) push && start ;;
    -h | --help | help) usage ;;
    *) usage >&2; exit 2 ;;
esac
