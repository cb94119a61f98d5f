import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;

/** Loads the conf directory that is named as Flink's processes do at their start, and prints how many keys there are. */
public final class BenchConf {
    private BenchConf() {}

    public static void main(String[] arguments) {
        Configuration configuration = GlobalConfiguration.loadConfiguration(arguments[0]);
        System.out.println(configuration.keySet().size());
    }
}
