package org.lazaret.quarantine.release;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lazaret.quarantine.crypto.Bytes;

/**
 * Where the parts of a message begin and end, as positions in its bytes, so that parts can be taken out and all else stays as it was.
 *
 * <p>Strict on purpose: a message that two readers could cut differently is {@link Indivisible}, since a part that is overlooked here would be
 * delivered outside of the protected zip. That covers headers with lines that are no fields or with repeated MIME fields, bare CR and NUL,
 * mixed line ends, boundaries that are missing, repeated, unclosed or nearly matched, and anything beyond the limits. Signed and encrypted
 * mail is indivisible because taking it apart would break it.
 */
sealed interface Structure {
    int MAX_DEPTH = 20;
    int MAX_PARTS = 1_000;
    int MAX_HEADER = 256 * 1024;

    /** The message can be cut. */
    record Divisible(Entity root, String newline) implements Structure {
    }

    /** The message must stay in one piece. */
    record Indivisible(String reason) implements Structure {
    }

    /**
     * A message or part.
     *
     * @param delimiterStart where its delimiter line begins; for the root 0
     * @param headerStart    where its header begins
     * @param bodyStart      behind the empty line
     * @param bodyEnd        before the line end that belongs to the next delimiter
     * @param next           where the next delimiter line begins; for the root the end
     * @param children       of a multipart
     * @param closing        of a multipart: where its closing delimiter line begins; otherwise -1
     */
    record Entity(Fields header, Parameters type, long delimiterStart, long headerStart, long bodyStart, long bodyEnd, long next,
                  List<Entity> children, long closing) {
        boolean multipart() {
            return type.value().startsWith("multipart/");
        }

        String boundary() {
            return type.parameters().getOrDefault("boundary", "");
        }

        Optional<Parameters> disposition() {
            return header.first("content-disposition").flatMap(Parameters::parse);
        }

        String encoding() {
            return header.first("content-transfer-encoding").map(value -> value.toLowerCase(Locale.ROOT)).orElse("7bit");
        }
    }

    static Structure of(Bytes message) throws IOException {
        try (InputStream in = message.input()) {
            return new Parser(in, message.size()).parse();
        } catch (Parser.Refused e) {
            return new Indivisible(String.valueOf(e.getMessage()));
        }
    }

    /** Reads line by line, with the open boundaries on a stack. */
    final class Parser {
        private static final int KEPT = 256;
        private static final Parameters DEFAULT_TYPE = new Parameters("text/plain", Map.of());
        private static final List<String> ENCODINGS = List.of("7bit", "8bit", "binary", "base64", "quoted-printable");
        private static final List<String> ONCE = List.of("content-type", "content-transfer-encoding", "content-disposition", "content-id",
            "mime-version");

        static final class Refused extends Exception {
            private static final long serialVersionUID = 1L;

            Refused(String reason) {
                super(reason);
            }
        }

        private final InputStream in;
        private final long size;
        private final byte[] buffer = new byte[1 << 16];
        private int buffered;
        private int taken;

        private final byte[] line = new byte[KEPT];
        private int kept;
        private long lineStart;
        private long position;
        private int terminator;
        private int previousTerminator;
        private boolean crlf;
        private boolean lf;
        private int parts;

        private final List<String> open = new ArrayList<>();

        Parser(InputStream in, long size) {
            this.in = in;
            this.size = size;
        }

        Structure parse() throws IOException, Refused {
            Entity root = entity(0, 0, 0);
            if (crlf && lf) {
                throw new Refused("lines end in different ways");
            }
            return new Divisible(root, lf ? "\n" : "\r\n");
        }

        private Entity entity(long delimiterStart, long headerStart, int depth) throws IOException, Refused {
            if (++parts > MAX_PARTS || depth > MAX_DEPTH) {
                throw new Refused("too many parts");
            }
            Fields header = header();
            for (String once : ONCE) {
                if (header.all(once).size() > 1) {
                    throw new Refused("a field is there twice: " + once);
                }
            }
            Parameters type = DEFAULT_TYPE;
            Optional<String> contentType = header.first("content-type");
            if (contentType.isPresent()) {
                type = Parameters.parse(contentType.get()).filter(parsed -> parsed.value().indexOf('/') > 0)
                    .orElseThrow(() -> new Refused("Content-Type is malformed"));
            }
            Optional<String> disposition = header.first("content-disposition");
            if (disposition.isPresent() && Parameters.parse(disposition.get()).isEmpty()) {
                throw new Refused("Content-Disposition is malformed");
            }
            if (type.value().matches("multipart/(signed|encrypted)|application/(x-)?pkcs7-mime|message/(partial|external-body)")) {
                throw new Refused("is " + type.value());
            }
            long bodyStart = position;
            if (type.value().startsWith("multipart/")) {
                return multipart(header, type, delimiterStart, headerStart, bodyStart, depth);
            }
            String encoding = header.first("content-transfer-encoding").map(value -> value.toLowerCase(Locale.ROOT)).orElse("7bit");
            if (!ENCODINGS.contains(encoding)) {
                throw new Refused("Content-Transfer-Encoding is unknown");
            }
            while (next()) {
                int delimiter = delimiter();
                if (delimiter >= 0) {
                    if (delimiter / 2 != open.size() - 1) {
                        throw new Refused("a multipart is not closed");
                    }
                    return new Entity(header, type, delimiterStart, headerStart, bodyStart, Math.max(bodyStart, lineStart - previousTerminator),
                        lineStart, List.of(), -1);
                }
            }
            if (!open.isEmpty()) {
                throw new Refused("a multipart is not closed");
            }
            return new Entity(header, type, delimiterStart, headerStart, bodyStart, size, size, List.of(), -1);
        }

