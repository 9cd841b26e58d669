package org.lazaret.policy.language;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A text of the operator's, with placeholders from a closed list. Braces around anything but a name are literal; a name that is not on the list
 * is refused. There is no placeholder for the link: it is a capability and stands where the notice puts it, never in a subject.
 */
public final class CustomText {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_.-]*)}");

    /** What can be put in. */
    public enum Placeholder {
        /** Address of the reader. */
        RECIPIENT,
        /** Header From of the held mail. */
        SENDER,
        /** Subject of the held mail. */
        SUBJECT,
        /** Names of its attachments. */
        ATTACHMENTS,
        /** Its score, 0 to 10. */
        SCORE,
        /** When it was received. */
        RECEIVED,
        /** Until when the link works. */
        EXPIRES,
        /** {@code notice.organisation}. */
        ORGANISATION;

        static Optional<Placeholder> of(String name) {
            return Arrays.stream(values()).filter(one -> one.word().equals(name)).findFirst();
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final String text;

    private CustomText(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException when it holds an unknown placeholder; the message is what is allowed */
    public static CustomText parse(String text) {
        Matcher matcher = PLACEHOLDER.matcher(text);
        while (matcher.find()) {
            if (Placeholder.of(matcher.group(1)).isEmpty()) {
                throw new IllegalArgumentException("text with the placeholders "
                    + Arrays.stream(Placeholder.values()).map(one -> "{" + one.word() + "}").collect(Collectors.joining(", "))
                    + "; " + matcher.group() + " is none");
            }
        }
        return new CustomText(text);
    }

    /** The text with each placeholder's value in its place; values are not looked at again. Escape the whole for where it stands. */
    public String fill(Function<Placeholder, String> values) {
        return PLACEHOLDER.matcher(text).replaceAll(match ->
            Matcher.quoteReplacement(Placeholder.of(match.group(1)).map(values).orElseGet(match::group)));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CustomText that && that.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As written. */
    @Override
    public String toString() {
        return text;
    }
}
