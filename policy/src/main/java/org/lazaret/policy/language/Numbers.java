package org.lazaret.policy.language;

import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Numbers as people of a language write them. */
public final class Numbers {
    private Numbers() {
    }

    /** Bytes, in the largest unit (of 1024) that leaves at least one. */
    public static String size(long bytes, Language language) {
        // French counts octets.
        String unit = language == Language.FR ? "o" : "B";
        if (bytes < 1024) {
            return bytes + " " + unit;
        }
        double value = bytes;
        String prefixes = "KMGT";
        int prefix = -1;
        while (value >= 1024 && prefix < prefixes.length() - 1) {
            value /= 1024;
            prefix++;
        }
        String number = String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
        return decimal(number, language) + " " + prefixes.charAt(prefix) + unit;
    }

    /** A number written with a point, with the language's own mark in its place. */
    public static String decimal(String number, Language language) {
        return number.replace('.', DecimalFormatSymbols.getInstance(language.locale()).getDecimalSeparator());
    }
}
