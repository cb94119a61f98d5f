//! YARN's answers, as Hadoop's documentation shows them, and everything that can go wrong.

use deploy::yarn::{Ended, ResourceManager, YarnError};
use ops_core::tls::TrustAnchors;
use serde_json::{Value, json};
use wiremock::matchers::{body_json, method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

const ID: &str = "application_1476912658570_0002";

fn application(id: &str, state: &str, started: i64) -> Value {
    json!({
        "id": id, "user": "flink", "name": "guide", "queue": "root.default", "state": state,
        "finalStatus": if state == "FINISHED" { "SUCCEEDED" } else { "UNDEFINED" },
        "progress": 100.0, "trackingUI": "ApplicationMaster", "trackingUrl": "http://rm:8088/proxy/x/",
        "diagnostics": "", "clusterId": 1_476_912_658_570_i64, "applicationType": "Apache Flink",
        "applicationTags": "flinkops,guide", "priority": 0, "startedTime": started, "finishedTime": 0,
        "elapsedTime": 22_500, "amContainerLogs": "http://nm:8042/logs", "amHostHttpAddress": "nm:8042",
        "amRPCAddress": if state == "ACCEPTED" { "N/A" } else { "nm.example.com:38211" },
        "allocatedMB": if state == "FINISHED" { -1 } else { 4096 }, "allocatedVCores": 5, "runningContainers": 3,
    })
}

async fn server() -> (MockServer, ResourceManager) {
    let server = MockServer::start().await;
    let manager = ResourceManager::at(&format!("{}/", server.uri()), &TrustAnchors::none(), None).unwrap();
    (server, manager)
}

#[tokio::test]
async fn running_clusters_are_listed_newest_first() {
    let (server, manager) = server().await;
    let mut foreign = application("application_1_0009", "RUNNING", 9);
    foreign["applicationType"] = json!("SPARK");
    let apps = json!({"apps": {"app": [
        application("application_1_0001", "RUNNING", 1), application("application_1_0002", "ACCEPTED", 2), foreign,
    ]}});
    Mock::given(method("GET"))
        .and(path("/ws/v1/cluster/apps"))
        .and(query_param("applicationTypes", "Apache Flink"))
        .and(query_param("states", "NEW,NEW_SAVING,SUBMITTED,ACCEPTED,RUNNING"))
        .respond_with(ResponseTemplate::new(200).set_body_json(apps))
        .mount(&server)
        .await;
    let found = manager.applications(Ended::Left).await.unwrap();
    let ids: Vec<_> = found.iter().map(|one| (one.id.as_str(), one.rest.as_deref())).collect();
    assert_eq!(ids, [("application_1_0002", None), ("application_1_0001", Some("nm.example.com:38211"))]);
    assert_eq!((found[1].memory, found[1].final_status.as_deref()), (4 << 30, None));
}

#[tokio::test]
async fn no_cluster_is_an_empty_list() {
    for empty in [json!({"apps": null}), json!({"apps": {}})] {
        let (server, manager) = server().await;
        Mock::given(query_param_is_missing("states"))
            .respond_with(ResponseTemplate::new(200).set_body_json(empty))
            .mount(&server)
            .await;
        assert_eq!(manager.applications(Ended::Shown).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_cluster_is_looked_at_and_ended() {
    let (server, manager) = server().await;
    Mock::given(method("GET"))
        .and(path(format!("/ws/v1/cluster/apps/{ID}")))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({"app": application(ID, "FINISHED", 1)})),
        )
        .mount(&server)
        .await;
    Mock::given(method("PUT"))
        .and(path(format!("/ws/v1/cluster/apps/{ID}/state")))
        .and(query_param("user.name", "ann b"))
        .and(body_json(json!({"state": "KILLED"})))
        .respond_with(ResponseTemplate::new(202).set_body_json(json!({"state": "RUNNING"})))
        .expect(1)
        .mount(&server)
        .await;
    let one = manager.application(ID).await.unwrap();
    assert_eq!((one.memory, one.final_status.as_deref()), (0, Some("SUCCEEDED")));
    assert_eq!(manager.kill(ID, Some("ann b")).await.unwrap(), "RUNNING");
}

#[tokio::test]
async fn what_goes_wrong_is_said() {
    let remote = json!({"RemoteException": {
        "exception": "ForbiddenException", "message": "user dr.who cannot kill it", "javaClassName": "x.ForbiddenException",
    }});
    for (answer, said) in [
        (ResponseTemplate::new(401), "asks for Kerberos over HTTP"),
        (ResponseTemplate::new(404), "YARN knows no application"),
        (ResponseTemplate::new(403).set_body_json(remote), "answers 403"),
        (ResponseTemplate::new(200).set_body_string("<html>"), "is no ResourceManager"),
    ] {
        let (server, manager) = server().await;
        Mock::given(method("GET")).respond_with(answer).mount(&server).await;
        let error = manager.application(ID).await.unwrap_err().to_string();
        assert!(error.contains(said), "{said}: {error}");
    }
    for id in ["", "application_1", "application_1_2/../3", "job_1_2"] {
        let (_server, manager) = server().await;
        assert!(matches!(manager.kill(id, None).await, Err(YarnError::NoApplication { .. })), "{id}");
    }
    let nobody = ResourceManager::at("http://127.0.0.1:9", &TrustAnchors::none(), None).unwrap();
    assert!(matches!(nobody.applications(Ended::Left).await, Err(YarnError::Unreachable { .. })));
    assert!(matches!(
        ResourceManager::at("rm:8088", &TrustAnchors::none(), None),
        Err(YarnError::Address { .. })
    ));
}
