import java.io.DataInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;

/** What Flink's own classes read from a `_metadata`: one line an operator, sorted; first the number of the checkpoint. */
public final class StateJudge {
    private StateJudge() {}

    public static void main(String[] arguments) throws Exception {
        File directory = new File(arguments[0]);
        CheckpointMetadata metadata;
        try (DataInputStream in = new DataInputStream(new FileInputStream(new File(directory, "_metadata")))) {
            metadata = Checkpoints.loadCheckpointMetadata(in, StateJudge.class.getClassLoader(), directory.toURI().toString());
        }
        System.out.println(metadata.getCheckpointId());
        List<String> lines = new ArrayList<>();
        for (OperatorState state : metadata.getOperatorStates()) {
            List<String> subtasks = new ArrayList<>();
            for (var entry : new TreeMap<>(subtasks(state)).entrySet()) {
                subtasks.add(Long.toString(entry.getValue().getStateSize()));
            }
            subtasks.sort((left, right) -> Long.compare(Long.parseLong(left), Long.parseLong(right)));
            String ends = subtasks.isEmpty() ? "-" : subtasks.get(0) + ".." + subtasks.get(subtasks.size() - 1);
            lines.add(String.join(
                    "\t",
                    state.getOperatorID().toString(),
                    text(state, "getOperatorName"),
                    text(state, "getOperatorUid"),
                    Integer.toString(state.getParallelism()),
                    Integer.toString(state.getMaxParallelism()),
                    Long.toString(state.getStateSize()),
                    ends));
        }
        lines.sort(null);
        lines.forEach(System.out::println);
    }

    private static java.util.Map<Integer, OperatorSubtaskState> subtasks(OperatorState state) {
        return state.getSubtaskStates();
    }

    /** Versions before 2.0 know neither. */
    private static String text(OperatorState state, String getter) throws Exception {
        try {
            Method method = OperatorState.class.getMethod(getter);
            return ((Optional<?>) method.invoke(state)).map(Object::toString).orElse("-");
        } catch (NoSuchMethodException older) {
            return "-";
        }
    }
}
