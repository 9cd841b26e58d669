package org.lazaret.policy.settings;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.lazaret.policy.language.CustomText;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.settings.Settings.Wording;

/**
 * Reads what {@code lazaret.properties} says about the notice: {@code notice.*}. The operator's texts can be given once for all languages and,
 * behind a point, for one ({@code notice.message.de}); the language for everybody and for a domain or address ({@code notice.language.for.*}).
 */
final class NoticeReader {
    private static final String LANGUAGE_FOR = "notice.language.for.";
    private static final String[] TEXTS = {"notice.subject", "notice.message", "notice.link-text"};

    private final String file;
    private final Map<String, String> values;

    private NoticeReader(String file, Map<String, String> values) {
        this.file = file;
        this.values = values;
    }

    static Map<String, String> defaults() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("notice.from", "Mail quarantine <postmaster@localhost>");
        keys.put("notice.organisation", "");
        keys.put("notice.subject", "");
        keys.put("notice.message", "");
        keys.put("notice.link-text", "");
        keys.put("notice.learn-more-url", "");
        keys.put("notice.language", "en");
        keys.put("notice.per-hour", "5");
        return keys;
    }

    /** Whether a key is for a language or a recipient, and so read here even though it has no default. */
    static boolean isScoped(String key) {
        if (key.startsWith(LANGUAGE_FOR)) {
            return true;
        }
        for (String text : TEXTS) {
            if (key.startsWith(text + ".")) {
                return true;
            }
        }
        return false;
    }

    /** @param values every key with its value, scoped keys too */
    static Settings.Notice read(String file, Map<String, String> values) throws SettingsException {
        return new NoticeReader(file, values).notice();
    }

    private Settings.Notice notice() throws SettingsException {
        Map<Language, Wording> wordings = new EnumMap<>(Language.class);
        for (Language language : Language.values()) {
            wordings.put(language, new Wording(custom("notice.subject", language), custom("notice.message", language),
                custom("notice.link-text", language)));
        }
        Map<String, Language> languages = new HashMap<>();
        for (Map.Entry<String, String> line : values.entrySet()) {
            String key = line.getKey();
            if (key.startsWith(LANGUAGE_FOR)) {
                String reader = key.substring(LANGUAGE_FOR.length());
                if (!Values.isDomain(reader) && !Values.isAddress(reader)) {
                    throw SettingsException.of(file, key, line.getValue(), "a key that ends in a domain or an address, such as " + LANGUAGE_FOR
                        + "example.org");
                }
                if (languages.put(reader.toLowerCase(Locale.ROOT), value(key, Language::parse)) != null) {
                    throw SettingsException.about(file, List.of(key), "given twice: " + LANGUAGE_FOR + reader.toLowerCase(Locale.ROOT));
                }
            }
            for (String text : TEXTS) {
                if (key.startsWith(text + ".") && Language.of(key.substring(text.length() + 1)).isEmpty()) {
                    throw SettingsException.of(file, key, line.getValue(), "a key that ends in a language: " + Language.tags());
                }
            }
        }
        return new Settings.Notice(value("notice.from", Values::mailbox), value("notice.organisation", Values::line), wordings,
            value("notice.learn-more-url", Values::webAddress), value("notice.language", Language::parse), languages,
            value("notice.per-hour", Values::count));
    }

    /** The text for a language, else that for all; empty when there is neither. */
    private Optional<CustomText> custom(String key, Language language) throws SettingsException {
        Function<String, CustomText> parser = text -> CustomText.parse(key.equals("notice.message") ? Values.paragraphs(text) : Values.line(text));
        CustomText all = value(key, parser);
        CustomText own = value(key + "." + language.tag(), parser);
        return Stream.of(own, all).filter(text -> !text.toString().isEmpty()).findFirst();
    }

    private <T> T value(String key, Function<String, T> parser) throws SettingsException {
        return Values.parse(file, key, values.getOrDefault(key, ""), parser);
    }
}
