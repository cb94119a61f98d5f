import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Counts numbers by key, slowly and without end: a job with state, for {@code flinkops quickstart}. */
public final class QuickstartJob {
    private static final long PAUSE_MILLIS = 2;

    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        // One reader: the source is divided among its readers when it first starts, and a reader that a later, more
        // parallel run adds would find nothing left and finish.
        env.fromSource(new NumberSequenceSource(0, Long.MAX_VALUE - 1), WatermarkStrategy.noWatermarks(), "Numbers")
            .uid("numbers").setParallelism(1)
            .map(QuickstartJob::paced).returns(Types.LONG).name("Pace").uid("pace").setParallelism(1)
            .keyBy(number -> number % 100)
            .process(new CountPerKey()).returns(Types.LONG).name("Count per key").uid("count");
        env.execute(args.length > 0 ? args[0] : "flinkops quickstart");
    }

    private static Long paced(Long number) throws InterruptedException {
        Thread.sleep(PAUSE_MILLIS);
        return number;
    }

    private static final class CountPerKey extends KeyedProcessFunction<Long, Long, Long> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(Long number, Context context, Collector<Long> out) throws Exception {
            ValueState<Long> count =
                getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
            Long before = count.value();
            count.update(before == null ? 1 : before + 1);
            out.collect(count.value());
        }
    }
}
