package org.lazaret.it.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.it.Received;

/**
 * What came out, and which mail of the mix it is or tells of.
 *
 * @param id of the mail; empty when it is about none, or about several
 */
public record Letter(Kind kind, String id, Sink.Arrival arrival) {

    /** What it is for its recipient. */
    public enum Kind { MAIL, WARNED, NOTICE, RELEASED, OTHER }

    private static final Pattern ID = Pattern.compile("\\b[a-z0-9]+-[0-9]+$");
    private static final Pattern ABOUT = Pattern.compile("(?m)^Subject: (.*?)\\s*$");

    static Letter of(Sink.Arrival arrival) {
        if (arrival.header("Auto-Submitted").isPresent()) {
            Matcher about = ABOUT.matcher(text(arrival));
            boolean notice = arrival.header("Message-ID").orElse("").startsWith("<notice-");
            return new Letter(notice ? Kind.NOTICE : Kind.OTHER, notice && about.find() ? id(about.group(1)) : "", arrival);
        }
        String id = id(arrival.header("Subject").orElse(""));
        if (arrival.header("X-Lazaret-Release").isPresent()) {
            return new Letter(Kind.RELEASED, id, arrival);
        }
        return new Letter(arrival.header("X-Lazaret-Verdict").isPresent() ? Kind.WARNED : Kind.MAIL, id, arrival);
    }

    /** Its text as far as it was kept: all of a notice. */
    public static String text(Sink.Arrival arrival) {
        try {
            return Received.of(arrival.beginning().getBytes(StandardCharsets.ISO_8859_1)).text();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String id(String subject) {
        return Optional.of(ID.matcher(subject)).filter(Matcher::find).map(Matcher::group).orElse("");
    }
}
