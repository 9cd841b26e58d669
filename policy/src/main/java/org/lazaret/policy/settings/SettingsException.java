package org.lazaret.policy.settings;

import java.util.List;

/** A setting that cannot be used: names where it stands, the key, the value and what is allowed. */
public final class SettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> keys;
    private final String explanation;

    SettingsException(String message) {
        super(message);
        this.keys = List.of();
        this.explanation = message;
    }

    private SettingsException(String message, List<String> keys, String explanation) {
        super(message);
        this.keys = keys;
        this.explanation = explanation;
    }

    static SettingsException of(String file, String key, String value, String allowed) {
        return new SettingsException(file + ": " + key + " = " + value + ": allowed is " + allowed, List.of(key), "Allowed is " + allowed);
    }

    /** One that is about these keys together, or a key itself; the explanation names them. */
    static SettingsException about(String file, List<String> keys, String explanation) {
        return new SettingsException(file + ": " + explanation, keys, explanation);
    }

    /** The same, said of another place. */
    SettingsException with(String message) {
        return new SettingsException(message, keys, explanation);
    }

    /** What it is about; empty when it is about the text as a whole. */
    public List<String> keys() {
        return keys;
    }

    /** What is wrong, without saying where it stands. */
    public String explanation() {
        return explanation;
    }
}
