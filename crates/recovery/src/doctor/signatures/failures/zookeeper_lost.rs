//! A process has lost its ZooKeeper.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR161",
    name: "zookeeper-lost",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A process has lost its ZooKeeper.",
    cause: "ZooKeeper is down or has no quorum, the network is interrupted, or a long garbage collection let the session end.",
    steps: &[
        Step::just("Ask every member: echo ruok | nc HOST 2181, and look who leads."),
        Step::run(
            "Give sessions more time: high-availability.zookeeper.client.session-timeout.",
            "flinkops conf explain high-availability.zookeeper.client.session-timeout",
        ),
        Step::just(
            "Keep jobs running while it is away: high-availability.zookeeper.client.tolerate-suspended-connections: true.",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("ConnectionLossException", ""),
            Sign::flink("SessionExpiredException", ""),
            Sign::flink("", "KeeperErrorCode = "),
            Sign::flink("", "Connection to ZooKeeper suspended"),
            Sign::flink("", "Connection to ZooKeeper lost"),
        ],
        fleeting: true,
        examples: &[
            "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.KeeperException$ConnectionLossException: KeeperErrorCode = ConnectionLoss for /flink/default/leader",
        ],
        others: &[],
    },
};
