package org.lazaret.scan.engine.icap;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a service says of itself (RFC 3507, 4.10.2).
 *
 * @param preview        bytes it wants to see first; -1 for all at once
 * @param allows204      whether it may say at any time that nothing needs to be changed
 * @param connections    at most so many at once; {@link Integer#MAX_VALUE} when it does not say
 * @param whole          extensions it wants without a preview, in lower case; {@code *} for those that no other list names
 * @param previewed      extensions it wants with a preview, likewise
 * @param tag            ISTag: changes when its answers may change
 * @param untilNanoTime  when to ask again, as {@link System#nanoTime()}
 */
record Service(int preview, boolean allows204, int connections, List<String> whole, List<String> previewed, Optional<String> tag,
               long untilNanoTime) {
    private static final int MAX_PREVIEW = 64 * 1024;
    /** The server tells of new signatures by the tag only when it is asked. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** Reads an answer to OPTIONS. */
    static Service of(Headers headers, IcapOptions.Method method) throws IOException {
        List<String> methods = headers.list("methods");
        if (!methods.isEmpty() && methods.stream().noneMatch(method.name()::equalsIgnoreCase)) {
            throw new IOException("The ICAP service does " + Answers.printable(String.join(", ", methods)) + ", not " + method);
        }
        int preview = (int) Math.min(MAX_PREVIEW, number(headers, "preview").orElse(-1L));
        int connections = (int) Math.clamp(number(headers, "max-connections").orElse((long) Integer.MAX_VALUE), 1, Integer.MAX_VALUE);
        long seconds = Math.clamp(number(headers, "options-ttl").orElse(LONGEST.toSeconds()), 1, LONGEST.toSeconds());
        return new Service(preview, headers.list("allow").contains("204"), connections, headers.list("transfer-complete"),
            headers.list("transfer-preview"), tag(headers), System.nanoTime() + Duration.ofSeconds(seconds).toNanos());
    }

    static Optional<String> tag(Headers headers) {
        return headers.first("istag").map(tag -> Answers.printable(tag.replace("\"", ""))).filter(tag -> !tag.isEmpty());
    }

    Service with(Optional<String> newTag) {
        return new Service(preview, allows204, connections, whole, previewed, newTag, untilNanoTime);
    }

    boolean isCurrent() {
        return System.nanoTime() - untilNanoTime < 0;
    }

    /**
     * Whether to show it the beginning of a file first. What it would rather not see at all ({@code Transfer-Ignore}) it gets to see: it goes by
     * the extension, which the sender chose.
     */
    boolean wantsPreview(String fileName) {
        if (preview < 0) {
            return false;
        }
        String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (whole.contains(extension)) {
            return false;
        }
        return previewed.contains(extension) || !whole.contains("*");
    }

    private static Optional<Long> number(Headers headers, String name) throws IOException {
        Optional<String> value = headers.first(name);
        if (value.isPresent() && !value.get().matches("\\d{1,18}")) {
            throw new IOException("The ICAP server says " + name + ": " + Answers.printable(value.get()));
        }
        return value.map(Long::valueOf);
    }
}
