package org.lazaret.policy.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.lazaret.policy.Keyword;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Address;
import org.lazaret.scan.engine.Secret;
import org.lazaret.scan.engine.atp.AtpCloudOptions;
import org.lazaret.scan.engine.icap.IcapOptions;
import org.lazaret.scan.engine.setup.EngineSettings;
import org.lazaret.scan.engine.setup.EnginesSettings;
import org.lazaret.scan.engine.yara.YaraOptions;

/**
 * Reads the engines of {@code lazaret.properties}: {@code engines} names them, {@code engine.NAME.kind} says what each is, and which other keys
 * {@code engine.NAME.…} may have hangs on that.
 */
final class EngineReader {
    private static final String PREFIX = "engine.";
    private static final String KIND = "kind";
    private static final String NAME = "[a-z0-9][a-z0-9-]{0,31}";
    /** Of each kind, every key with its default; one that is empty has to be given. */
    private static final Map<String, Map<String, String>> KINDS = kinds();

    private final String file;
    private final Path base;
    private final String name;
    private final Map<String, String> values;

    private EngineReader(String file, Path base, String name, Map<String, String> values) {
        this.file = file;
        this.base = base;
        this.name = name;
        this.values = values;
    }

    /** Keys of all engines together, with their defaults. */
    static Map<String, String> defaults() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("engines", "");
        keys.put("engines.time", EnginesSettings.NONE.time().toSeconds() + "s");
        keys.put("engines.keep", EnginesSettings.NONE.keep().toHours() + "h");
        return keys;
    }

    /** Keys of one engine of a kind, with their defaults, as they stand behind {@code engine.NAME.}. */
    static Map<String, Map<String, String>> keysByKind() {
        return KINDS;
    }

    /** Whether a key is for one engine, and so read here even though it has no default. */
    static boolean isScoped(String key) {
        return key.startsWith(PREFIX);
    }

    /** Whether an engine can be called so. */
    static boolean isName(String text) {
        return text.matches(NAME);
    }

    /** @param values every key with its value, those of single engines too */
    static EnginesSettings read(String file, Map<String, String> values, Path base) throws SettingsException {
        List<String> names = Values.list(values.getOrDefault("engines", ""));
        Map<String, Map<String, String>> given = new TreeMap<>();
        for (String name : names) {
            if (!isName(name)) {
                throw SettingsException.of(file, "engines", String.join(", ", names),
                    "names of lower-case letters, digits and dashes, separated by commas; '" + name + "' is none");
            }
            if (given.put(name, new TreeMap<>()) != null) {
                throw SettingsException.of(file, "engines", String.join(", ", names), "each name once");
            }
        }
        for (Map.Entry<String, String> line : new TreeMap<>(values).entrySet()) {
            if (!isScoped(line.getKey())) {
                continue;
            }
            String rest = line.getKey().substring(PREFIX.length());
            String name = rest.substring(0, Math.max(0, rest.indexOf('.')));
            Map<String, String> own = given.get(name);
            if (own == null) {
                String why = name.isEmpty() ? "a key is engine.NAME.KEY" : name + " is not among engines";
                throw SettingsException.about(file, List.of(line.getKey()), line.getKey() + ": " + why + "; engines = " + String.join(", ", names));
            }
            own.put(rest.substring(name.length() + 1), line.getValue());
        }
        Duration time = Values.parse(file, "engines.time", values.getOrDefault("engines.time", ""), Values::duration);
        Duration keep = Values.parse(file, "engines.keep", values.getOrDefault("engines.keep", ""), Values::duration);
        List<EngineSettings> engines = new ArrayList<>();
        for (String name : names) {
            engines.add(engine(file, base, name, given.getOrDefault(name, Map.of()), time));
        }
        return new EnginesSettings(engines, time, keep);
    }

    private static EngineSettings engine(String file, Path base, String name, Map<String, String> own, Duration time) throws SettingsException {
        String kind = own.getOrDefault(KIND, "");
        Map<String, String> defaults = KINDS.get(kind);
        if (defaults == null) {
            throw SettingsException.of(file, PREFIX + name + "." + KIND, kind, "one of: " + String.join(", ", KINDS.keySet()));
        }
        Map<String, String> values = new LinkedHashMap<>(defaults);
        for (Map.Entry<String, String> line : own.entrySet()) {
            if (!defaults.containsKey(line.getKey())) {
                String prefix = PREFIX + name + ".";
                throw SettingsException.about(file, List.of(prefix + line.getKey()), prefix + line.getKey() + " is no setting of the kind " + kind
                    + Values.nearest(line.getKey(), prefix, defaults.keySet()) + "; behind " + prefix + " stands one of: "
                    + String.join(", ", defaults.keySet()));
            }
            values.put(line.getKey(), line.getValue());
        }
        if (values.getOrDefault("timeout", "").isEmpty()) {
            values.put("timeout", time.toSeconds() + "s");
        }
        return new EngineReader(file, base, name, values).settings(kind);
    }

    private EngineSettings settings(String kind) throws SettingsException {
        int concurrency = values.containsKey("concurrency") ? value("concurrency", Values::count) : 1;
        Score weight = values.containsKey("weight") ? value("weight", Values::score) : Score.WORST;
        return new EngineSettings(name, value("required", Values::flag), value("timeout", Values::duration), concurrency, weight, switch (kind) {
            case "clamd" -> new EngineSettings.Clamd(each("address", Address::parse), value("max-size", Values::size));
            case "icap" -> new EngineSettings.Icap(each("address", EngineReader::service), new IcapOptions(
                value("method", text -> Keyword.parse(IcapOptions.Method.class, text)), value("preview", Values::flag), weight,
                value("max-size", Values::size), value("timeout", Values::duration), IcapOptions.defaults().connectTimeout(), concurrency));
            case "hash-list" -> new EngineSettings.HashList(each("files", base::resolve));
            case "yara" -> new EngineSettings.Yara(new YaraOptions(value("command", this::command), value("compiler", this::command),
                each("rules", base::resolve), weight, value("max-size", Values::size)));
            case "atp-cloud" -> new EngineSettings.AtpCloud(cloud());
            default -> throw new IllegalStateException(kind);
        });
    }

    private AtpCloudOptions cloud() throws SettingsException {
        URI address = value("address", EngineReader::uri);
        long maxSize = value("max-size", Values::size);
        Duration timeout = value("timeout", Values::duration);
        AtpCloudOptions rest = value("address", text -> AtpCloudOptions.of(address, new Secret.InVariable("UNUSED")));
        boolean submit = value("submit", Values::flag);
        List<String> types = value("types", Values::list);
        Secret token = Values.secret(file, PREFIX + name + ".token", values.getOrDefault("token", ""), base);
        return value("max-size", text -> new AtpCloudOptions(address, token, submit, types, maxSize, timeout, rest.connectTimeout(),
            rest.firstPoll(), rest.lastPoll()));
    }

    /** A path, or a name for {@code PATH}. */
    private String command(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a name to be found in PATH, or a path");
        }
        return text.indexOf('/') >= 0 ? base.resolve(text).toString() : text;
    }

    private static URI service(String text) {
        URI uri = uri(text);
        if (!"icap".equals(uri.getScheme()) && !"icaps".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("icap://host:port/service, or icaps:// with TLS");
        }
        return uri;
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("an address, not: " + e.getMessage(), e);
        }
    }

    private <T> List<T> each(String key, Function<String, T> parser) throws SettingsException {
        return value(key, text -> {
            List<T> parsed = Values.list(text).stream().map(parser).toList();
            if (parsed.isEmpty()) {
                throw new IllegalArgumentException("at least one, since it has no default");
            }
            return parsed;
        });
    }

    private <T> T value(String key, Function<String, T> parser) throws SettingsException {
        return Values.parse(file, PREFIX + name + "." + key, values.getOrDefault(key, ""), parser);
    }

    private static Map<String, Map<String, String>> kinds() {
        Map<String, Map<String, String>> kinds = new LinkedHashMap<>();
        kinds.put("clamd", keys("address", "", "max-size", "25M", "weight", "10", "concurrency", "8"));
        kinds.put("icap", keys("address", "", "method", Keyword.of(IcapOptions.defaults().method()), "preview", "true",
            "max-size", (IcapOptions.defaults().maxSize() >> 20) + "M", "weight", "10", "concurrency", "8"));
        kinds.put("hash-list", keys("files", "", "weight", "10"));
        kinds.put("yara", keys("rules", "", "command", "yara", "compiler", "yarac", "max-size", "25M", "weight", "10", "concurrency", "4"));
        kinds.put("atp-cloud", keys("address", "", "token", "", "submit", "true", "types", "",
            "max-size", (AtpCloudOptions.MAX_SIZE >> 20) + "M", "concurrency", "8"));
        return kinds;
    }

    private static Map<String, String> keys(String... own) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put(KIND, "");
        keys.put("required", "true");
        keys.put("timeout", "");
        for (int i = 0; i < own.length; i += 2) {
            keys.put(own[i], own[i + 1]);
        }
        return keys;
    }
}
