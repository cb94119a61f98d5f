// Says how the Flink distribution on the class path reads the values of options of each type.
//
// Prints one line for each input: a JSON string `<dialect> <type> <value>`, a tab, and what `Configuration.get` returns,
// as JSON, or `null` where it refuses. Floating-point numbers are given by their bits, durations as `[seconds, nanos]`,
// memory in bytes. The dialect is that of the file the value came from: Flink 1.19 and 1.20 read the values of
// `config.yaml` otherwise than those of `flink-conf.yaml`. `cargo xtask oracle` runs it and keeps the answers.

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

public class ValuesOracle {
    /** One constant says something else than its name. */
    public enum Colour {
        RED, GREEN_LIGHT, Blue, OTHER {
            @Override
            public String toString() {
                return "dark-grey";
            }
        }
    }

    private static final String[] BOOLEANS = {"true", "false", "TRUE", "False", "yes", "no", "on", "1", "0", "t", "", "null", "~"};
    private static final String[] NUMBERS = {
        "0", "1", "-1", "+1", "007", "-0", "2147483647", "2147483648", "-2147483648", "-2147483649",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1.0", "1e3", "1_000", "1,000", "0x10",
        "0o7", "010", "1L", "1.", ".5", "-.5", "1.5f", "1.5D", "1e400", "-1e400", "1e-400", "3.4e39", "1e-46", "NaN",
        "-NaN", "nan", "Infinity", "-Infinity", "inf", ".inf", "-.inf", ".nan", "0x1p3", "0x1.8p-2", "0x.8P1f", "0x1",
        "0.1", "0.30000000000000004", "16777217", "1e", "e1", "+", "-", "--1", "\u0661\u0662", "\uff11", "1 2", "40%", ""
    };
    private static final String[] DURATIONS = {
        "10 s", "10s", "1 min", "1m", "500", "500 ms", "1 d", "2 days", "1 hour", "100 us", "100 \u00b5s", "7 ns",
        "PT1S", "PT1H30M", "P1D", "pt10s", "1.5 s", "-1 s", "1 month", "1 w", "9223372036854775807 ns",
        "9223372036854775807 s", "99999999999999999999 ms", "infinite", "", "0"
    };
    private static final String[] MEMORY = {
        "64 mb", "64m", "1g", "1 GB", "1 tebibytes", "512", "512 bytes", "0", "1.5g", "-1", "1gib", "1 p", "9223372036854775807",
        "8388608 tb", "1024kb", ""
    };
    private static final String[] COLOURS = {"RED", "red", "Green_Light", "green-light", "blue", "OTHER", "dark-grey", "Dark-Grey", "r ed", ""};
    private static final String[] TEXTS = {"a", "a b", "", "'a'", "\"a\"", "a: b", "null", "true", "\u00e4\u6f22", "a\tb", "a#b"};
    private static final String[] MAPS = {
        "a:1", "a:1,b:2", "a: 1", "a:1, b:2", "{a: 1}", "{a: 1, b: two}", "{a: {b: 1}}", "{a: [1, 2]}", "{a: null}", "{a}",
        "{}", "[]", "a", "a:", ":a", "a:b:c", "'a:b':c", "'a':'b,c'", "a:1,a:2", "{a: 1, a: 2}", "{1: 2}", "{true: x}",
        "a:1,", ",a:1", "a:1,,b:2", "a: 1\nb: 2", "a:\n  b: 1", "\"a\":\"1\"", "a:'it''s'", "'a", "", " ", "a:1;b:2", "{a: 1.0}",
        "{'a b': 'c: d'}", "a :1", "a:b,c:d"
    };
    private static final String[] LISTS = {
        "%1$s;%2$s", "%1$s; %2$s", " %1$s ;%2$s ", "[%1$s, %2$s]", "[%1$s,%2$s]", "- %1$s\n- %2$s", "['%1$s', \"%2$s\"]", "%1$s,%2$s",
        "'%1$s';%2$s", "\"%1$s\";'%2$s'", "%1$s;;%2$s", ";%1$s", "%1$s;", "[%1$s", "[[%1$s], %2$s]", "[%1$s, null]", "[%1$s, ]", "{%1$s: %2$s}",
        "'%1$s'%2$s", "'%1$s;%2$s"
    };
    private static final String[] WHOLE_LISTS = {"", " ", "[]", "[ ]", ";", "a", "[a]", "[[]]", "[", "]", "'", "- a", "-a", "[a: 1, b: 2]", "[{a: 1}, {b: 2}]", "a:1;b:2,c:3", "{a: 1}"};
    private static final String[] AROUND = {"%s", " %s", "%s ", "\t%s\n", "'%s'", "\u00a0%s"};

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (boolean yaml : new boolean[] {false, true}) {
            Configuration configuration = configuration(yaml);
            if (configuration == null) {
                continue;
            }
            for (Map.Entry<String, ConfigOption<?>> type : types().entrySet()) {
                for (String value : inputs(type.getKey())) {
                    String input = (yaml ? "yaml " : "legacy ") + type.getKey() + " " + value;
                    out.println(quote(input) + "\t" + answer(configuration, type.getValue(), value));
                }
            }
        }
        out.flush();
    }

    /** Empty, for values of this dialect; null where this version has no such file. */
    private static Configuration configuration(boolean yaml) throws Exception {
        try {
            return Configuration.class.getConstructor(boolean.class).newInstance(yaml);
        } catch (NoSuchMethodException oneDialect) {
            boolean only;
            try {
                Class.forName("org.apache.flink.configuration.YamlParserUtils");
                only = true;
            } catch (ClassNotFoundException legacy) {
                only = false;
            }
            return yaml == only ? new Configuration() : null;
        }
    }

    private static Map<String, ConfigOption<?>> types() {
        Map<String, ConfigOption<?>> types = new LinkedHashMap<>();
        types.put("boolean", ConfigOptions.key("k").booleanType().noDefaultValue());
        types.put("int", ConfigOptions.key("k").intType().noDefaultValue());
        types.put("long", ConfigOptions.key("k").longType().noDefaultValue());
        types.put("float", ConfigOptions.key("k").floatType().noDefaultValue());
        types.put("double", ConfigOptions.key("k").doubleType().noDefaultValue());
        types.put("string", ConfigOptions.key("k").stringType().noDefaultValue());
        types.put("duration", ConfigOptions.key("k").durationType().noDefaultValue());
        types.put("memory", ConfigOptions.key("k").memoryType().noDefaultValue());
        types.put("enum", ConfigOptions.key("k").enumType(Colour.class).noDefaultValue());
        types.put("map", ConfigOptions.key("k").mapType().noDefaultValue());
        types.put("list:string", ConfigOptions.key("k").stringType().asList().noDefaultValue());
        types.put("list:int", ConfigOptions.key("k").intType().asList().noDefaultValue());
        types.put("list:double", ConfigOptions.key("k").doubleType().asList().noDefaultValue());
        types.put("list:boolean", ConfigOptions.key("k").booleanType().asList().noDefaultValue());
        types.put("list:duration", ConfigOptions.key("k").durationType().asList().noDefaultValue());
        types.put("list:memory", ConfigOptions.key("k").memoryType().asList().noDefaultValue());
        types.put("list:enum", ConfigOptions.key("k").enumType(Colour.class).asList().noDefaultValue());
        types.put("list:map", ConfigOptions.key("k").mapType().asList().noDefaultValue());
        return types;
    }

    private static Set<String> inputs(String type) {
        Random random = new Random(type.hashCode());
        Set<String> inputs = new LinkedHashSet<>();
        String[] elements = elements(type.startsWith("list:") ? type.substring("list:".length()) : type);
        if (!type.startsWith("list:")) {
            for (String element : elements) {
                inputs.add(element);
            }
            for (int i = 0; i < 40; i++) {
                inputs.add(String.format(pick(random, AROUND), pick(random, elements).replace("%", "%%")));
            }
            for (int i = 0; i < 40; i++) {
                inputs.add(noise(random));
            }
            return inputs;
        }
        for (String whole : WHOLE_LISTS) {
            inputs.add(whole);
        }
        for (String shape : LISTS) {
            for (int i = 0; i < 3; i++) {
                inputs.add(String.format(shape, pick(random, elements), pick(random, elements)));
            }
        }
        for (int i = 0; i < 60; i++) {
            inputs.add(noise(random));
        }
        return inputs;
    }

    private static String[] elements(String type) {
        switch (type) {
            case "boolean": return BOOLEANS;
            case "int": case "long": case "float": case "double": return NUMBERS;
            case "duration": return DURATIONS;
            case "memory": return MEMORY;
            case "enum": return COLOURS;
            case "map": return MAPS;
            default: return TEXTS;
        }
    }

    private static String noise(Random random) {
        String[] pieces = {"a", "b", "1", "2", "true", " ", "  ", ";", ",", ":", ": ", "'", "\"", "[", "]", "{", "}", "- ", "\n", "s", "mb", ".", "-", "#", "\u00e4", "~", "null", "&x", "*x", "!", "|", ">", "%", "@", "\\", "\\n", "?"};
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(7);
        for (int i = 0; i < length; i++) {
            text.append(pick(random, pieces));
        }
        return text.toString();
    }

    private static String pick(Random random, String[] from) {
        return from[random.nextInt(from.length)];
    }

    private static String answer(Configuration configuration, ConfigOption<?> option, String value) {
        configuration.setString("k", value);
        try {
            return json(configuration.get(option));
        } catch (RuntimeException refused) {
            return "null";
        }
    }

    private static String json(Object value) {
        if (value instanceof Double) {
            return quote(Long.toHexString(Double.doubleToLongBits((Double) value)));
        }
        if (value instanceof Float) {
            return quote(Integer.toHexString(Float.floatToIntBits((Float) value)));
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof Duration) {
            return "[" + ((Duration) value).getSeconds() + "," + ((Duration) value).getNano() + "]";
        }
        if (value instanceof MemorySize) {
            return Long.toString(((MemorySize) value).getBytes());
        }
        List<String> parts = new ArrayList<>();
        if (value instanceof List) {
            for (Object part : (List<?>) value) {
                parts.add(part == null ? quote("a null") : json(part));
            }
            return "[" + String.join(",", parts) + "]";
        }
        if (value instanceof Map) {
            Map<String, String> sorted = new TreeMap<>();
            ((Map<?, ?>) value).forEach((key, text) -> sorted.put(String.valueOf(key), String.valueOf(text)));
            sorted.forEach((key, text) -> parts.add(quote(key) + ":" + quote(text)));
            return "{" + String.join(",", parts) + "}";
        }
        return quote(value.toString());
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
