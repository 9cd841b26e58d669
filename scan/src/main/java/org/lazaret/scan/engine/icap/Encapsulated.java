package org.lazaret.scan.engine.icap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in the body of an ICAP message: headers of HTTP at their offsets, and at last a body or none (RFC 3507, 4.4.1).
 *
 * @param headers their kinds and lengths in bytes, in order
 * @param body    {@code res-body} and the like, or {@code null-body}
 */
record Encapsulated(List<Header> headers, String body) {
    static final int MAX_HEADER = 64 * 1024;
    private static final Pattern MEMBER = Pattern.compile("(req-hdr|res-hdr|req-body|res-body|opt-body|null-body)=(\\d{1,7})");

    /** A header of HTTP; {@code kind} is {@code req-hdr} or {@code res-hdr}. */
    record Header(String kind, int length) {
    }

    static Encapsulated of(Headers icap) throws IOException {
        List<String> members = icap.list("encapsulated");
        if (members.isEmpty()) {
            throw new IOException("The ICAP server does not say what its answer holds (Encapsulated)");
        }
        List<Header> headers = new ArrayList<>();
        String kind = "";
        int offset = 0;
        for (String member : members) {
            Matcher matcher = MEMBER.matcher(member);
            if (!matcher.matches() || kind.endsWith("-body")) {
                throw odd(icap);
            }
            int next = Integer.parseInt(matcher.group(2));
            if (kind.isEmpty() ? next != 0 : next <= offset) {
                throw odd(icap);
            }
            if (!kind.isEmpty()) {
                headers.add(new Header(kind, next - offset));
            }
            kind = matcher.group(1);
            offset = next;
        }
        if (!kind.endsWith("-body") || offset > MAX_HEADER || headers.stream().map(Header::kind).distinct().count() != headers.size()) {
            throw odd(icap);
        }
        return new Encapsulated(headers, kind);
    }

    boolean hasBody() {
        return !body.equals("null-body");
    }

    private static IOException odd(Headers icap) {
        return new IOException("The ICAP server says of its answer what cannot be (Encapsulated: "
            + Answers.printable(String.join(", ", icap.all("encapsulated"))) + ")");
    }
}
