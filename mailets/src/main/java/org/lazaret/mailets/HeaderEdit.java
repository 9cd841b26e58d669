package org.lazaret.mailets;

import jakarta.mail.MessagingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.Mail;

/**
 * Changes header fields of the message itself (RFC 5322 section 2.2) on its raw bytes. All other bytes stay as they were, so that
 * signed parts stay valid and a broken body is no obstacle; setting a header through {@code MimeMessage} would parse and re-encode it.
 */
final class HeaderEdit {
    private static final Pattern PASSED_OVER = Pattern.compile("[\\x00-\\x20\\x7f]");

    /**
     * One header field.
     *
     * @param name lower case, without surrounding white space and control characters; empty for a line that is no field
     * @param raw  the field with its line ends, a character for each byte
     */
    record Field(String name, String raw) {
        static Field of(String name, String value) {
            return new Field(name.toLowerCase(Locale.ROOT), name + ": " + value + "\r\n");
        }

        /** A field's name as it is compared: lower case, without the white space and control characters that readers pass over. */
        static String normal(String name) {
            return PASSED_OVER.matcher(name).replaceAll("").toLowerCase(Locale.ROOT);
        }

        /** What stands behind the colon, unfolded; a character for each byte. */
        String value() {
            return raw.substring(raw.indexOf(':') + 1).replaceAll("\\r?\\n", "").strip();
        }
    }

    private HeaderEdit() {
    }

    /** Puts the message with the changed fields in place of the mail's. */
    static void apply(Mail mail, UnaryOperator<List<Field>> change) throws MessagingException, IOException {
        MimeMessageInputStreamSource source = MimeMessageInputStreamSource.create("Lazaret-" + UUID.randomUUID());
        try (OutputStream out = source.getWritableOutputStream(); Rewriter rewriter = new Rewriter(out, change)) {
            Transit.message(mail).writeTo(rewriter);
        } catch (IOException | RuntimeException e) {
            source.dispose();
            throw e;
        }
        if (mail instanceof MailImpl transit) {
            transit.setMessageContent(source);
        } else {
            mail.setMessage(new MimeMessageWrapper(source));
        }
    }

    /** Collects the header, writes the changed one, and passes on everything from the empty line on. */
    private static final class Rewriter extends OutputStream {
        private final OutputStream out;
        private final UnaryOperator<List<Field>> change;
        private final ByteArrayOutputStream header = new ByteArrayOutputStream(4096);
        private boolean lineIsEmpty = true;
        private boolean inHeader = true;

        Rewriter(OutputStream out, UnaryOperator<List<Field>> change) {
            this.out = out;
            this.change = change;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int position = offset;
            while (inHeader && position < offset + length) {
                byte b = bytes[position++];
                header.write(b);
                if (b == '\n') {
                    if (lineIsEmpty) {
                        endHeader();
                    }
                    lineIsEmpty = true;
                } else if (b != '\r') {
                    lineIsEmpty = false;
                }
            }
            if (!inHeader) {
                out.write(bytes, position, offset + length - position);
            }
        }

        @Override
        public void close() throws IOException {
            if (inHeader) {
                endHeader();
            }
            out.flush();
        }

        private void endHeader() throws IOException {
            inHeader = false;
            StringBuilder rest = new StringBuilder();
            List<Field> fields = parse(header.toString(StandardCharsets.ISO_8859_1), rest);
            for (Field field : change.apply(fields)) {
                out.write(field.raw().getBytes(StandardCharsets.ISO_8859_1));
                if (!field.raw().endsWith("\n")) {
                    out.write(new byte[] {'\r', '\n'});
                }
            }
            out.write(rest.toString().getBytes(StandardCharsets.ISO_8859_1));
            header.reset();
        }

        private static List<Field> parse(String header, StringBuilder rest) {
            List<Field> fields = new ArrayList<>();
            StringBuilder raw = new StringBuilder();
            int start = 0;
            while (start < header.length()) {
                int end = header.indexOf('\n', start) + 1;
                String line = header.substring(start, end == 0 ? header.length() : end);
                start += line.length();
                if (line.equals("\n") || line.equals("\r\n")) {
                    rest.append(line);
                    break;
                }
                if (!raw.isEmpty() && line.charAt(0) != ' ' && line.charAt(0) != '\t') {
                    fields.add(field(raw.toString()));
                    raw.setLength(0);
                }
                raw.append(line);
            }
            if (!raw.isEmpty()) {
                fields.add(field(raw.toString()));
            }
            return fields;
        }

        private static Field field(String raw) {
            int colon = raw.indexOf(':');
            return new Field(colon < 0 ? "" : Field.normal(raw.substring(0, colon)), raw);
        }
    }
}
