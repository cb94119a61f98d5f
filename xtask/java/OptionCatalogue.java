// Lists every static ConfigOption of one Flink distribution, and those of Scala objects: one line of tab-separated text each.
//
//   java OptionCatalogue FLINK_HOME > options.txt
//
// Columns: key, type, default, deprecated, deprecated keys, fallback keys, class#field.
//   type        boolean int long float double string duration memory map class, `enum:a|b`, or `list:` and one of these;
//               `?NAME` where the class of the value is none that a configuration can hold
//   default     `=` and the value as one would write it in a configuration, or `-` for none
//   deprecated  `deprecated` where the field carries the annotation, else `-`
//   keys        separated by a comma, `-` for none
// Lines are not sorted and keys may repeat; the caller merges them.
// A class that cannot be loaded (its dependencies are not in the distribution) is named on stderr.

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

public final class OptionCatalogue {
    private static final String OPTION = "org.apache.flink.configuration.ConfigOption";
    private static final byte[] DESCRIPTOR =
            "Lorg/apache/flink/configuration/ConfigOption;".getBytes(StandardCharsets.US_ASCII);
    private static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]);
        Path scratch = Files.createTempDirectory("option-catalogue");
        try {
            List<Path> lib = jars(home.resolve("lib"));
            ClassLoader main = loader(lib, ClassLoader.getPlatformClassLoader());
            for (Path jar : lib) {
                scan(jar, main);
                // The planner is a jar inside a jar, behind a class loader of its own.
                for (Path inner : innerJars(jar, scratch)) {
                    scan(inner, loader(List.of(inner), main));
                }
            }
            for (Path jar : jars(home.resolve("opt"))) {
                scan(jar, loader(List.of(jar), main));
            }
            for (Path plugin : directories(home.resolve("plugins"))) {
                List<Path> own = jars(plugin);
                ClassLoader loader = loader(own, main);
                for (Path jar : own) {
                    scan(jar, loader);
                }
            }
            OUT.flush();
        } finally {
            try (var files = Files.walk(scratch)) {
                files.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    private static void scan(Path path, ClassLoader loader) throws Exception {
        try (JarFile jar = new JarFile(path.toFile())) {
            for (JarEntry entry : entries(jar, ".class")) {
                String name = entry.getName();
                if (name.startsWith("META-INF/") || !mentionsOptions(jar, entry)) {
                    continue;
                }
                String type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
                try {
                    scan(Class.forName(type, false, loader));
                } catch (Throwable missing) {
                    System.err.println(type + ": " + missing);
                }
            }
        }
    }

    private static void scan(Class<?> type) throws Exception {
        for (Field field : type.getDeclaredFields()) {
            if (!field.getType().getName().equals(OPTION)) {
                continue;
            }
            boolean ofClass = Modifier.isStatic(field.getModifiers());
            Object owner = ofClass ? null : scalaObject(type);
            if (!ofClass && owner == null) {
                continue;
            }
            field.setAccessible(true);
            Object option = field.get(owner);
            if (option != null) {
                print(option, field);
            }
        }
    }

    /** The only instance of a Scala object, whose values are fields of it; null for other classes. */
    private static Object scalaObject(Class<?> type) throws Exception {
        if (!type.getName().endsWith("$")) {
            return null;
        }
        Field module = type.getDeclaredField("MODULE$");
        module.setAccessible(true);
        return module.get(null);
    }

    private static void print(Object option, Field field) throws Exception {
        String element = typeName((Class<?>) call(option, "getClazz"));
        boolean list = (Boolean) call(option, "isList");
        Object standard = call(option, "defaultValue");
        TreeSet<String> deprecated = new TreeSet<>();
        TreeSet<String> fallback = new TreeSet<>();
        for (Object other : (Iterable<?>) call(option, "fallbackKeys")) {
            ((Boolean) call(other, "isDeprecated") ? deprecated : fallback).add((String) call(other, "getKey"));
        }
        OUT.println(String.join("\t",
                escape((String) call(option, "key")),
                list ? "list:" + element : element,
                standard == null ? "-" : "=" + escape(written(standard)),
                field.isAnnotationPresent(Deprecated.class)
                                || field.getDeclaringClass().isAnnotationPresent(Deprecated.class)
                        ? "deprecated" : "-",
                joined(deprecated),
                joined(fallback),
                field.getDeclaringClass().getName() + "#" + field.getName()));
    }

    private static String typeName(Class<?> type) {
        if (type.isEnum()) {
            // A value is compared with what toString() says, whatever the constant is called.
            return "enum:" + Arrays.stream(type.getEnumConstants())
                    .map(constant -> escape(constant.toString())).collect(Collectors.joining("|"));
        }
        switch (type.getName()) {
            case "java.lang.Boolean": return "boolean";
            case "java.lang.Integer": return "int";
            case "java.lang.Long": return "long";
            case "java.lang.Float": return "float";
            case "java.lang.Double": return "double";
            case "java.lang.String": return "string";
            case "java.lang.Class": return "class";
            case "java.time.Duration": return "duration";
            case "org.apache.flink.configuration.MemorySize": return "memory";
            default: return Map.class.isAssignableFrom(type) ? "map" : "?" + type.getName();
        }
    }

    /** A default value as it would stand in a configuration file. */
    private static String written(Object value) throws Exception {
        if (value instanceof Duration) {
            return duration((Duration) value);
        }
        if (value instanceof Map) {
            return new TreeMap<Object, Object>((Map<?, ?>) value).entrySet().stream()
                    .map(entry -> entry.getKey() + ":" + entry.getValue()).collect(Collectors.joining(","));
        }
        if (value instanceof Collection) {
            List<String> parts = new ArrayList<>();
            for (Object part : (Collection<?>) value) {
                parts.add(written(part));
            }
            return String.join(";", parts);
        }
        if (value.getClass().getName().equals("org.apache.flink.configuration.MemorySize")) {
            return memory((Long) call(value, "getBytes"));
        }
        return value.toString();
    }

    private static String duration(Duration value) {
        long nanos = value.toNanos();
        String[] units = {"d", "h", "min", "s", "ms", "us"};
        long[] sizes = {86_400_000_000_000L, 3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L};
        if (nanos == 0) {
            return "0 ms";
        }
        for (int i = 0; i < units.length; i++) {
            if (nanos % sizes[i] == 0) {
                return nanos / sizes[i] + " " + units[i];
            }
        }
        return nanos + " ns";
    }

    private static String memory(long bytes) {
        String[] units = {"tb", "gb", "mb", "kb"};
        for (int i = 0; i < units.length; i++) {
            long size = 1L << (10 * (units.length - i));
            if (bytes != 0 && bytes % size == 0) {
                return bytes / size + " " + units[i];
            }
        }
        return bytes + " bytes";
    }

    /** Calls a method that may not be public, or whose class may not be. */
    private static Object call(Object object, String method) throws Exception {
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            for (Method candidate : type.getDeclaredMethods()) {
                if (candidate.getName().equals(method) && candidate.getParameterCount() == 0) {
                    candidate.setAccessible(true);
                    return candidate.invoke(object);
                }
            }
        }
        throw new NoSuchMethodException(object.getClass().getName() + "." + method);
    }

    private static String joined(Collection<String> keys) {
        return keys.isEmpty() ? "-" : keys.stream().map(OptionCatalogue::escape).collect(Collectors.joining(","));
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
    }

    /** Loading a class is slow, so only those that name the type at all are loaded. */
    private static boolean mentionsOptions(JarFile jar, JarEntry entry) throws IOException {
        byte[] bytes;
        try (InputStream in = jar.getInputStream(entry)) {
            bytes = in.readAllBytes();
        }
        outer:
        for (int at = 0; at <= bytes.length - DESCRIPTOR.length; at++) {
            for (int i = 0; i < DESCRIPTOR.length; i++) {
                if (bytes[at + i] != DESCRIPTOR[i]) {
                    continue outer;
                }
            }
            return true;
        }
        return false;
    }

    private static List<Path> innerJars(Path path, Path scratch) throws IOException {
        List<Path> inner = new ArrayList<>();
        try (JarFile jar = new JarFile(path.toFile())) {
            for (JarEntry entry : entries(jar, ".jar")) {
                Path copy = scratch.resolve(inner.size() + "-" + path.getFileName());
                try (InputStream in = jar.getInputStream(entry)) {
                    Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
                }
                inner.add(copy);
            }
        }
        return inner;
    }

    private static List<JarEntry> entries(JarFile jar, String suffix) {
        return jar.stream().filter(entry -> entry.getName().endsWith(suffix)).collect(Collectors.toList());
    }

    private static List<Path> jars(Path directory) throws IOException {
        return listed(directory).stream().filter(path -> path.toString().endsWith(".jar")).collect(Collectors.toList());
    }

    private static List<Path> directories(Path directory) throws IOException {
        return listed(directory).stream().filter(Files::isDirectory).collect(Collectors.toList());
    }

    private static List<Path> listed(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var paths = Files.list(directory)) {
            return paths.sorted().collect(Collectors.toList());
        }
    }

    private static ClassLoader loader(List<Path> jars, ClassLoader parent) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            urls.add(jar.toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(new URL[0]), parent);
    }
}
