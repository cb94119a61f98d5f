import java.io.File;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.streaming.api.windowing.triggers.CountTrigger;
import org.apache.flink.util.Collector;

/**
 * A job that has metrics of every family that Flink's own distribution can show: a source of today's kind that knows what is
 * pending, watermarks, keyed state of every sort, timers, a window that drops what is late, and a sink that commits files.
 * `cargo xtask metrics` runs it. Its argument is the sink's directory.
 */
public final class MetricJobs {
    private MetricJobs() {}

    /** What is pending is a matter of the source alone. */
    private static final class Numbers extends NumberSequenceSource {
        private static final long serialVersionUID = 1L;

        Numbers() {
            super(0, Long.MAX_VALUE - 1);
        }

        @Override
        public SourceReader<Long, NumberSequenceSplit> createReader(SourceReaderContext context) {
            context.metricGroup().setPendingRecordsGauge(() -> 7L);
            context.metricGroup().setPendingBytesGauge(() -> 56L);
            return super.createReader(context);
        }
    }

    /** Remembers, and wakes up. */
    private static final class Remember extends KeyedProcessFunction<Long, Long, Long> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(Long value, Context context, Collector<Long> out) throws Exception {
            ValueState<Long> last = getRuntimeContext().getState(new ValueStateDescriptor<>("STATENAME", Long.class));
            last.value();
            last.update(value);
            getRuntimeContext().getMapState(new MapStateDescriptor<>("MAPSTATE", Long.class, Long.class)).put(value % 10, value);
            getRuntimeContext().getListState(new ListStateDescriptor<>("LISTSTATE", Long.class)).update(java.util.List.of(value));
            context.timerService().registerProcessingTimeTimer(context.timerService().currentProcessingTime() + 100);
            out.collect(value);
        }

        @Override
        public void onTimer(long time, OnTimerContext context, Collector<Long> out) {}
    }

    public static void main(String[] arguments) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        SingleOutputStreamOperator<Long> slow =
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
                        .name("slow");
        KeySelector<Long, Long> tens = value -> value % 10;
        KeyedStream<Long, Long> keyed = slow.keyBy(tens, Types.LONG);
        SingleOutputStreamOperator<Long> remembered = keyed.process(new Remember()).name("remember");
        remembered.keyBy(tens, Types.LONG)
                .window(GlobalWindows.create())
                .trigger(CountTrigger.of(10))
                .reduce((left, right) -> left + right)
                .name("window")
                .map(value -> Long.toString(value))
                .returns(Types.STRING)
                .name("text")
                .sinkTo(FileSink.forRowFormat(new Path(new File(arguments[0]).toURI()), new SimpleStringEncoder<String>()).build())
                .name("files");
        environment.execute("metrics");
    }
}
