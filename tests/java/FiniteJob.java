import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Ends by itself, after records have gone between two TaskManagers. */
public final class FiniteJob {
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.fromSequence(1, 10_000).keyBy(number -> number % 7).reduce(Long::sum).print();
        env.execute("finite");
    }
}
