package org.lazaret.policy.language;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every sentence of a part of the product in one language, from {@code NAME.TAG.properties} (UTF-8) beside a class; {@code {0}}, {@code {1}} …
 * stand for what is put in. What is put in is not looked at again. Numbers stand beside a text rather than in it ("Held mails: 3"), so no text
 * depends on plural forms.
 */
public final class Texts {
    private final Language language;
    private final Properties own;
    private final Properties english;

    private Texts(Language language, Properties own, Properties english) {
        this.language = language;
        this.own = own;
        this.english = english;
    }

    /**
     * Reads the texts of all languages.
     *
     * @throws IllegalStateException when the texts of a language are missing: a fault of ours
     */
    public static Map<Language, Texts> load(Class<?> beside, String name) {
        Properties english = read(beside, name, Language.EN);
        Map<Language, Texts> texts = new EnumMap<>(Language.class);
        for (Language language : Language.values()) {
            texts.put(language, new Texts(language, language == Language.EN ? english : read(beside, name, language), english));
        }
        return Collections.unmodifiableMap(texts);
    }

    private static Properties read(Class<?> beside, String name, Language language) {
        String file = name + "." + language.tag() + ".properties";
        Properties texts = new Properties();
        try (@Nullable InputStream in = beside.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing beside " + beside.getName());
            }
            try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
                texts.load(reader);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }

    public Language language() {
        return language;
    }

    /** The text of a key; one that English does not have either is a fault of ours. */
    public String say(String key, Object... values) {
        @Nullable String text = own.getProperty(key, english.getProperty(key));
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
        return english.containsKey(key);
    }

    /** The keys that this language itself has. */
    public Set<String> keys() {
        return own.stringPropertyNames();
    }
}