        private Entity multipart(Fields header, Parameters type, long delimiterStart, long headerStart, long bodyStart, int depth)
            throws IOException, Refused {
            String boundary = type.parameters().getOrDefault("boundary", "");
            if (!boundary.matches("[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
                || type.parameters().keySet().stream().anyMatch(name -> name.startsWith("boundary*"))) {
                throw new Refused("a boundary is malformed");
            }
            String encoding = header.first("content-transfer-encoding").map(value -> value.toLowerCase(Locale.ROOT)).orElse("7bit");
            if (!encoding.matches("7bit|8bit|binary")) {
                throw new Refused("a multipart is encoded");
            }
            if (open.contains(boundary)) {
                throw new Refused("a boundary is used twice");
            }
            open.add(boundary);
            int own = (open.size() - 1) * 2;
            int found = -1;
            while (found < 0) {
                if (!next()) {
                    throw new Refused("a multipart has no parts");
                }
                found = delimiter();
            }
            List<Entity> children = new ArrayList<>();
            while (found == own) {
                Entity child = entity(lineStart, position, depth + 1);
                children.add(child);
                // The child stopped at a delimiter line, which is the current line.
                found = delimiter();
            }
            if (found != own + 1 || children.isEmpty()) {
                throw new Refused("boundaries are out of order");
            }
            long closing = lineStart;
            open.remove(open.size() - 1);
            while (next()) {
                int outer = delimiter();
                if (outer >= 0) {
                    if (outer / 2 != open.size() - 1) {
                        throw new Refused("a multipart is not closed");
                    }
                    return new Entity(header, type, delimiterStart, headerStart, bodyStart, Math.max(closing, lineStart - previousTerminator),
                        lineStart, children, closing);
                }
            }
            if (!open.isEmpty()) {
                throw new Refused("a multipart is not closed");
            }
            return new Entity(header, type, delimiterStart, headerStart, bodyStart, size, size, children, closing);
        }

        private Fields header() throws IOException, Refused {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            while (true) {
                if (!next(bytes)) {
                    throw new Refused("a header has no end");
                }
                if (delimiter() >= 0) {
                    throw new Refused("a header has no end");
                }
                if (bytes.size() > MAX_HEADER) {
                    throw new Refused("a header is too long");
                }
                if (terminator == 2) {
                    crlf = true;
                } else if (terminator == 1) {
                    lf = true;
                }
                if (position - lineStart == terminator && terminator > 0) {
                    break;
                }
            }
            Fields fields = Fields.parse(bytes.toByteArray());
            if (!fields.wellFormed()) {
                throw new Refused("a header is malformed");
            }
            return fields;
        }

        /** Twice the level of the open boundary that the current line delimits, one more when it closes it; -1 for any other line. */
        private int delimiter() throws Refused {
            if (kept < 2 || line[0] != '-' || line[1] != '-') {
                return -1;
            }
            String text = new String(line, 0, kept, StandardCharsets.ISO_8859_1);
            String trimmed = text.replaceAll("[ \\t]+$", "");
            boolean whole = position - lineStart - terminator == kept;
            for (int level = open.size() - 1; whole && level >= 0; level--) {
                String delimiter = "--" + open.get(level);
                if (trimmed.equals(delimiter)) {
                    return level * 2;
                }
                if (trimmed.equals(delimiter + "--")) {
                    return level * 2 + 1;
                }
            }
            for (String boundary : open) {
                if (text.startsWith("--" + boundary)) {
                    // Some readers take any line with this beginning for a delimiter.
                    throw new Refused("a line nearly matches a boundary");
                }
            }
            return -1;
        }

        private boolean next() throws IOException, Refused {
            return next(null);
        }

        /** Moves to the next line: its first bytes are in {@link #line}, all of it in the sink when there is one. */
        private boolean next(@Nullable ByteArrayOutputStream sink) throws IOException, Refused {
            previousTerminator = position == 0 ? 0 : terminator;
            lineStart = position;
            kept = 0;
            terminator = 0;
            boolean carriageReturn = false;
            while (true) {
                if (taken == buffered) {
                    buffered = in.read(buffer);
                    taken = 0;
                    if (buffered < 0) {
                        buffered = 0;
                        if (carriageReturn) {
                            throw new Refused("has a bare CR");
                        }
                        return position > lineStart;
                    }
                }
                byte value = buffer[taken++];
                position++;
                if (sink != null) {
                    sink.write(value);
                    if (sink.size() > MAX_HEADER) {
                        throw new Refused("a header is too long");
                    }
                }
                if (value == '\n') {
                    terminator = carriageReturn ? 2 : 1;
                    return true;
                }
                if (carriageReturn) {
                    throw new Refused("has a bare CR");
                }
                if (value == '\r') {
                    carriageReturn = true;
                } else if (kept < KEPT) {
                    line[kept++] = value;
                }
            }
        }
    }
}
