package org.lazaret.policy.language;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A language that all texts exist in. English is the first and stands in where another is missing. */
public enum Language {
    EN("en", "English"),
    DE("de", "Deutsch"),
    FR("fr", "Français"),
    ES("es", "Español"),
    IT("it", "Italiano"),
    NL("nl", "Nederlands"),
    PL("pl", "Polski"),
    PT("pt", "Português"),
    JA("ja", "日本語"),
    ZH("zh", "简体中文");

    /** Longest Accept-Language looked at; browsers send some dozens of characters. */
    private static final int MAX_HEADER = 1_000;

    private final String tag;
    private final String ownName;
    private final Locale locale;

    Language(String tag, String ownName) {
        this.tag = tag;
        this.ownName = ownName;
        this.locale = Locale.forLanguageTag(tag);
    }

    /** As in settings, URLs and HTML (BCP 47). */
    public String tag() {
        return tag;
    }

    /** What its speakers call it. */
    public String ownName() {
        return ownName;
    }

    public Locale locale() {
        return locale;
    }

    public static Optional<Language> of(String tag) {
        return Arrays.stream(values()).filter(language -> language.tag.equals(tag)).findFirst();
    }

    /** @throws IllegalArgumentException when there are no texts in it; the message is what is allowed */
    public static Language parse(String tag) {
        return of(tag).orElseThrow(() -> new IllegalArgumentException(tags()));
    }

    /** The tags of all, separated by commas. */
    public static String tags() {
        return Arrays.stream(values()).map(Language::tag).collect(Collectors.joining(", "));
    }

    /**
     * The language that a reader likes best of those there are, by header Accept-Language (RFC 9110). Regions do not matter: {@code pt-BR} is
     * Portuguese.
     */
    public static Optional<Language> accepted(String header) {
        if (header.length() > MAX_HEADER) {
            return Optional.empty();
        }
        try {
            // Highest weight first; equal ones as the reader put them.
            List<Locale.LanguageRange> ranges = Locale.LanguageRange.parse(header).stream()
                .sorted(Comparator.comparingDouble(Locale.LanguageRange::getWeight).reversed())
                .toList();
            return ranges.stream()
                .filter(range -> range.getWeight() > 0)
                .flatMap(range -> of(range.getRange().replaceAll("-.*", "")).stream())
                .findFirst();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
