//! The program in Rust of docs/tutorials/test-your-tool.md, which shows what is below this line.

use std::time::Duration;

use mock_flink::scenario::Scenario;
use mock_flink::{Expectation, MockFlink, Times};
use ops_core::rest::RestClient;

#[tokio::test]
async fn a_job_that_restarts_all_the_time_is_left_alone() -> Result<(), Box<dyn std::error::Error>> {
    let mock = MockFlink::builder()
        .version("2.3".parse()?)
        .scenario(Scenario::named("restart-loop")?)
        .virtual_time()
        .expect(Expectation::new("PATCH /jobs/*".parse()?).times(Times::never()))
        .start()
        .await?;
    mock.advance(Duration::from_secs(60 * 60));

    // Here your tool would ask what runs, and do what it does.
    let client = RestClient::builder(&mock.url()).build()?;
    let jobs = client.jobs_overview().await?.jobs;
    let restarts = client.job_metrics(jobs[0].jid, &["numRestarts"]).await?;
    let restarts: f64 = restarts[0].value.as_deref().unwrap_or("0").parse()?;
    assert!(restarts > 100.0, "{restarts} restarts in an hour");

    // It must not have cancelled anything.
    mock.verify()?;
    Ok(())
}
