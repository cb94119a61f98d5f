import java.io.FileWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Counts 0, 1, 2 … by 32 keys, and writes each number into a file when it is counted. The state of a key is the number that must come
 * next; anything else has been lost or counted twice, and fails the job.
 *
 * <p>Arguments: FILE LABEL PAUSE [fail]. {@code PAUSE} is the time between two numbers in milliseconds; with {@code fail} the first
 * number fails the job.
 */
public final class CountingJob {
    private static final long KEYS = 32;

    private CountingJob() {}

    public static void main(String[] args) throws Exception {
        List<String> given = new ArrayList<>(List.of(args));
        long pause = Long.parseLong(given.get(2));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.fromSource(new NumberSequenceSource(0, 1_000_000_000L), WatermarkStrategy.noWatermarks(), "numbers")
                .uid("numbers")
                .setParallelism(1)
                .map(new Pace(pause))
                .uid("pace")
                .setParallelism(1)
                .keyBy(new Key())
                .process(new Count(given.get(0), given.get(1), given.contains("fail")))
                .uid("count");
        env.execute();
    }

    private static final class Pace implements MapFunction<Long, Long> {
        private final long pause;

        Pace(long pause) {
            this.pause = pause;
        }

        @Override
        public Long map(Long number) throws Exception {
            Thread.sleep(pause);
            return number;
        }
    }

    private static final class Key implements KeySelector<Long, Long> {
        @Override
        public Long getKey(Long number) {
            return number % KEYS;
        }
    }

    private static final class Count extends KeyedProcessFunction<Long, Long, Long> {
        private final String file;
        private final String label;
        private final boolean fail;

        Count(String file, String label, boolean fail) {
            this.file = file;
            this.label = label;
            this.fail = fail;
        }

        @Override
        public void processElement(Long number, Context context, Collector<Long> out) throws Exception {
            if (fail) {
                throw new IllegalStateException("failed on purpose");
            }
            ValueState<Long> next = getRuntimeContext().getState(new ValueStateDescriptor<>("next", Long.class));
            long expected = next.value() == null ? number % KEYS : next.value();
            if (number != expected) {
                throw new IllegalStateException("expected " + expected + ", found " + number);
            }
            next.update(number + KEYS);
            // One write for each line, so that the lines of two tasks do not mix.
            try (FileWriter writer = new FileWriter(file, true)) {
                writer.write(number + " " + label + "\n");
            }
        }
    }
}
