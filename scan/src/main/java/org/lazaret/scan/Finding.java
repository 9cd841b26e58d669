package org.lazaret.scan;

import java.util.List;

/**
 * One reason for a score.
 *
 * @param rule     id of the rule that fired, such as {@code office.vba.autoexec}; what it means stands in {@link Rules}
 * @param weight   the rule's weight when it fired
 * @param path     where: names from the attachment down, such as {@code invoice.zip, a.docm, vbaProject.bin}; as found in the
 *                 mail, so escape before display
 * @param evidence what was seen, at most {@value #MAX_EVIDENCE} characters; as found in the mail, so escape before display; for
 *                 an engine its name and the signature's
 * @param sha256   lower-case hex of the SHA-256 of the bytes the rule looked at; empty when it looked at no content (a name, a
 *                 header)
 */
public record Finding(String rule, Score weight, List<String> path, String evidence, String sha256) {
    public static final int MAX_EVIDENCE = 200;

    public Finding {
        path = List.copyOf(path);
        if (evidence.length() > MAX_EVIDENCE) {
            evidence = evidence.substring(0, MAX_EVIDENCE - 1) + "…";
        }
    }

    /** The path for people: {@code invoice.zip › a.docm › vbaProject.bin}. */
    public String where() {
        return String.join(" › ", path);
    }
}
