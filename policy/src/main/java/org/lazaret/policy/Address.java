package org.lazaret.policy;

import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A mail address in the one form in which addresses are compared: lower case, the domain in its ASCII form (RFC 5890), the local part in
 * NFC, unquoted where the quotes change nothing (RFC 5321 section 4.1.2). That local parts could differ by case is a right that nobody uses.
 *
 * @param local  without quotes
 * @param domain a domain name without a dot at its end
 */
public record Address(String local, String domain) {
    private static final int MAX_LOCAL = 64;
    private static final int MAX_DOMAIN = 253;
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    /** Characters that IDNA 2003, which Java has, maps to others, and IDNA 2008 (RFC 5891) does not: two domains would look like one. */
    private static final Pattern DEVIATIONS = Pattern.compile("[\u00DF\u1E9E\u03C2\u200C\u200D]");

    /** @throws IllegalArgumentException when the text is no address; the message is the reason */
    public static Address parse(String text) {
        int at = text.lastIndexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("'" + text + "' has no @");
        }
        String local = text.substring(0, at);
        var quoted = QUOTED.matcher(local);
        if (quoted.matches()) {
            local = quoted.group(1).replaceAll("\\\\(.)", "$1");
        } else if (local.chars().anyMatch(character -> "@<>()[]\\,;:\" ".indexOf(character) >= 0)) {
            throw new IllegalArgumentException("'" + local + "' is no local part of an address");
        }
        if (local.isEmpty() || local.length() > MAX_LOCAL || local.codePoints().anyMatch(Address::isUnfit)) {
            throw new IllegalArgumentException("'" + local + "' is no local part of an address");
        }
        return new Address(Normalizer.normalize(local, Normalizer.Form.NFC).toLowerCase(Locale.ROOT), domain(text.substring(at + 1)));
    }

    /** As {@link #parse}, empty when the text is no address. */
    public static Optional<Address> find(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * A domain name in the form in which domains are compared.
     *
     * @throws IllegalArgumentException when the text is none; the message is the reason
     */
    public static String domain(String text) {
        if (DEVIATIONS.matcher(text).find()) {
            throw new IllegalArgumentException("'" + text + "' is read differently by different programs: write it in its ASCII form (xn--…)");
        }
        String ascii;
        try {
            ascii = IDN.toASCII(text, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is no domain name", e);
        }
        if (ascii.endsWith(".")) {
            ascii = ascii.substring(0, ascii.length() - 1);
        }
        if (ascii.length() > MAX_DOMAIN || !DOMAIN.matcher(ascii).matches()) {
            throw new IllegalArgumentException("'" + text + "' is no domain name");
        }
        return ascii;
    }

    private static boolean isUnfit(int point) {
        return Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE || Character.getType(point) == Character.FORMAT;
    }

    @Override
    public String toString() {
        return local + "@" + domain;
    }
}
