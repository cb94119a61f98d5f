// Finds out with how many network buffers a job starts: runs it on a cluster in this process, once for each number.
//
// Arguments: TaskManagers, slots of each, and numbers of buffers. The job has three vertices (a source, a keyed map, a
// sink after a rebalance), each as wide as the cluster. Prints a line for each number: `<number> runs`,
// `<number> insufficient`, or `<number> failed` and the reason.

import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public class BufferThreshold {
    private static final int SEGMENT = 4096;

    public static void main(String[] arguments) throws Exception {
        int taskManagers = Integer.parseInt(arguments[0]);
        int slots = Integer.parseInt(arguments[1]);
        for (int i = 2; i < arguments.length; i++) {
            int buffers = Integer.parseInt(arguments[i]);
            System.out.println(buffers + " " + outcome(taskManagers, slots, buffers));
        }
    }

    private static String outcome(int taskManagers, int slots, int buffers) {
        Configuration configuration = new Configuration();
        configuration.setString("local.number-taskmanager", String.valueOf(taskManagers));
        configuration.setString("taskmanager.numberOfTaskSlots", String.valueOf(slots));
        configuration.setString("taskmanager.memory.segment-size", SEGMENT + "b");
        configuration.setString("taskmanager.memory.network.min", (long) buffers * SEGMENT + "b");
        configuration.setString("taskmanager.memory.network.max", (long) buffers * SEGMENT + "b");
        configuration.setString("taskmanager.memory.managed.size", "16m");
        configuration.setString("rest.bind-port", "0");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(taskManagers * slots, configuration);
        env.fromSequence(1, 1000)
                .map(new Late())
                .keyBy(number -> number % 100)
                .map(new Same())
                .rebalance()
                .filter(number -> false)
                .print();
        try {
            env.execute();
            return "runs";
        } catch (Exception failed) {
            for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
                if (String.valueOf(cause.getMessage()).contains("Insufficient number of network buffers")) {
                    return "insufficient";
                }
            }
            return "failed " + failed.toString().replaceAll("\\s+", " ");
        }
    }

    /** Keeps every task alive until all of them have started. */
    private static class Late implements MapFunction<Long, Long> {
        private transient boolean started;

        @Override
        public Long map(Long number) throws Exception {
            if (!started) {
                Thread.sleep(2000);
                started = true;
            }
            return number;
        }
    }

    private static class Same implements MapFunction<Long, Long> {
        @Override
        public Long map(Long number) {
            return number;
        }
    }
}
