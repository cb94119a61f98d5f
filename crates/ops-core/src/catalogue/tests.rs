//! The catalogue against what was measured of the seven distributions.

use super::*;
use crate::version::{Dialect, FlinkVersion};

fn catalogue(version: &str) -> Catalogue {
    Catalogue::of(version.parse().unwrap())
}

/// Reflection over lib/, opt/ and plugins/ with the planner's inner jar. Without that jar, which only the SQL planner
/// sees, 1.18.1 has 904 keys, 1.20.5 has 1,037 and 2.3.0 has 1,149.
#[test]
fn the_number_of_keys_is_as_measured() {
    let counts = FlinkVersion::KNOWN.map(|version| Catalogue::of(version).keys().count());
    assert_eq!(counts, [936, 989, 1054, 1084, 1104, 1122, 1159]);
}

#[test]
fn every_option_is_readable_and_takes_its_own_default() {
    for version in FlinkVersion::KNOWN {
        let catalogue = Catalogue::of(version);
        for key in catalogue.keys() {
            let option = catalogue.option(key).unwrap();
            assert_eq!(catalogue.resolve(key), Some(key));
            if let Some(default) = &option.default {
                assert_eq!(catalogue.check(&option, default, Dialect::Yaml), Ok(()), "{version} {key}");
            }
        }
    }
}

#[test]
fn options_change_between_versions() {
    let key = "high-availability.zookeeper.client.retry-wait";
    let old = catalogue("1.19").option(key).unwrap();
    let new = catalogue("1.20").option(key).unwrap();
    assert_eq!((old.value_type, old.default.as_deref()), (OptionType::Int, Some("5000")));
    assert_eq!((new.value_type, new.default.as_deref()), (OptionType::Duration, Some("5 s")));
}

#[test]
fn former_names_lead_to_the_option() {
    for (version, key, option) in [
        ("1.18", "state.backend", "state.backend.type"),
        ("2.3", "state.backend", "state.backend.type"),
        ("1.20", "restart-strategy", "restart-strategy.type"),
        ("1.19", "state.backend.incremental", "state.backend.incremental"),
        ("1.20", "state.backend.incremental", "execution.checkpointing.incremental"),
        ("1.18", "state.checkpoints.dir", "state.checkpoints.dir"),
        ("2.0", "state.checkpoints.dir", "execution.checkpointing.dir"),
        ("1.18", "akka.ask.timeout", "pekko.ask.timeout"),
    ] {
        assert_eq!(catalogue(version).resolve(key), Some(option), "{version} {key}");
    }
    for key in ["state.checkpoints.storage", "taskmanager.memory.managed", "taskmanager.memory.task.off-heap"]
    {
        for version in FlinkVersion::KNOWN {
            assert_eq!(Catalogue::of(version).lookup(key), None, "{version} {key}");
        }
    }
}

#[test]
fn an_option_is_an_option_even_where_another_falls_back_to_it() {
    assert!(
        matches!(catalogue("2.3").lookup("rest.port"), Some(Known::Option(option)) if option.key == "rest.port")
    );
}

#[test]
fn keys_with_a_part_of_the_users_are_known() {
    let catalogue = catalogue("1.20");
    let gpu = catalogue.lookup("external-resource.gpu.amount");
    assert!(matches!(gpu, Some(Known::Option(option)) if option.value_type == OptionType::Long));
    let label = catalogue.lookup("kubernetes.jobmanager.labels.team");
    assert!(matches!(label, Some(Known::MapEntry(option)) if option.key == "kubernetes.jobmanager.labels"));
    assert!(matches!(catalogue.lookup("metrics.reporter.prom.port"), Some(Known::Family(_))));
    assert!(matches!(
        catalogue.lookup("flink.hadoop.dfs.replication"),
        Some(Known::Option(_) | Known::Family(_))
    ));
    assert_eq!(catalogue.lookup("kubernetes.jobmanager.label"), None);
    assert_eq!(catalogue.lookup("parameter"), None);
}

#[test]
fn other_versions_explain_a_key_that_this_one_lacks() {
    let new = catalogue("1.18").elsewhere("execution.checkpointing.dir").unwrap();
    assert_eq!(new.versions.first().copied(), Some(FlinkVersion::new(1, 20, 5)));
    assert_eq!(new.replacement, Some("state.checkpoints.dir"));
    let gone = catalogue("2.0").elsewhere("security.ssl.enabled").unwrap();
    assert_eq!(gone.versions.last().copied(), Some(FlinkVersion::new(1, 20, 5)));
    assert_eq!(gone.replacement, None);
    assert_eq!(catalogue("2.0").elsewhere("no.such.key"), None);
}

#[test]
fn suggestions_prefer_the_type_that_fits() {
    let first =
        |version, key, value| catalogue(version).suggest(key, value, Dialect::Yaml, 3).first().copied();
    assert_eq!(first("1.20", "rest.prot", "8081"), Some("rest.port"));
    assert_eq!(
        first("1.20", "taskmanager.memory.task.off-heap", "0"),
        Some("taskmanager.memory.task.off-heap.size")
    );
    assert_eq!(first("1.20", "taskmanager.memory.managed", "1g"), Some("taskmanager.memory.managed.size"));
    assert_eq!(
        first("1.20", "taskmanager.memory.managed", "0.4"),
        Some("taskmanager.memory.managed.fraction")
    );
    assert_eq!(first("1.20", "state.backnd", "rocksdb"), Some("state.backend.type"));
    assert_eq!(first("1.20", "completely-unlike-anything", "1"), None);
}

#[test]
fn a_version_without_catalogue_takes_the_line_below() {
    assert_eq!(
        Catalogue::of(FlinkVersion::new(2, 9, 0)).option("rest.port"),
        catalogue("2.3").option("rest.port")
    );
    assert!(Catalogue::of(FlinkVersion::new(1, 17, 0)).option("rest.port").is_some());
}
