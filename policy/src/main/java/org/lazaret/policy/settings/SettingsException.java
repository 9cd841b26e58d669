package org.lazaret.policy.settings;

/** A setting that cannot be used: names the file, the key, the value and what is allowed. */
public final class SettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    SettingsException(String message) {
        super(message);
    }

    static SettingsException of(String file, String key, String value, String allowed) {
        return new SettingsException(file + ": " + key + " = " + value + ": allowed is " + allowed);
    }
}
