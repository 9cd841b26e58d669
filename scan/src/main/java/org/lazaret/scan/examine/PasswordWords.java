package org.lazaret.scan.examine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words of the mail's own text that could open its archives. A password that travels beside what it protects protects from scanners only.
 * For one thread.
 */
public final class PasswordWords {
    private static final int MAX_WORDS = 64;
    private static final int MAX_TEXT = 1 << 16;
    private static final int MAX_TEXTS = 32;
    private static final int MAX_LENGTH = 64;
    private static final int NEAR = 6;
    private static final Pattern KEY = Pattern.compile("(?iU).*("
            + "passw|pa\u00df|passcode|passphrase|passe|kennwort|losung|schl\u00fcssel|mot.?de|contrase|clave|wachtwoord|"
            + "has\u0142o|haslo|senha|palavra|parola|heslo|jelsz|\u015fifre|sifre|l\u00f6senord|adgangskode|salasana|"
            + "\u043f\u0430\u0440\u043e\u043b|\u5bc6\u7801|\u5bc6\u78bc|\u53e3\u4ee4|\u30d1\u30b9|\u6697\u8a3c|\uc554\ud638|"
            + "\ube44\ubc00|^pwd|^pw\\b|^pass\\b|^pin\\b|^code\\b|^key\\b|unlock|decrypt|entpack"
            + ").*");
    private static final Pattern TAG = Pattern.compile("<[^<>]{0,2000}>");
    private static final String QUOTES = "\"'`\u201e\u201c\u201d\u2018\u2019\u00ab\u00bb\u300c\u300d";
    private static final Pattern QUOTED = Pattern.compile("[" + QUOTES + "]([^\\s" + QUOTES + "]{3,64})[" + QUOTES + "]");
    private static final Pattern AROUND = Pattern.compile("^[(\\[<:=*_" + QUOTES + "]+|[)\\]>.,;:!?*_\u3002" + QUOTES + "]+$");
    private static final List<String> CUSTOMARY = List.of("infected", "password", "1234", "12345", "123456", "malware", "virus");

    private final List<byte[]> texts = new ArrayList<>();
    private List<String> words = List.of();
    private boolean changed = true;

    /** Adds text as it was decoded, HTML or not; only its beginning is looked at. */
    public void add(byte[] text, int length) {
        if (texts.size() < MAX_TEXTS && length > 0) {
            texts.add(Arrays.copyOf(text, Math.min(length, MAX_TEXT)));
            changed = true;
        }
    }

    /** Adds a line of the header. */
    public void add(String line) {
        if (texts.size() < MAX_TEXTS && !line.isBlank()) {
            texts.add(line.getBytes(StandardCharsets.UTF_8));
            changed = true;
        }
    }

    /** At most {@value #MAX_WORDS}, likeliest first. */
    public List<String> list() {
        if (changed) {
            words = choose();
            changed = false;
        }
        return words;
    }

    private List<String> choose() {
        Set<String> near = new LinkedHashSet<>();
        Set<String> quoted = new LinkedHashSet<>();
        Set<String> mixed = new LinkedHashSet<>();
        Set<String> rest = new LinkedHashSet<>();
        for (byte[] text : texts) {
            String plain = plain(new String(text, StandardCharsets.UTF_8));
            Matcher matcher = QUOTED.matcher(plain);
            while (matcher.find()) {
                quoted.add(matcher.group(1));
            }
            int left = 0;
            for (String token : plain.split("[\\s\u00a0\u3000]+")) {
                if (token.isEmpty() || token.length() > 200) {
                    continue;
                }
                boolean key = KEY.matcher(token).matches();
                if (key) {
                    left = NEAR;
                    int at = Math.max(token.lastIndexOf(':'), Math.max(token.lastIndexOf('='), token.lastIndexOf('\uff1a')));
                    if (at >= 0) {
                        spell(token.substring(at + 1), near);
                    }
                } else if (left-- > 0) {
                    spell(token, near);
                } else {
                    spell(token, telling(token) ? mixed : rest);
                }
            }
        }
        Set<String> all = new LinkedHashSet<>();
        fill(all, near, 24);
        fill(all, quoted, 32);
        fill(all, mixed, 48);
        CUSTOMARY.forEach(word -> fill(all, Set.of(word), MAX_WORDS));
        fill(all, rest, MAX_WORDS);
        fill(all, near, MAX_WORDS);
        fill(all, mixed, MAX_WORDS);
        return List.copyOf(all);
    }

    private static void fill(Set<String> all, Set<String> from, int upTo) {
        for (String word : from) {
            if (all.size() >= upTo) {
                return;
            }
            all.add(word);
        }
    }

    /** As it stands, and without what belongs to the sentence. */
    private static void spell(String token, Set<String> words) {
        String bare = AROUND.matcher(token).replaceAll("");
        for (String word : new String[] {bare, token}) {
            if (word.length() >= 2 && word.length() <= MAX_LENGTH) {
                words.add(word);
            }
        }
    }

    /** Digits and letters together, or a sign no word has. */
    private static boolean telling(String token) {
        boolean digit = token.chars().anyMatch(Character::isDigit);
        boolean letter = token.chars().anyMatch(Character::isLetter);
        boolean sign = token.chars().anyMatch(c -> "!@#$%^&*+=_-".indexOf(c) >= 0);
        return (digit || sign) && token.length() >= 4 && (letter || digit) && !token.contains("://") && token.length() <= 40;
    }

    private static String plain(String text) {
        if (!text.contains("<")) {
            return text;
        }
        return TAG.matcher(text).replaceAll(" ").replace("&nbsp;", " ").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">")
                .replace("&#39;", "'").replace("&amp;", "&");
    }
}
