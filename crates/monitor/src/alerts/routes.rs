//! An example of routes for Alertmanager: who hears what, and what is not worth hearing beside something worse.

/// The example. Receivers have addresses to be replaced; what a chat of DingTalk, WeCom or Feishu takes, a small webhook
/// between them and Alertmanager makes.
pub fn routes() -> &'static str {
    ROUTES
}

const ROUTES: &str = "\
# An example for Alertmanager 0.25 and later: replace the addresses. Made by `flinkops monitor alerts --routes`.
route:
  receiver: chat
  group_by: [cluster, alertname]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
    - matchers: [severity=\"critical\"]
      receiver: on-call
      repeat_interval: 30m
      continue: true
    - matchers: [severity=\"info\"]
      receiver: nobody
    - matchers: [alertname=~\"FlinkCertificate.*|FlinkKeytab.*\"]
      receiver: security
      repeat_interval: 24h

inhibit_rules:
  # A cluster that is not seen explains everything else.
  - source_matchers: [alertname=\"FlinkMetricsAbsent\"]
    target_matchers: [alertname=~\"Flink(Job|Checkpoint|TaskManagers|Slots).*\"]
  # A lost TaskManager explains its target, and the restart.
  - source_matchers: [alertname=\"FlinkTaskManagersLost\"]
    target_matchers: [alertname=~\"FlinkProcessUnreachable|FlinkJobRestarted\"]
    equal: [cluster]
  # The worse of two on the same subject.
  - source_matchers: [alertname=\"FlinkJobRestartLoop\"]
    target_matchers: [alertname=~\"FlinkJobRestarted|FlinkJobNotRunning\"]
    equal: [cluster, job_name]
  - source_matchers: [alertname=\"FlinkCertificateEnds\"]
    target_matchers: [alertname=\"FlinkCertificateExpiring\"]
    equal: [name]
  # Who waits is told apart from whom they wait for.
  - source_matchers: [alertname=\"FlinkBottleneck\"]
    target_matchers: [alertname=\"FlinkBackpressure\"]
    equal: [cluster, job_name]

receivers:
  - name: nobody
  - name: on-call
    webhook_configs:
      - url: http://on-call.example.com/alerts
  - name: security
    email_configs:
      - to: security@example.com
        from: alertmanager@example.com
        smarthost: mail.example.com:587
        auth_username: alertmanager
        auth_password_file: /etc/alertmanager/mail-password
  # DingTalk, WeCom and Feishu want messages of their own form and do not take Alertmanager's: put a bridge between, such as
  # prometheus-webhook-dingtalk for DingTalk. Its address goes here; the robot's token stays with the bridge.
  - name: chat
    webhook_configs:
      - url: http://127.0.0.1:8060/dingtalk/flink/send
";
