package org.lazaret.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Constants of an enum as they are written in configuration, matchers and REST: lower case, with dashes. */
public final class Keyword {
    private Keyword() {
    }

    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Every keyword of an enum, separated by commas. */
    public static <E extends Enum<E>> String all(Class<E> constants) {
        return Arrays.stream(constants.getEnumConstants()).map(Keyword::of).collect(Collectors.joining(", "));
    }

    /** @throws IllegalArgumentException when no constant is written so; the message is what is allowed */
    public static <E extends Enum<E>> E parse(Class<E> constants, String text) {
        return Arrays.stream(constants.getEnumConstants())
            .filter(constant -> of(constant).equals(text))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(all(constants)));
    }
}
