//! The rules of Flink's HTTP layer, and uploads.

use crate::support::{get, jar, multipart, run, send, upload, uploaded};
use mock_flink::MockFlink;

async fn mock(version: &str) -> MockFlink {
    MockFlink::builder()
        .version(version.parse().unwrap())
        .task_managers(2)
        .slots(2)
        .seed(1)
        .virtual_time()
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn paths_and_methods_are_answered_as_flink_answers_them() {
    let mock = mock("1.20").await;
    let any = Some("*");
    let missing = |path: &str| format!("Unable to load requested file {path}.");
    let not_found = |path: &str| format!("Not found: {path}");
    for (method, path, status, cors, error) in [
        ("GET", "/overview", 200, any, String::new()),
        ("GET", "/v1/overview", 200, any, String::new()),
        ("GET", "/overview/", 200, any, String::new()),
        ("GET", "//overview", 200, any, String::new()),
        ("GET", "/overview?unknown=1", 200, any, String::new()),
        ("GET", "/v2/overview", 404, None, missing("/v2/overview")),
        ("GET", "/v1", 404, None, missing("/v1")),
        ("GET", "/Overview", 404, None, missing("/Overview")),
        ("GET", "/nope", 404, None, missing("/nope")),
        ("GET", "/jars/..%2Fx.jar/plan", 404, None, missing("/jars/../x.jar/plan")),
        ("POST", "/nope", 404, any, not_found("/nope")),
        ("POST", "/overview", 404, any, not_found("/overview")),
        ("PUT", "/jobs", 404, any, not_found("/jobs")),
        ("DELETE", "/jobs/overview", 404, any, not_found("/jobs/overview")),
        ("OPTIONS", "/overview", 404, any, not_found("/overview")),
        ("POST", "/jars/..%2Fx.jar/run", 404, any, not_found("/jars/..%2Fx.jar/run")),
        (
            "GET",
            "/jobs/xyz",
            400,
            any,
            handler(
                "Bad request, could not parse parameters: Cannot resolve path parameter (jobid) from value \"xyz\".",
            ),
        ),
    ] {
        let answer = send(mock.address(), method, path, "").await;
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin")),
            (status, cors),
            "{method} {path}"
        );
        assert_eq!(answer.header("content-type"), Some("application/json; charset=UTF-8"), "{path}");
        if !error.is_empty() {
            assert_eq!(answer.error(), error, "{method} {path}");
        }
    }
    let head = send(mock.address(), "HEAD", "/overview", "").await;
    assert_eq!((head.status, head.body.as_str()), (404, ""));
}

fn handler(message: &str) -> String {
    format!("org.apache.flink.runtime.rest.handler.RestHandlerException: {message}")
}

#[tokio::test]
async fn a_get_may_carry_an_empty_object_and_nothing_else() {
    for (version, unknown) in [("1.18", 400), ("1.19", 400), ("1.20", 200), ("2.3", 200)] {
        let mock = mock(version).await;
        for (body, status) in [("", 200), ("{}", 200), ("{\"a\":1}", unknown), ("[]", 400), ("nojson", 400)] {
            let answer = send(mock.address(), "GET", "/overview", body).await;
            assert_eq!(answer.status, status, "{version} {body}");
            if status == 400 {
                assert_eq!(
                    answer.error(),
                    handler("Request did not match expected format EmptyRequestBody.")
                );
            }
        }
    }
}

#[tokio::test]
async fn uploads_take_one_jar_under_any_field_name() {
    let mock = mock("1.20").await;
    let orders = jar("Main-Class: com.example.Orders\n", &["com.example.Orders"]);
    let accepted = upload(&mock, &multipart(&[("anything", Some("or ders.jar"), &orders)])).await;
    assert_eq!(accepted.json()["status"], "success");
    assert!(accepted.json()["filename"].as_str().unwrap().ends_with("_or ders.jar"));
    let no_jar = upload(&mock, &multipart(&[("jarfile", Some("bad.jar"), b"no zip")])).await;
    assert_eq!(no_jar.status, 200, "what is in the file shows when it is run");

    for (body, error) in [
        (multipart(&[("x", None, b"hello")]), "Received unknown attribute x.".to_owned()),
        (multipart(&[("f", Some("a.txt"), b"hello")]), handler("Only Jar files are allowed.")),
        (
            multipart(&[("a", Some("a.jar"), &orders), ("b", Some("b.jar"), &orders)]),
            handler("Exactly 1 file must be sent, received 2."),
        ),
        (b"--BOUNDARY\r\nbroken".to_vec(), handler("Exactly 1 file must be sent, received 0.")),
        (Vec::new(), handler("Exactly 1 file must be sent, received 0.")),
    ] {
        let answer = upload(&mock, &body).await;
        assert_eq!((answer.status, answer.error()), (400, error));
    }

    let list = get(&mock, "/jars").await.json();
    let names: Vec<_> = list["files"].as_array().unwrap().iter().map(|file| &file["name"]).collect();
    assert_eq!(names, ["bad.jar", "or ders.jar"], "latest first");
    assert_eq!(list["files"][0]["entry"].as_array().unwrap().len(), 0);
    assert_eq!(list["files"][1]["entry"][0]["name"], "com.example.Orders");
    assert_eq!(list["address"], mock.url());
}

