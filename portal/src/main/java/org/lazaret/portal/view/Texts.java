package org.lazaret.portal.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every sentence of the portal, from {@code texts.properties} (UTF-8); {@code {0}}, {@code {1}} … stand for what is put in. */
public final class Texts {
    private final Properties texts = new Properties();

    public Texts() {
        try (@Nullable InputStream in = Texts.class.getResourceAsStream("/org/lazaret/portal/texts.properties")) {
            if (in == null) {
                throw new IllegalStateException("texts.properties is missing beside the portal's classes");
            }
            try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
                texts.load(reader);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a key; a missing one is a fault of ours. */
    public String say(String key, Object... values) {
        @Nullable String text = texts.getProperty(key);
        if (text == null) {
            throw new IllegalStateException("No text " + key);
        }
        StringBuilder said = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '{' && at + 2 < text.length() && text.charAt(at + 2) == '}' && Character.isDigit(text.charAt(at + 1))) {
                said.append(values[text.charAt(at + 1) - '0']);
                at += 3;
            } else {
                said.append(c);
                at++;
            }
        }
        return said.toString();
    }

    public boolean knows(String key) {
        return texts.containsKey(key);
    }

    public Set<String> keys() {
        return texts.stringPropertyNames();
    }
}
