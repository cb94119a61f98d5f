import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/** mock-flink for tests in Java 11 or later: a cluster that starts in milliseconds and does what it is told. */
public final class MockFlink implements AutoCloseable {
    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;

    /** Starts a cluster with these arguments of mock-flink. */
    public MockFlink(String... arguments) throws IOException {
        String program = System.getenv().getOrDefault("MOCK_FLINK", "mock-flink");
        List<String> command = new ArrayList<>(List.of(program, "--port", "0"));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String line = new BufferedReader(new InputStreamReader(process.getInputStream())).readLine();
        if (line == null || !line.startsWith("listening on ")) {
            throw new IOException("mock-flink did not start: " + line);
        }
        url = line.substring("listening on ".length());
    }

    /** Where Flink's REST API answers. */
    public String url() {
        return url;
    }

    /** Sends a request with a JSON body, which may be empty. */
    public HttpResponse<String> ask(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("content-type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /** Tells the mock something, below {@code /mock}. */
    public String tell(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(method, "/mock" + path, body);
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.body());
        }
        return answer.body();
    }

    /** Moves a virtual clock: {@code advance("1 h")}. */
    public void advance(String duration) throws IOException, InterruptedException {
        tell("POST", "/clock/advance", "{\"duration\":\"" + duration + "\"}");
    }

    /** Fails unless everything came that was expected. */
    public void verify() throws IOException, InterruptedException {
        HttpResponse<String> verdict = ask("GET", "/mock/verify", "");
        if (verdict.statusCode() != 200) {
            throw new AssertionError(verdict.body());
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
