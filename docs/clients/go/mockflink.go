// Package mockflink starts mock-flink for tests in Go: a cluster that does what it is told.
package mockflink

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Mock is a running cluster. It stops when its test ends.
type Mock struct {
	// URL is where Flink's REST API answers.
	URL string
	t   testing.TB
}

// Start starts a cluster with these arguments of mock-flink. What the test expects is checked at its end.
func Start(t testing.TB, arguments ...string) *Mock {
	t.Helper()
	program := os.Getenv("MOCK_FLINK")
	if program == "" {
		program = "mock-flink"
	}
	command := exec.Command(program, append([]string{"--port", "0"}, arguments...)...)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatalf("mock-flink does not start: %v", err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "listening on ") {
		t.Fatalf("mock-flink did not start: %q", line)
	}
	mock := &Mock{URL: strings.Fields(line)[2], t: t}
	t.Cleanup(func() {
		if !t.Failed() {
			mock.Verify()
		}
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	})
	return mock
}

// Ask sends a request; the status of the answer, and its JSON in answer, unless that is nil.
func (mock *Mock) Ask(method, path string, body, answer any) int {
	mock.t.Helper()
	var sent io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			mock.t.Fatal(err)
		}
		sent = bytes.NewReader(encoded)
	}
	request, err := http.NewRequest(method, mock.URL+path, sent)
	if err != nil {
		mock.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		mock.t.Fatal(err)
	}
	defer response.Body.Close()
	if answer != nil {
		if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
			mock.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return response.StatusCode
}

// Tell tells the mock something, below /mock.
func (mock *Mock) Tell(method, path string, body any) {
	mock.t.Helper()
	var answer map[string]any
	if status := mock.Ask(method, "/mock"+path, body, &answer); status != http.StatusOK {
		mock.t.Fatalf("%s /mock%s: %d %v", method, path, status, answer)
	}
}

// Advance moves a virtual clock: Advance("1 h").
func (mock *Mock) Advance(duration string) {
	mock.t.Helper()
	mock.Tell("POST", "/clock/advance", map[string]any{"duration": duration})
}

// Fault lets answers go wrong: Fault("GET /jobs/*", map[string]any{"nth": 1}, "leader-change").
func (mock *Mock) Fault(on string, when, do any) {
	mock.t.Helper()
	mock.Tell("POST", "/faults", map[string]any{"on": on, "when": when, "do": do})
}

// Expect expects so many requests from now on.
func (mock *Mock) Expect(on string, times int) {
	mock.t.Helper()
	mock.Tell("POST", "/expectations", map[string]any{"on": on, "times": times})
}

// Verify fails unless everything came that was expected.
func (mock *Mock) Verify() {
	mock.t.Helper()
	var verdict map[string]any
	if status := mock.Ask("GET", "/mock/verify", nil, &verdict); status != http.StatusOK {
		shown, _ := json.MarshalIndent(verdict, "", "  ")
		mock.t.Error(fmt.Sprintf("not everything came that was expected: %s", shown))
	}
}