#[tokio::test]
async fn what_cannot_be_run_says_why() {
    let mock = mock("1.20").await;
    let orders = uploaded(&mock).await;
    let id = |answer: &crate::support::Answer| {
        let json = answer.json();
        json["filename"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    };
    let bad = id(&upload(&mock, &multipart(&[("f", Some("bad.jar"), b"no zip")])).await);
    let empty = jar("Manifest-Version: 1.0\n", &[]);
    let nameless = id(&upload(&mock, &multipart(&[("f", Some("x.jar"), &empty)])).await);
    for (jar, body, status, needle) in [
        (
            orders.as_str(),
            "{\"entryClass\":\"com.no.Such\"}",
            500,
            "entry point class 'com.no.Such' was not found in the jar file",
        ),
        (&bad, "{}", 500, "Error while opening jar file '"),
        (&nameless, "{}", 500, "Neither a 'Main-Class', nor a 'program-class' entry"),
        ("nope.jar", "{}", 500, "nope.jar does not exist"),
        (&orders, "{\"parallelism\":0}", 400, "Parallelism must be at least one"),
        (&orders, "{\"parallelism\":\"x\"}", 400, "Request did not match expected format JarRunRequestBody."),
        (
            &orders,
            "{\"savepointPath\":\"/no/such\"}",
            400,
            "Cannot find checkpoint or savepoint file/directory '/no/such'",
        ),
    ] {
        let answer = send(mock.address(), "POST", &format!("/jars/{jar}/run"), body).await;
        assert!(answer.status == status && answer.body.contains(needle), "{jar} {body}: {answer:?}");
    }
    let deleted = send(mock.address(), "DELETE", &format!("/jars/{orders}"), "").await;
    let again = send(mock.address(), "DELETE", &format!("/jars/{orders}"), "").await;
    assert_eq!((deleted.status, deleted.body.as_str(), again.status), (200, "{}", 400));
}

#[tokio::test]
async fn unknown_fields_are_an_error_in_1_18_alone() {
    for (version, status) in [("1.18", 400), ("1.20", 200), ("2.3", 200)] {
        let mock = mock(version).await;
        let jar = uploaded(&mock).await;
        let body = "{\"claimMode\":\"CLAIM\",\"unknown\":1}";
        let answer = send(mock.address(), "POST", &format!("/jars/{jar}/run"), body).await;
        assert_eq!(answer.status, status, "{version}: {answer:?}");
    }
}

#[tokio::test]
async fn a_deleted_cluster_stops_after_its_answer() {
    let mock = mock("2.3").await;
    let jar = uploaded(&mock).await;
    run(&mock, &jar, "{}").await;
    let answer = send(mock.address(), "DELETE", "/cluster", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "{}"));
    tokio::time::timeout(std::time::Duration::from_secs(5), mock.stopped()).await.unwrap();
}

#[tokio::test]
async fn an_occupied_port_is_named_and_a_shutdown_frees_it() {
    let first = mock("1.20").await;
    let address = first.address();
    let error = MockFlink::builder().bind(address).start().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot listen on {address}; choose another port, or 0 for any free one")
    );
    first.shutdown().await;
    MockFlink::builder().bind(address).start().await.unwrap().shutdown().await;
}

#[tokio::test]
async fn the_journal_holds_what_was_asked() {
    let mock = mock("1.20").await;
    get(&mock, "/v1/jobs/overview").await;
    send(mock.address(), "POST", "/savepoint-disposal", "{\"savepoint-path\":\"/x\"}").await;
    let requests = mock.requests();
    assert_eq!((requests[0].target.as_str(), requests[0].status), ("/v1/jobs/overview", 200));
    assert_eq!(requests[1].body, "{\"savepoint-path\":\"/x\"}");
}
