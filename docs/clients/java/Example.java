import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a tool is tested against mock-flink, without a test framework and without a JSON library. */
public final class Example {
    private static final Pattern RUNNING =
            Pattern.compile("\"jid\":\"([0-9a-f]{32})\"[^}]*?\"state\":\"RUNNING\"");

    public static void main(String[] arguments) throws Exception {
        try (MockFlink mock = new MockFlink("--scenario", "job-zoo", "--virtual-time", "--flink-version", "1.20")) {
            String job = running(mock);
            mock.tell("POST", "/expectations", "{\"on\":\"POST /jobs/*/savepoints\",\"times\":1}");
            mock.tell("POST", "/savepoints/deny", "{\"duration\":\"1 min\"}");
            String trigger = savepoint(mock, job);
            mock.advance("10 s");
            String outcome = mock.ask("GET", "/jobs/" + job + "/savepoints/" + trigger, "").body();
            check(outcome.contains("AccessDeniedException"), outcome);
            mock.verify();
        }
        System.out.println("a savepoint that cannot be written is told so");
    }

    private static String running(MockFlink mock) throws Exception {
        Matcher found = RUNNING.matcher(mock.ask("GET", "/jobs/overview", "").body());
        check(found.find(), "no job runs");
        return found.group(1);
    }

    private static String savepoint(MockFlink mock, String job) throws Exception {
        String target = "{\"target-directory\":\"/tmp/mock-flink-example\"}";
        String body = mock.ask("POST", "/jobs/" + job + "/savepoints", target).body();
        return body.replaceAll(".*\"request-id\":\"([0-9a-f]{32})\".*", "$1");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
