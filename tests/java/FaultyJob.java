import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.windowing.assigners.DynamicEventTimeSessionWindows;
import org.apache.flink.util.Collector;

/** Jobs that fail in one way each, and jobs that do not. Arguments: NAME MODE, and what the mode takes. */
public final class FaultyJob {
    private static final long MANY = 1L << 40;

    private FaultyJob() {}

    /** Something that a record may make go wrong. */
    private interface Deed extends MapFunction<Long, Long> {}

    private static final List<Object> KEPT = new ArrayList<>();

    private static Deed deed(String mode) {
        switch (mode) {
            case "throw":
                return value -> {
                    Thread.sleep(1);
                    if (value > 300) {
                        throw new IllegalStateException("bad order 301");
                    }
                    return value;
                };
            case "heap":
                return value -> {
                    KEPT.add(new byte[16 << 20]);
                    return value;
                };
            case "direct":
                return value -> {
                    KEPT.add(ByteBuffer.allocateDirect(16 << 20));
                    return value;
                };
            case "class":
                return value -> {
                    Class.forName("com.example.orders.Missing");
                    return value;
                };
            case "host":
                return value -> {
                    InetAddress.getByName("kafka-1.invalid");
                    return value;
                };
            case "refused":
                return value -> {
                    new Socket("127.0.0.1", 1).close();
                    return value;
                };
            case "sleep":
                return value -> {
                    Thread.sleep(2);
                    return value;
                };
            default:
                throw new IllegalArgumentException(mode);
        }
    }

    /** Keeps a value for each key, as text or as a number. */
    private static final class Keep extends KeyedProcessFunction<Long, Long, Long> {
        private static final long serialVersionUID = 1L;
        private final String type;

        Keep(String type) {
            this.type = type;
        }

        @Override
        public void processElement(Long value, Context context, Collector<Long> out) throws Exception {
            if (type.equals("text")) {
                ValueState<String> kept = getRuntimeContext().getState(new ValueStateDescriptor<>("kept", Types.STRING));
                kept.update("x".repeat(500));
            } else {
                ValueState<Long> kept = getRuntimeContext().getState(new ValueStateDescriptor<>("kept", Types.LONG));
                kept.update(value);
            }
            out.collect(value);
        }
    }

    /** Keeps every record, each of so many bytes. */
    private static final class Hoard extends KeyedProcessFunction<Long, Long, Long> {
        private static final long serialVersionUID = 1L;
        private final int bytes;
        private final long keys;

        Hoard(int bytes, long keys) {
            this.bytes = bytes;
            this.keys = keys;
        }

        @Override
        public void processElement(Long value, Context context, Collector<Long> out) throws Exception {
            getRuntimeContext().getMapState(new MapStateDescriptor<>("hoard", Long.class, String.class)).put(value % keys, "x".repeat(bytes));
            out.collect(value);
        }
    }

    /** Works for so many milliseconds. */
    private static final class Work extends KeyedProcessFunction<Long, Long, Long> {
        private static final long serialVersionUID = 1L;
        private final long millis;

        Work(long millis) {
            this.millis = millis;
        }

        @Override
        public void processElement(Long value, Context context, Collector<Long> out) throws Exception {
            Thread.sleep(millis);
            out.collect(value);
        }
    }

    /** Takes its time for a snapshot. */
    private static final class SlowSnapshot implements MapFunction<Long, Long>, CheckpointedFunction {
        private static final long serialVersionUID = 1L;

        @Override
        public Long map(Long value) {
            return value;
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            Thread.sleep(6000);
        }

        @Override
        public void initializeState(FunctionInitializationContext context) {}
    }

    private static SingleOutputStreamOperator<Long> paced(DataStream<Long> numbers, long millis) {
        return numbers.map(value -> {
                    Thread.sleep(millis);
                    return value;
                })
                .returns(Types.LONG);
    }

