//! Grafana's form: dashboards of schema version 39, which Grafana 10.4 and later read without a change.

use serde_json::{Value, json};

use super::board::{Dashboard, Panel, Shape, Unit, Variable};

/// Grafana's grid has so many columns.
const COLUMNS: usize = 24;

/// The dashboard as a file for Grafana. The data source is chosen on it.
pub fn grafana(board: &Dashboard) -> Value {
    let mut panels = Vec::new();
    let (mut id, mut y) = (0, 0);
    let mut next = || {
        id += 1;
        id
    };
    for row in board.rows {
        let position = json!({"h": 1, "w": COLUMNS, "x": 0, "y": y});
        panels.push(json!({"id": next(), "type": "row", "title": row.title, "collapsed": false, "gridPos": position, "panels": []}));
        y += 1;
        let width = COLUMNS / row.panels.len().clamp(1, 4);
        let tallest = row.panels.iter().map(height).max().unwrap_or(0);
        for (chunk, panel) in row.panels.iter().enumerate() {
            let (x, line) = (chunk % 4 * width, chunk / 4);
            let position = json!({"h": tallest, "w": width, "x": x, "y": y + line * tallest});
            panels.push(drawn(panel, next(), position));
        }
        y += row.panels.len().div_ceil(4) * tallest;
    }
    json!({
        "uid": format!("flinkops-{}", board.name),
        "title": board.title,
        "description": board.description,
        "tags": ["flink", "flinkops"],
        "schemaVersion": 39,
        "version": 1,
        "editable": true,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "browser",
        "annotations": {"list": []},
        "links": [{
            "title": "Flink", "type": "dashboards", "tags": ["flinkops"], "asDropdown": true, "includeVars": true,
            "keepTime": true,
        }],
        "templating": {"list": variables(board)},
        "panels": panels,
    })
}

/// Where Grafana finds the dashboards: a file for `provisioning/dashboards`.
pub fn provider(directory: &str) -> String {
    format!(
        "apiVersion: 1\nproviders:\n  - name: flinkops\n    folder: Flink\n    type: file\n    options:\n      path: {}\n",
        Value::from(directory)
    )
}

fn variables(board: &Dashboard) -> Vec<Value> {
    let source = json!({
        "name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source", "current": {},
        "refresh": 1,
    });
    let own = board.variables.iter().map(|variable| {
        let (name, label, query) = match variable {
            Variable::Cluster => {
                ("cluster", "Cluster", "label_values(flink_jobmanager_numRegisteredTaskManagers, cluster)")
            }
            Variable::Job => {
                ("job_name", "Job", "label_values(flink_jobmanager_job_uptime{cluster=~\"$cluster\"}, job_name)")
            }
        };
        json!({
            "name": name, "label": label, "type": "query", "datasource": source_of_panels(), "definition": query,
            "query": {"query": query, "refId": name}, "refresh": 2, "sort": 1, "multi": true, "includeAll": true,
            // Clusters may have no label at all.
            "allValue": if *variable == Variable::Cluster { ".*" } else { ".+" },
            "current": {"text": ["All"], "value": ["$__all"]},
        })
    });
    std::iter::once(source).chain(own).collect()
}

fn source_of_panels() -> Value {
    json!({"type": "prometheus", "uid": "${datasource}"})
}

fn height(panel: &Panel) -> usize {
    match panel.shape {
        Shape::Numbers => 4,
        Shape::Lines => 8,
        Shape::Table => 9,
    }
}

fn drawn(panel: &Panel, id: usize, position: Value) -> Value {
    let kind = match panel.shape {
        Shape::Lines => "timeseries",
        Shape::Numbers => "stat",
        Shape::Table => "table",
    };
    let table = panel.shape == Shape::Table;
    let targets = panel.targets.iter().zip('A'..).map(|(target, letter)| {
        json!({
            "refId": letter.to_string(), "expr": target.expression, "legendFormat": target.legend,
            "datasource": source_of_panels(), "editorMode": "code", "range": !table, "instant": table,
            "format": if table { "table" } else { "time_series" },
        })
    });
    let options = match panel.shape {
        Shape::Lines => json!({
            "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]},
            "tooltip": {"mode": "multi", "sort": "desc"},
        }),
        Shape::Numbers => json!({
            "reduceOptions": {"calcs": ["lastNotNull"], "values": false}, "colorMode": "value", "graphMode": "area",
        }),
        Shape::Table => json!({"showHeader": true}),
    };
    let limits = match panel.unit {
        Unit::Ratio => json!({"min": 0, "max": 1}),
        _ => json!({"min": 0}),
    };
    let mut defaults = json!({"unit": unit(panel.unit)});
    if panel.shape == Shape::Lines
        && let (Some(defaults), Some(limits)) = (defaults.as_object_mut(), limits.as_object())
    {
        defaults.extend(limits.clone());
    }
    json!({
        "id": id, "type": kind, "title": panel.title, "description": panel.description, "gridPos": position,
        "datasource": source_of_panels(), "targets": targets.collect::<Vec<_>>(), "options": options,
        "fieldConfig": {"defaults": defaults, "overrides": []},
    })
}

/// Grafana's names of units.
fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "short",
        Unit::Millis => "ms",
        Unit::Seconds => "s",
        Unit::Bytes => "bytes",
        Unit::Ratio => "percentunit",
        Unit::PerSecond => "ops",
        Unit::BytesPerSecond => "Bps",
        Unit::Date => "dateTimeAsIso",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::dashboards::ALL;

    #[test]
    fn panels_lie_side_by_side_and_have_ids_of_their_own() {
        for board in ALL {
            let json = grafana(board);
            let panels = json["panels"].as_array().unwrap();
            let ids: BTreeSet<u64> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
            assert_eq!(ids.len(), panels.len());
            let mut taken = BTreeSet::new();
            for panel in panels {
                let at = |key: &str| panel["gridPos"][key].as_u64().unwrap();
                assert!(at("x") + at("w") <= 24, "{}", panel["title"]);
                for cell in (at("x")..at("x") + at("w"))
                    .flat_map(|x| (at("y")..at("y") + at("h")).map(move |y| (x, y)))
                {
                    assert!(taken.insert(cell), "{} lies on another panel of {}", panel["title"], board.name);
                }
            }
        }
    }

    #[test]
    fn a_dashboard_as_a_file() {
        insta::assert_json_snapshot!(grafana(crate::dashboards::find("checkpoints").unwrap()));
        insta::assert_snapshot!(provider("/var/lib/grafana/dashboards"), @r#"
        apiVersion: 1
        providers:
          - name: flinkops
            folder: Flink
            type: file
            options:
              path: "/var/lib/grafana/dashboards"
        "#);
    }
}
