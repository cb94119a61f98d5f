import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;

/**
 * Divides the memory of a TaskManager so many times in a warm JVM, each time by another size, and prints the nanoseconds that it took.
 *
 * <p>Arguments: EVALUATIONS. Ten times as many are made before, so that the compiler is done.
 */
public final class BenchMemory {
    private BenchMemory() {}

    public static void main(String[] arguments) {
        int evaluations = Integer.parseInt(arguments[0]);
        evaluate(10 * evaluations);
        long start = System.nanoTime();
        long sum = evaluate(evaluations);
        long took = System.nanoTime() - start;
        System.out.println(took + " " + sum);
    }

    /** The managed memory of all of them, in bytes: what is computed must be used. */
    private static long evaluate(int evaluations) {
        long sum = 0;
        for (int index = 0; index < evaluations; index++) {
            Configuration configuration = new Configuration();
            configuration.setString("taskmanager.memory.process.size", (2048 + index % 1000) + "m");
            TaskExecutorProcessSpec spec = TaskExecutorProcessUtils.processSpecFromConfig(configuration);
            sum += spec.getManagedMemorySize().getBytes();
        }
        return sum;
    }
}
