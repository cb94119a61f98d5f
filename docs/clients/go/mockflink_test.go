package mockflink

import (
	"net/http"
	"testing"
)

type overview struct {
	Jobs []struct {
		ID    string `json:"jid"`
		State string `json:"state"`
	} `json:"jobs"`
}

// stopAll stands for the tool that is tested: it cancels whatever runs, and asks again while no JobManager leads.
func stopAll(mock *Mock) (cancelled int) {
	var jobs overview
	for mock.Ask("GET", "/jobs/overview", nil, &jobs) == http.StatusServiceUnavailable {
	}
	for _, job := range jobs.Jobs {
		if job.State == "RUNNING" && mock.Ask("PATCH", "/jobs/"+job.ID, nil, nil) == http.StatusAccepted {
			cancelled++
		}
	}
	return cancelled
}

func TestWhateverRunsIsCancelled(t *testing.T) {
	mock := Start(t, "--scenario", "job-zoo", "--virtual-time", "--flink-version", "2.3")
	mock.Fault("GET /jobs/overview", map[string]any{"nth": 1}, "leader-change")
	mock.Expect("GET /jobs/overview", 3)
	if cancelled := stopAll(mock); cancelled == 0 {
		t.Fatal("nothing was cancelled")
	}
	mock.Advance("1 min")
	var jobs overview
	mock.Ask("GET", "/jobs/overview", nil, &jobs)
	for _, job := range jobs.Jobs {
		if job.State == "RUNNING" {
			t.Errorf("job %s still runs", job.ID)
		}
	}
}
