package org.lazaret.policy.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which settings can be changed while the server runs. All others are what the server is built from at its start, or decide who may change
 * settings: those stand in the file alone.
 */
public final class RunTimeKeys {
    private static final List<String> PREFIXES = List.of("action.", "threshold.", "outbound.", "for.", "defer.", "lists.", "warning.", "retention.",
        "notice.", "administrators.");
    private static final List<String> KEYS = List.of("retention", "quota", "quota.when-full", "portal.mode", "portal.scope", "portal.link-validity",
        "portal.undo", "release.password", "release.marker-validity");
    private static final Map<String, String> REASONS = reasons();

    private RunTimeKeys() {
    }

    public static boolean contain(String key) {
        return KEYS.contains(key) || PREFIXES.stream().anyMatch(key::startsWith);
    }

    /** Why a key cannot be changed while the server runs. */
    public static String whyNot(String key) {
        return REASONS.entrySet().stream().filter(reason -> key.startsWith(reason.getKey())).map(Map.Entry::getValue).findFirst()
            .orElse("It is read at the start.");
    }

    private static Map<String, String> reasons() {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (String store : List.of("quarantine.", "secrets.", "content.", "index.")) {
            reasons.put(store, "The store is opened at the start, and these settings are kept in it.");
        }
        reasons.put("portal.bind", "The portal listens there from the start on.");
        reasons.put("portal.url", "Cookies and the check of where forms come from hang on it from the start on.");
        reasons.put("portal.tls.", "The portal listens with this certificate from the start on; a renewed one in the same files is taken up.");
        reasons.put("portal.", "Who may do what in the portal is decided outside of it.");
        reasons.put("queue.", "It belongs to mailetcontainer.xml, which is read at the start.");
        reasons.put("scan.", "The classification is set up at the start.");
        reasons.put("limits.", "The classification is set up at the start.");
        reasons.put("engine", "Engines are connected at the start.");
        reasons.put("settings.", "It says which stored settings do not count.");
        return reasons;
    }
}
