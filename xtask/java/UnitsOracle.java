// Says how the Flink distribution on the class path reads memory sizes and durations.
//
// Prints one line for each input: a JSON string `<kind> <input>`, a tab, and what Flink made of it, as JSON:
// `[value, toString, …]`, or `null` where it refuses. `cargo xtask oracle` runs it and keeps the answers.

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;

import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;

public class UnitsOracle {
    private static final String[] NUMBERS = {
        "0", "1", "7", "007", "512", "1024", "1536", "4096", "60000", "65536", "8388607", "8388608", "8796093022207",
        "8796093022208", "9007199254740991", "9007199254740992", "106751991167300", "106751991167301",
        "9223372036854775", "9223372036854776", "9223372036854775807", "9223372036854775808",
        "99999999999999999999999999", "-1", "+1", "1.5", "1,024", "1_000", "1e3", "", "0x10", "٣"
    };

    private static final String[] MEMORY_UNITS = {
        "", "b", "B", "byte", "bytes", "Bytes", "k", "K", "\u212a", "kb", "Kb", "KB", "kib", "KiB", "kibibyte",
        "kibibytes", "kilobytes", "m", "M", "mb", "MB", "mib", "mebibytes", "MEBIBYTES", "g", "G", "gb", "GB",
        "gib", "gibibytes", "t", "T", "tb", "TB", "tib", "tebibytes", "p", "pb", "pebibytes", "mm", "m b", "m1",
        "%", "bits"
    };

    private static final String[] TIME_UNITS = {
        "", "d", "D", "day", "days", "Days", "h", "H", "hr", "hrs", "hour", "hours", "m", "M", "min", "mins",
        "minute", "minutes", "MINUTES", "s", "S", "sec", "secs", "second", "seconds", "ms", "MS", "milli",
        "millis", "millisecond", "milliseconds", "us", "µs", "\u03bcs", "µS", "micro", "micros", "microsecond",
        "microseconds", "ns", "nano", "nanos", "nanosecond", "nanoseconds", "w", "week", "weeks", "y", "mo",
        "m s", "s1", "."
    };

    private static final String[] SPACES = {"%s%s", "%s %s", " %s%s ", "%s\t%s", "%s  %s", "\n%s%s\r\n", "\u0001%s %s"};

    private static final String[] WHOLE = {
        "", " ", "\t", "\u0000", "\u00a0", "1\u00a0kb", "1\u2003s", "\ufeff1", "10 mb 5 kb", "1h 30m", "1h30m",
        "infinite", "∞", "NaN", "null", "true", "max", "1 mb # comment", "'1 mb'", "\"10 s\"", "1\u212a\u212a",
        "1 \u0130", "1 \uff4d\uff42", "\uff11\uff10 mb", "64 MEBI BYTES",
        "PT1S", "pt1s", "PT10M", "PT1H30M", "P1D", "P1DT2H", "P2DT3H4M5.678S", "PT0S", "PT", "P", "P1W", "P1Y",
        "P1M", "PT1.5S", "PT1,5S", "PT1.S", "PT.5S", "PT1.123456789S", "PT1.1234567891S", "PT-1S", "-PT1S",
        "-PT-1S", "+PT1S", "PT+1S", "PT1H-30M", "PT1M-90S", "PT-0.5S", "PT1M-0.5S", "PT0.5H", " PT1S ", "P T1S",
        "PT 1S", "PT1S2M", "PT1D", "P1H", "P0D", "-P0D", "PT9223372036854775807S", "PT9223372036854775808S",
        "P106751991167300D", "P106751991167301D", "PT9223372036854775807.999999999S", "PT1S ms", "PT\u0661S",
        "PTs", "P-1D", "P1DT", "P1Dt", "pt", "PT-9223372036854775808S", "-PT-9223372036854775807S",
        "PT01H", "P1D T1H", "PT1S.", "PT1..5S", "PT1.-5S", "P1DT-24H", "P-1DT25H"
    };

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String input : inputs(MEMORY_UNITS)) {
            out.println(quote("memory " + input) + "\t" + memory(input));
        }
        for (String input : inputs(TIME_UNITS)) {
            out.println(quote("duration " + input) + "\t" + duration(input));
        }
        out.flush();
    }

    private static Set<String> inputs(String[] units) {
        Set<String> inputs = new LinkedHashSet<>();
        for (String unit : units) {
            for (String number : new String[] {"1", "1024", "9223372036854775807"}) {
                inputs.add(number + unit);
            }
        }
        for (String number : NUMBERS) {
            for (String unit : new String[] {"", "k", "gb", "tebibytes", "ms", "h", "days", "ns"}) {
                inputs.add(number + " " + unit);
            }
        }
        for (String space : SPACES) {
            inputs.add(String.format(space, "64", "mb"));
            inputs.add(String.format(space, "30", "s"));
            inputs.add(String.format(space, "30", ""));
        }
        for (String whole : WHOLE) {
            inputs.add(whole);
        }
        Random random = new Random(18);
        for (int i = 0; i < 400; i++) {
            long number = random.nextLong() >>> (1 + random.nextInt(63));
            String space = random.nextBoolean() ? " " : "";
            inputs.add(number + space + units[random.nextInt(units.length)]);
        }
        return inputs;
    }

    private static String memory(String input) {
        try {
            MemorySize size = MemorySize.parse(input);
            return "[" + size.getBytes() + "," + quote(size.toString()) + "," + quote(size.toHumanReadableString()) + "]";
        } catch (IllegalArgumentException | ArithmeticException refused) {
            return "null";
        }
    }

    private static String duration(String input) {
        Duration duration;
        try {
            duration = TimeUtils.parseDuration(input);
        } catch (IllegalArgumentException | ArithmeticException refused) {
            return "null";
        }
        String shown;
        try {
            shown = quote(TimeUtils.formatWithHighestUnit(duration));
        } catch (ArithmeticException tooLong) {
            shown = "null";
        }
        return "[" + duration.getSeconds() + "," + duration.getNano() + "," + shown + "]";
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
