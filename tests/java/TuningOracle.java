// Says what the Flink distribution on the class path computes about memory.
//
// Reads questions from standard input: a line with what is asked, lines `<key> TAB <value>`, and an empty line. Prints one
// line for each: the answer, or `refused` and the reason.
//
// `taskmanager`, `jobmanager`: the sizes in bytes for a configuration, and the arguments for the JVM.
// `gate`, `result`: network buffers, required and wanted. `rocksdb`: the parts of its memory.
//
// Compiled against one version and run on all: what differs between them is looked up by name.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import org.apache.commons.lang3.tuple.Pair;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.io.network.partition.ResultPartitionType;
import org.apache.flink.runtime.io.network.partition.consumer.GateBuffersSpec;
import org.apache.flink.runtime.io.network.partition.consumer.InputGateSpecUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.shuffle.NettyShuffleUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

public class TuningOracle {
    // Before 2.0 the scripts map the options of Flink 1.9 first, as these two do.
    private static final Method TASK_MANAGER_MAPPING = find(
            TaskExecutorProcessUtils.class,
            "getConfigurationMapLegacyTaskManagerHeapSizeToConfigOption",
            Configuration.class,
            ConfigOption.class);
    private static final Method JOB_MANAGER_MAPPED = find(
            JobManagerProcessUtils.class,
            "processSpecFromConfigWithNewOptionToInterpretLegacyHeap",
            Configuration.class,
            ConfigOption.class);
    private static final Method JOB_MANAGER =
            find(JobManagerProcessUtils.class, "processSpecFromConfig", Configuration.class);

    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        String process;
        while ((process = in.readLine()) != null) {
            Configuration configuration = new Configuration();
            String line;
            while (!(line = in.readLine()).isEmpty()) {
                int tab = line.indexOf('\t');
                configuration.setString(line.substring(0, tab), line.substring(tab + 1));
            }
            out.println(answer(process, configuration));
        }
        out.flush();
    }

    private static String answer(String process, Configuration configuration) {
        try {
            switch (process) {
                case "taskmanager":
                    return taskManager(configuration);
                case "jobmanager":
                    return jobManager(configuration);
                case "gate":
                    return gate(configuration);
                case "result":
                    return result(configuration);
                default:
                    return rocksDb(configuration);
            }
        } catch (InvocationTargetException refused) {
            return refusal(refused.getCause());
        } catch (Exception refused) {
            return refusal(refused);
        }
    }

    private static String refusal(Throwable refused) {
        return "refused " + String.valueOf(refused).replaceAll("\\s+", " ");
    }

    private static String taskManager(Configuration configuration) throws Exception {
        if (TASK_MANAGER_MAPPING != null) {
            configuration = (Configuration)
                    TASK_MANAGER_MAPPING.invoke(null, configuration, TaskManagerOptions.TOTAL_FLINK_MEMORY);
        }
        TaskExecutorProcessSpec spec = TaskExecutorProcessUtils.processSpecFromConfig(configuration);
        return sizes(
                        spec.getTotalProcessMemorySize(),
                        spec.getTotalFlinkMemorySize(),
                        spec.getFlinkMemory().getFrameworkHeap(),
                        spec.getTaskHeapSize(),
                        spec.getManagedMemorySize(),
                        spec.getFlinkMemory().getFrameworkOffHeap(),
                        spec.getTaskOffHeapSize(),
                        spec.getNetworkMemSize(),
                        spec.getJvmMetaspaceSize(),
                        spec.getJvmOverheadSize())
                + ProcessMemoryUtils.generateJvmParametersStr(spec);
    }

    private static String jobManager(Configuration configuration) throws Exception {
        Object found = JOB_MANAGER_MAPPED != null
                ? JOB_MANAGER_MAPPED.invoke(null, configuration, JobManagerOptions.JVM_HEAP_MEMORY)
                : JOB_MANAGER.invoke(null, configuration);
        JobManagerProcessSpec spec = (JobManagerProcessSpec) found;
        return sizes(
                        spec.getTotalProcessMemorySize(),
                        spec.getTotalFlinkMemorySize(),
                        spec.getJvmHeapMemorySize(),
                        spec.getJvmDirectMemorySize(),
                        spec.getJvmMetaspaceSize(),
                        spec.getJvmOverheadSize())
                + JobManagerProcessUtils.generateJvmParametersStr(spec, configuration);
    }

    private static String gate(Configuration question) throws Exception {
        int most = number(question, "most_required");
        int channels = number(question, "channels");
        GateBuffersSpec spec = InputGateSpecUtils.createGateBuffersSpec(
                most == 0 ? Optional.empty() : Optional.of(most),
                number(question, "per_channel"),
                number(question, "floating"),
                type(question),
                channels,
                false);
        int exclusive = (int) call(spec, "getEffectiveExclusiveBuffersPerChannel");
        int floating = (int) call(spec, "getRequiredFloatingBuffers");
        return (channels * exclusive + floating) + " " + spec.targetTotalBuffersPerGate();
    }

    private static String result(Configuration question) {
        Pair<Integer, Integer> pair = NettyShuffleUtils.getMinMaxNetworkBuffersPerResultPartition(
                number(question, "per_channel"),
                number(question, "floating"),
                number(question, "sort_from"),
                number(question, "sort_buffers"),
                number(question, "consumers"),
                false,
                0,
                type(question));
        return pair.getLeft() + " " + pair.getRight();
    }

    private static String rocksDb(Configuration question) throws Exception {
        long budget = Long.parseLong(text(question, "budget"));
        double ratio = Double.parseDouble(text(question, "ratio"));
        long writeBuffers = (long) rocksDb("calculateWriteBufferManagerCapacity", budget, ratio);
        return rocksDb("calculateActualCacheCapacity", budget, ratio)
                + " " + writeBuffers
                + " " + rocksDb("calculateRocksDBMutableLimit", writeBuffers)
                + " " + rocksDb("calculateRocksDBDefaultArenaBlockSize", Long.parseLong(text(question, "write_buffer")));
    }

    private static Object rocksDb(String name, Object... arguments) throws Exception {
        for (Method method : rocksDbUtilities().getDeclaredMethods()) {
            if (method.getName().equals(name)) {
                method.setAccessible(true);
                return method.invoke(null, arguments);
            }
        }
        throw new NoSuchMethodException(name);
    }

    private static Class<?> rocksDbUtilities() throws Exception {
        try {
            return Class.forName("org.apache.flink.state.rocksdb.RocksDBMemoryControllerUtils");
        } catch (ClassNotFoundException before20) {
            return Class.forName("org.apache.flink.contrib.streaming.state.RocksDBMemoryControllerUtils");
        }
    }

    private static ResultPartitionType type(Configuration question) {
        return ResultPartitionType.valueOf(text(question, "type"));
    }

    private static int number(Configuration question, String key) {
        return Integer.parseInt(text(question, key));
    }

    private static String text(Configuration question, String key) {
        return question.get(ConfigOptions.key(key).stringType().noDefaultValue());
    }

    private static Object call(Object target, String name) throws Exception {
        Method method = target.getClass().getDeclaredMethod(name);
        method.setAccessible(true);
        return method.invoke(target);
    }

    private static String sizes(MemorySize... sizes) {
        StringBuilder text = new StringBuilder();
        for (MemorySize size : sizes) {
            text.append(size.getBytes()).append(' ');
        }
        return text.toString();
    }

    private static Method find(Class<?> owner, String name, Class<?>... parameters) {
        try {
            return owner.getMethod(name, parameters);
        } catch (NoSuchMethodException absent) {
            return null;
        }
    }
}
