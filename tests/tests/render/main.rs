//! `flinkops init` and `render`: what is rendered is judged by Flink itself, ZooKeeper, kubernetes-validate, shellcheck and
//! systemd.

mod artefacts;
mod availability;
mod cluster;
mod native_pods;
mod network;
mod pods;
mod rerender;
mod rollout;
mod round_trip;
mod workplace;
