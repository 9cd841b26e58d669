package org.lazaret.policy.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Everything that is wrong in a settings file, where a start stops at the first of it. What {@link SettingsReader} refuses is noted and taken
 * out, and the rest is read again, until nothing is refused any more: so nothing is judged here a second time.
 */
public final class SettingsCheck {
    private static final String ENGINE = "engine.";
    /** What stands in for what an engine must have and has not, so that its other keys are read too. */
    private static final Map<String, String> STAND_INS = Map.of("clamd.address", "localhost:3310", "icap.address", "icap://localhost/scan",
        "atp-cloud.address", "https://localhost", "atp-cloud.token", "file:token", "hash-list.files", "list", "yara.rules", "rules");

    /**
     * Something that is wrong.
     *
     * @param line where, from 1; 0 for the file as a whole
     */
    public record Fault(int line, String text) {
    }

    private final Path base;
    private final List<Fault> faults = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, String> lines = new TreeMap<>();
    private final Set<String> named = new HashSet<>();
    private final Set<String> brokenEngines = new HashSet<>();
    private final Settings settings;

    private SettingsCheck(String text, Path base) {
        this.base = base;
        for (PropertyLine line : PropertyLine.parse(text)) {
            if (line.defect() != null) {
                faults.add(new Fault(line.number(), line.defect()));
            } else if (lines.putIfAbsent(line.key(), line.value()) != null) {
                faults.add(new Fault(line.number(), "given twice: " + line.key() + ", also in line " + line(line.key())));
            } else {
                numbers.put(line.key(), line.number());
            }
        }
        settings = settings();
        faults.sort(Comparator.comparingInt(Fault::line));
    }

    /** @param base folder that relative paths start at */
    public static SettingsCheck of(String text, Path base) {
        return new SettingsCheck(text, base);
    }

    /** In the order of their lines. */
    public List<Fault> faults() {
        return List.copyOf(faults);
    }

    /** What the file says that is allowed, and the defaults for the rest. */
    public Settings valid() {
        return settings;
    }

    /** Where a key stands; 0 for nowhere. */
    public int line(String key) {
        return numbers.getOrDefault(key, 0);
    }

    private Settings settings() {
        while (true) {
            try {
                Settings read = SettingsReader.read("", lines, base);
                if (brokenEngines.isEmpty()) {
                    return read;
                }
                brokenEngines.forEach(this::dropEngine);
                brokenEngines.clear();
            } catch (SettingsException e) {
                if (named.addAll(e.keys()) || e.keys().isEmpty()) {
                    faults.add(new Fault(place(e.keys()), String.valueOf(e.getMessage()).substring(": ".length())));
                }
                if (!takeOut(e.keys())) {
                    lines.clear();
                }
            }
        }
    }

    /** Where a fault is shown: at a line that it is about, or at the engine that lacks it. */
    private int place(List<String> keys) {
        for (String key : keys) {
            if (line(key) > 0) {
                return line(key);
            }
        }
        String kind = keys.isEmpty() ? "" : ENGINE + engine(keys.getFirst()) + ".kind";
        return line(kind) > 0 ? line(kind) : line("engines");
    }

    /** @return whether there is less to be refused now */
    private boolean takeOut(List<String> keys) {
        if (keys.contains("engines")) {
            return keepEngines();
        }
        boolean fewer = false;
        for (String key : keys) {
            fewer |= lines.remove(key) != null | standIn(key);
        }
        return fewer;
    }

    private boolean standIn(String key) {
        String name = engine(key);
        if (name.isEmpty()) {
            return false;
        }
        String own = key.substring(ENGINE.length() + name.length() + 1);
        String standIn = STAND_INS.get(lines.getOrDefault(ENGINE + name + ".kind", "") + "." + own);
        if (standIn != null) {
            brokenEngines.add(name);
            return lines.put(key, standIn) == null;
        }
        return own.equals("kind") && dropEngine(name);
    }

    /** Of the names of engines, those that are some. */
    private boolean keepEngines() {
        String said = lines.getOrDefault("engines", "");
        String kept = Values.list(said).stream().filter(EngineReader::isName).distinct().collect(Collectors.joining(", "));
        Values.list(said).stream().filter(name -> !EngineReader.isName(name)).forEach(this::dropEngine);
        lines.put("engines", kept);
        return !kept.equals(said);
    }

    private boolean dropEngine(String name) {
        Map<String, String> before = new LinkedHashMap<>(lines);
        lines.keySet().removeIf(key -> key.startsWith(ENGINE + name + "."));
        lines.computeIfPresent("engines", (key, names) -> Values.list(names).stream().filter(other -> !other.equals(name))
            .collect(Collectors.joining(", ")));
        return !before.equals(lines);
    }

    /** The engine that a key is about; empty for none. */
    private static String engine(String key) {
        int end = key.indexOf('.', ENGINE.length());
        return key.startsWith(ENGINE) && end > 0 ? key.substring(ENGINE.length(), end) : "";
    }
}
