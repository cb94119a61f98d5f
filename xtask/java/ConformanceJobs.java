import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.accumulators.IntCounter;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The jobs that `cargo xtask conformance` and the tests of Flink's command line run, on real clusters and on mock-flink.
 * The first argument says what happens: forever, finish, fail, late-fail, throw, nothing, batch.
 */
public final class ConformanceJobs {
    private ConformanceJobs() {}

    public static void main(String[] arguments) throws Exception {
        String mode = arguments.length > 0 ? arguments[0] : "forever";
        if (mode.equals("throw")) {
            throw new IllegalStateException("thrown in main");
        }
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        if (mode.equals("nothing")) {
            return;
        }
        if (mode.equals("batch")) {
            environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
        }
        boolean ends = mode.equals("finish") || mode.equals("batch");
        DataStream<Long> numbers = environment.fromSequence(1, ends ? 40 : Long.MAX_VALUE - 1).name("numbers").uid("numbers");
        SingleOutputStreamOperator<Long> slow = numbers.map(new Slow(mode)).name("slow").uid("slow");
        DataStream<Long> timed = slow.assignTimestampsAndWatermarks(
                WatermarkStrategy.<Long>forMonotonousTimestamps().withTimestampAssigner((value, before) -> value));
        timed.keyBy(value -> value % 16).process(new Count()).name("count").uid("count")
                .print().name("totals").uid("totals");
        environment.execute("conformance " + mode);
    }

    /** Passes on some hundred numbers a second, and fails if it is told to. */
    private static final class Slow extends RichMapFunction<Long, Long> {
        private final String mode;
        private final IntCounter seen = new IntCounter();
        private transient boolean known;

        Slow(String mode) {
            this.mode = mode;
        }

        @Override
        public Long map(Long value) throws Exception {
            if (!known) {
                getRuntimeContext().addAccumulator("seen", seen);
                known = true;
            }
            seen.add(1);
            if (mode.equals("fail") || (mode.equals("late-fail") && seen.getLocalValue() > 300)) {
                throw new IllegalArgumentException("failed on purpose");
            }
            Thread.sleep(5);
            return value;
        }
    }

    /** Counts by key. */
    private static final class Count extends KeyedProcessFunction<Long, Long, Long> {
        private transient ValueState<Long> count;

        @Override
        public void processElement(Long value, Context context, Collector<Long> out) throws Exception {
            if (count == null) {
                count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
            }
            Long before = count.value();
            count.update(before == null ? 1L : before + 1);
            if (before != null && before % 100 == 0) {
                out.collect(before);
            }
        }
    }
}
