import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.metrics.CharacterFilter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.LogicalScopeProvider;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * A reporter that writes down every metric that is registered, one a line, into the file of its option `file`: kind, logical
 * scope, name, the variables of its group, and what a gauge's value is. `cargo xtask metrics` runs it in JobManager and
 * TaskManager.
 */
public final class MetricInventory implements MetricReporter {
    private static final CharacterFilter AS_IT_IS = text -> text;

    private Path file;

    /** What Flink looks for. */
    public static final class Factory implements MetricReporterFactory {
        @Override
        public MetricReporter createMetricReporter(Properties properties) {
            return new MetricInventory();
        }
    }

    @Override
    public void open(MetricConfig config) {
        file = Path.of(config.getString("file", null));
    }

    @Override
    public void close() {}

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        String scope = LogicalScopeProvider.castFrom(group).getLogicalScope(AS_IT_IS, '.');
        Map<String, String> variables = new TreeMap<>(group.getAllVariables());
        StringBuilder labels = new StringBuilder();
        variables.forEach((key, value) -> labels.append(key, 1, key.length() - 1).append(','));
        String line = String.join("\t", metric.getMetricType().name(), scope, name, labels, value(metric)) + "\n";
        try {
            synchronized (MetricInventory.class) {
                Files.write(file, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException error) {
            throw new IllegalStateException(error);
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}

    /** The class of the value, where there is one already. */
    private static String value(Metric metric) {
        if (!(metric instanceof Gauge)) {
            return "-";
        }
        try {
            Object value = ((Gauge<?>) metric).getValue();
            return value == null ? "?" : value.getClass().getSimpleName();
        } catch (RuntimeException tooEarly) {
            return "?";
        }
    }
}
