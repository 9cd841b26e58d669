package org.lazaret.portal.preview;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.MessageSource;

/**
 * Reads the parts of a message that people read. Tolerant, since held mail is often broken on purpose: what can be read is shown, and the
 * rest is left out without an error.
 *
 * <p>Limits: the first {@value #MAX_MESSAGE} bytes of the message, {@value #MAX_TEXT} bytes of text and as many of HTML, {@value #MAX_PARTS}
 * parts, {@value #MAX_DEPTH} levels, {@value #MAX_HEADER} characters of a header, {@value #MAX_RAW_HEADER} bytes of all of them.
 */
public final class PreviewReader {
    static final int MAX_MESSAGE = 1024 * 1024;
    static final int MAX_TEXT = 64 * 1024;
    static final int MAX_PARTS = 200;
    static final int MAX_DEPTH = 20;
    static final int MAX_HEADER = 1_000;
    static final int MAX_RAW_HEADER = 64 * 1024;

    private static final MimeConfig CONFIG = new MimeConfig.Builder()
        .setMaxLineLen(-1)
        .setMaxHeaderLen(64 * 1024)
        .setMaxHeaderCount(1_000)
        .setMaxContentLen(-1)
        .build();

    private String to = "";
    private String date = "";
    private @Nullable String text;
    private @Nullable String html;
    private boolean complete = true;

    private PreviewReader() {
    }

    /**
     * Reads the beginning of a message.
     *
     * @throws IOException when the message's bytes cannot be had
     */
    public static Preview read(MessageSource message) throws IOException {
        Beginning beginning = new Beginning();
        message.writeTo(beginning);
        PreviewReader reader = new PreviewReader();
        try {
            reader.walk(beginning.bytes());
        } catch (IOException | MimeException | RuntimeException | StackOverflowError e) {
            reader.complete = false;
        }
        return new Preview(header(beginning.bytes()), reader.to, reader.date, reader.text == null ? "" : reader.text,
            reader.html == null ? "" : reader.html, reader.complete && !beginning.cut());
    }

    private static String header(byte[] message) {
        int end = 0;
        boolean empty = true;
        while (end < message.length && end < MAX_RAW_HEADER) {
            byte each = message[end++];
            if (each == '\n') {
                if (empty) {
                    break;
                }
                empty = true;
            } else if (each != '\r') {
                empty = false;
            }
        }
        return guessed(message, end).strip();
    }

    private void walk(byte[] message) throws IOException, MimeException {
        MimeTokenStream stream = new MimeTokenStream(CONFIG);
        stream.setRecursionMode(RecursionMode.M_NO_RECURSE);
        stream.parse(new ByteArrayInputStream(message));
        int depth = 0;
        int parts = 0;
        boolean top = true;
        String disposition = "";
        for (EntityState state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
            switch (state) {
                case T_START_HEADER -> disposition = "";
                case T_FIELD -> {
                    Field field = stream.getField();
                    String name = field.getName().toLowerCase(Locale.ROOT);
                    if (name.equals("content-disposition")) {
                        disposition = field.getBody().strip().toLowerCase(Locale.ROOT);
                    } else if (top && name.equals("to") && to.isEmpty()) {
                        to = decoded(field.getBody());
                    } else if (top && name.equals("date") && date.isEmpty()) {
                        date = cut(field.getBody().strip());
                    }
                }
                case T_END_HEADER -> top = false;
                case T_START_MULTIPART -> {
                    if (++depth > MAX_DEPTH) {
                        complete = false;
                        return;
                    }
                }
                case T_END_MULTIPART -> depth--;
                case T_BODY -> {
                    if (++parts > MAX_PARTS) {
                        complete = false;
                        return;
                    }
                    if (!disposition.startsWith("attachment")) {
                        body(stream);
                    }
                }
                default -> {
                }
            }
            if (text != null && html != null) {
                return;
            }
        }
    }

    private void body(MimeTokenStream stream) throws IOException {
        BodyDescriptor descriptor = stream.getBodyDescriptor();
        String type = descriptor.getMimeType().toLowerCase(Locale.ROOT);
        if (type.equals("text/plain") && text == null) {
            text = content(stream, descriptor);
        } else if (type.equals("text/html") && html == null) {
            html = content(stream, descriptor);
        }
    }

    private String content(MimeTokenStream stream, BodyDescriptor descriptor) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        InputStream in = stream.getDecodedInputStream();
        byte[] buffer = new byte[4096];
        try {
            for (int read = in.read(buffer); read >= 0 && bytes.size() <= MAX_TEXT; read = in.read(buffer)) {
                bytes.write(buffer, 0, read);
            }
        } catch (IOException e) {
            complete = false;
        }
        int length = Math.min(bytes.size(), MAX_TEXT);
        if (bytes.size() > MAX_TEXT) {
            complete = false;
        }
        return string(bytes.toByteArray(), length, descriptor.getCharset());
    }

    private static String string(byte[] bytes, int length, @Nullable String charset) {
        if (charset != null) {
            try {
                Charset declared = Charset.forName(charset);
                if (!declared.equals(StandardCharsets.US_ASCII)) {
                    return new String(bytes, 0, length, declared);
                }
            } catch (IllegalArgumentException e) {
                return guessed(bytes, length);
            }
        }
        return guessed(bytes, length);
    }

    private static String guessed(byte[] bytes, int length) {
        try {
            return StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        }
    }

    private static String decoded(String body) {
        String unfolded = cut(body.replaceAll("\\s*\\r?\\n\\s+", " ").strip());
        try {
            return cut(DecoderUtil.decodeEncodedWords(unfolded, DecodeMonitor.SILENT));
        } catch (RuntimeException e) {
            return unfolded;
        }
    }

    private static String cut(String header) {
        return header.length() <= MAX_HEADER ? header : header.substring(0, MAX_HEADER) + "…";
    }

    /** Keeps the beginning and lets the rest go by. */
    private static final class Beginning extends OutputStream {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean cut;

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            int room = Math.min(length, MAX_MESSAGE - kept.size());
            kept.write(bytes, offset, room);
            cut |= room < length;
        }

        byte[] bytes() {
            return kept.toByteArray();
        }

        boolean cut() {
            return cut;
        }
    }
}
