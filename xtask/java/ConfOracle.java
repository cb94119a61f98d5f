// Says what the Flink distribution on the class path makes of configuration files.
//
// Arguments: a directory of files, and the name that Flink looks for in its conf directory. Prints one line for each
// file: its name as a JSON string, a tab, and the configuration as a JSON object with sorted keys (each value as
// Flink turns it into a string), or `null` where Flink refuses the file. `cargo xtask oracle` runs it.

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;

public class ConfOracle {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        List<Path> files;
        try (Stream<Path> listed = Files.list(Path.of(arguments[0]))) {
            files = listed.sorted().collect(Collectors.toList());
        }
        for (Path file : files) {
            Path directory = Files.createTempDirectory("conf-oracle");
            Path conf = directory.resolve(arguments[1]);
            Files.copy(file, conf);
            out.println(quote(file.getFileName().toString()) + "\t" + read(directory));
            Files.delete(conf);
            Files.delete(directory);
        }
        out.flush();
    }

    private static String read(Path directory) {
        Configuration configuration;
        try {
            configuration = GlobalConfiguration.loadConfiguration(directory.toString());
        } catch (RuntimeException refused) {
            return "null";
        }
        Map<String, String> sorted = new TreeMap<>();
        for (String key : configuration.keySet()) {
            sorted.put(key, configuration.get(ConfigOptions.key(key).stringType().noDefaultValue()));
        }
        List<String> members = new ArrayList<>();
        sorted.forEach((key, value) -> members.add(quote(key) + ":" + quote(value)));
        return "{" + String.join(",", members) + "}";
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                quoted.append(c);
            } else {
                quoted.append(String.format("\\u%04x", (int) c));
            }
        }
        return quoted.append('"').toString();
    }
}
