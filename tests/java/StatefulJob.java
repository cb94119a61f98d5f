import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** State of every kind: splits of a source, a list, keyed values and maps, timers; and records in flight, for it is slow. */
public final class StatefulJob {
    private StatefulJob() {}

    private static final class Remember implements MapFunction<Long, Long>, CheckpointedFunction {
        private static final long serialVersionUID = 1L;
        private transient ListState<Long> last;
        private long value;

        @Override
        public Long map(Long number) {
            value = number;
            return number;
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            last.update(java.util.List.of(value, value + 1));
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            last = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("last", Types.LONG));
        }
    }

    private static final class Count extends KeyedProcessFunction<Long, Long, Long> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(Long value, Context context, Collector<Long> out) throws Exception {
            Thread.sleep(1);
            ValueState<Long> count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
            count.update(count.value() == null ? 1 : count.value() + 1);
            getRuntimeContext().getMapState(new MapStateDescriptor<>("seen", Long.class, String.class)).put(value % 7, "x".repeat(50));
            context.timerService().registerProcessingTimeTimer(context.timerService().currentProcessingTime() + 3_600_000);
        }
    }

    public static void main(String[] arguments) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment
                .fromSource(new NumberSequenceSource(0, Long.MAX_VALUE - 1), WatermarkStrategy.noWatermarks(), "numbers")
                .uid("numbers")
                .rebalance()
                .map(new Remember())
                .uid("remember")
                .name("remember the last")
                .keyBy(value -> value % 5000, Types.LONG)
                .process(new Count())
                .uid("count")
                .name("count keys")
                .returns(Types.LONG)
                .print();
        environment.execute("stateful");
    }
}
