import java.io.File;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.streaming.api.windowing.triggers.CountTrigger;
import org.apache.flink.util.Collector;

/** Counts without an end, a few hundred records a second. While the file of its argument exists, each attempt fails after 4 s. */
public final class MonitoredJob {
    private MonitoredJob() {}

    private static final class Numbers extends NumberSequenceSource {
        private static final long serialVersionUID = 1L;

        Numbers() {
            super(0, Long.MAX_VALUE - 1);
        }

        @Override
        public SourceReader<Long, NumberSequenceSplit> createReader(SourceReaderContext context) {
            context.metricGroup().setPendingRecordsGauge(() -> 7L);
            return super.createReader(context);
        }
    }

    private static final class Count extends KeyedProcessFunction<Long, Long, Long> {
        private static final long serialVersionUID = 1L;
        private final String file;
        private transient long started;

        Count(String file) {
            this.file = file;
        }

        @Override
        public void processElement(Long value, Context context, Collector<Long> out) throws Exception {
            long now = System.currentTimeMillis();
            if (started == 0) {
                started = now;
            }
            if (now - started > 4000 && new File(file).exists()) {
                throw new IllegalStateException("failed on purpose");
            }
            ValueState<Long> count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
            count.update(count.value() == null ? 1 : count.value() + 1);
            out.collect(value);
        }
    }

    public static void main(String[] arguments) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment
                .fromSource(
                        new Numbers(),
                        WatermarkStrategy.<Long>forMonotonousTimestamps().withTimestampAssigner((value, time) -> System.currentTimeMillis()),
                        "numbers")
                .map(
                        value -> {
                            Thread.sleep(5);
                            return value;
                        })
                .returns(Types.LONG)
                .keyBy(value -> value % 100, Types.LONG)
                .process(new Count(arguments[0]))
                .returns(Types.LONG)
                .keyBy(value -> value % 100, Types.LONG)
                .window(GlobalWindows.create())
                .trigger(CountTrigger.of(10))
                .reduce((left, right) -> left + right)
                .print();
        environment.execute("monitored");
    }
}