    public static void main(String[] arguments) throws Exception {
        String name = arguments[0];
        String mode = arguments[1];
        Configuration configuration = new Configuration();
        for (int i = 2; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            if (equals > 0 && arguments[i].contains(".")) {
                configuration.setString(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
            }
        }
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.configure(configuration);
        long last = mode.equals("finite") ? 500 : MANY;
        DataStream<Long> numbers =
                environment.fromSource(new NumberSequenceSource(0, last), WatermarkStrategy.noWatermarks(), "numbers").uid("numbers");
        WatermarkStrategy<Long> times = WatermarkStrategy.<Long>forMonotonousTimestamps().withTimestampAssigner((value, time) -> value);
        DynamicEventTimeSessionWindows<Long> sessions = DynamicEventTimeSessionWindows.withDynamicGap(value -> 10L);
        switch (mode) {
            case "steady":
            case "finite":
                paced(numbers, 5).keyBy(value -> value % 100, Types.LONG).process(new Keep("number")).returns(Types.LONG).print();
                break;
            case "bursts":
                numbers.map(value -> {
                            if (value % 2000 == 0) {
                                Thread.sleep(2000);
                            }
                            return value;
                        })
                        .returns(Types.LONG)
                        .keyBy(value -> value % 100, Types.LONG)
                        .process(new Keep("number"))
                        .returns(Types.LONG)
                        .print();
                break;
            case "windows":
                paced(numbers, 2)
                        .assignTimestampsAndWatermarks(times)
                        .keyBy(value -> value / 100 % 7, Types.LONG)
                        .window(sessions)
                        .reduce((left, right) -> left + right)
                        .print();
                break;
            case "late":
                paced(numbers, 1)
                        .map(value -> value % 10 == 3 ? Math.max(0, value - 5000) : value)
                        .returns(Types.LONG)
                        .assignTimestampsAndWatermarks(times)
                        .keyBy(value -> value % 7, Types.LONG)
                        .window(sessions)
                        .reduce((left, right) -> left + right)
                        .print();
                break;
            case "idle":
                paced(numbers, 1)
                        .filter(value -> value < MANY / 2)
                        .assignTimestampsAndWatermarks(times)
                        .keyBy(value -> value % 7, Types.LONG)
                        .window(sessions)
                        .reduce((left, right) -> left + right)
                        .print();
                break;
            case "skew":
                numbers.keyBy(value -> value % 50 == 0 ? value : 0L, Types.LONG).process(new Work(1)).returns(Types.LONG).name("work").print();
                break;
            case "sleep":
                numbers.rebalance().map(deed(mode)).returns(Types.LONG).name("slow").rebalance().print();
                break;
            case "grow":
                paced(numbers, 5).keyBy(value -> value % 1000, Types.LONG).process(new Hoard(20_000, MANY)).returns(Types.LONG).name("hoard").print();
                break;
            case "large":
                paced(numbers, 1).keyBy(value -> 0L, Types.LONG).process(new Hoard(20_000, 600)).returns(Types.LONG).name("hoard").print();
                break;
            case "timeout":
                paced(numbers, 5).map(new SlowSnapshot()).returns(Types.LONG).print();
                break;
            case "buffers":
                DataStream<Long> stream = numbers;
                for (int i = 0; i < 16; i++) {
                    stream = stream.rebalance().map(value -> value).returns(Types.LONG);
                }
                stream.print();
                break;
            case "costly":
                // A record every so many milliseconds, which takes so many in two places.
                long[] millis = {Long.parseLong(arguments[2]), Long.parseLong(arguments[3]), Long.parseLong(arguments[4])};
                SingleOutputStreamOperator<Long> sent = paced(((SingleOutputStreamOperator<Long>) numbers).setParallelism(1), millis[0]);
                SingleOutputStreamOperator<Long> worked =
                        sent.setParallelism(1).keyBy(value -> value % 5000, Types.LONG).process(new Work(millis[1])).returns(Types.LONG).name("heavy");
                worked.rebalance().map(value -> {
                            Thread.sleep(millis[2]);
                            return value;
                        })
                        .returns(Types.LONG)
                        .setParallelism(3)
                        .name("light")
                        .print()
                        .setParallelism(3);
                break;
            case "state":
                int groups = Integer.parseInt(arguments[4]);
                SingleOutputStreamOperator<Long> kept =
                        paced(numbers, 2).keyBy(value -> value % 1000, Types.LONG).process(new Keep(arguments[3])).returns(Types.LONG).uid(arguments[2]);
                kept.setMaxParallelism(groups);
                kept.print().uid("print");
                break;
            default:
                numbers.map(deed(mode)).returns(Types.LONG).print();
        }
        environment.execute(name);
    }
}
