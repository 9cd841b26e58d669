package org.lazaret.scan.mime;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.mime.Decoder.LineEnd;

/**
 * Walks over a message as its bytes are pushed, in constant memory and without recursion, whatever the nesting. Multiparts (RFC 2046,
 * section 5.1) are walked through; everything else is a leaf for the {@link Receiver}, embedded messages too.
 */
final class Walk extends OutputStream {

    /** Takes the leaves. */
    interface Receiver {
        /** A leaf begins; hands back what takes its body. */
        Decoder begin(Entity entity, int depth, boolean top) throws IOException;

        void end() throws IOException;

        /** A multipart or leaf was counted; false when no more are wanted, which ends the walk. */
        boolean part(int depth);
    }

    private static final int BUFFER = 1 << 16;

    private enum State { HEADER, BODY, ASIDE }

    private record Level(List<byte[]> boundaries, String childType) {
    }

    private final Receiver receiver;
    private final List<Level> levels = new ArrayList<>();
    private final byte[] buffer;
    private int filled;
    private State state = State.HEADER;
    private Fields fields = new Fields();
    private String defaultType = "text/plain";
    private boolean lineStart = true;
    private boolean headerLineOpen;
    private boolean top = true;
    private boolean stopped;
    private @Nullable Decoder decoder;

    Walk(Receiver receiver) {
        this.receiver = receiver;
        this.buffer = new byte[BUFFER];
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int position = offset;
        int end = offset + length;
        while (position < end && !stopped) {
            int count = Math.min(end - position, buffer.length - filled);
            System.arraycopy(bytes, position, buffer, filled, count);
            filled += count;
            position += count;
            if (filled == buffer.length) {
                process(false);
            }
        }
    }

    /** Ends the message. */
    void finish() throws IOException {
        if (!stopped) {
            process(true);
            if (state == State.HEADER) {
                endHeader();
            }
            endBody();
        }
    }

    private void process(boolean last) throws IOException {
        int position = 0;
        while (position < filled && !stopped) {
            if (lineStart && state == State.BODY && decoder != null) {
                int taken = decoder.run(buffer, position, filled);
                if (taken > 0) {
                    position += taken;
                    continue;
                }
            }
            int lf = position;
            while (lf < filled && buffer[lf] != '\n') {
                lf++;
            }
            if (lf < filled) {
                boolean crlf = lf > position && buffer[lf - 1] == '\r';
                line(position, crlf ? lf - 1 : lf, crlf ? LineEnd.CRLF : LineEnd.LF);
                position = lf + 1;
                lineStart = true;
            } else if (last) {
                line(position, filled, LineEnd.NONE);
                position = filled;
                lineStart = false;
            } else if (position == 0) {
                int stop = buffer[filled - 1] == '\r' ? filled - 1 : filled;
                line(0, stop, LineEnd.NONE);
                position = stop;
                lineStart = false;
            } else {
                break;
            }
        }
        System.arraycopy(buffer, position, buffer, 0, filled - position);
        filled -= position;
    }

    private void line(int from, int to, LineEnd end) throws IOException {
        if (lineStart && to - from > 2 && buffer[from] == '-' && buffer[from + 1] == '-' && delimiter(from, to)) {
            return;
        }
        switch (state) {
            case HEADER -> headerLine(from, to, end);
            case BODY -> {
                if (decoder != null) {
                    decoder.line(buffer, from, to, end);
                }
            }
            case ASIDE -> { }
        }
    }

    private void headerLine(int from, int to, LineEnd end) throws IOException {
        if (!lineStart) {
            fields.append(buffer, from, to);
            return;
        }
        if (from == to) {
            endHeader();
            return;
        }
        if (buffer[from] == ' ' || buffer[from] == '\t') {
            fields.append(buffer, from, to);
            return;
        }
        int colon = from;
        while (colon < to && buffer[colon] != ':') {
            colon++;
        }
        if (colon == to) {
            fields.finish();
            if (!top && end != LineEnd.NONE) {
                endHeader();
                line(from, to, end);
            }
            return;
        }
        int nameEnd = colon;
        while (nameEnd > from && (buffer[nameEnd - 1] == ' ' || buffer[nameEnd - 1] == '\t')) {
            nameEnd--;
        }
        String name = Fields.known(buffer, from, nameEnd);
        fields.begin(name == null ? "" : name, nameEnd == colon, buffer, colon + 1, to);
    }

    private void endHeader() throws IOException {
        fields.finish();
        Entity entity = Entity.of(fields, defaultType);
        fields = new Fields();
        if (!receiver.part(levels.size())) {
            stopped = true;
            return;
        }
        if (entity.multipart()) {
            List<byte[]> boundaries = new ArrayList<>();
            for (String boundary : entity.boundaries()) {
                boundaries.add(boundary.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            }
            levels.add(new Level(boundaries, entity.type().equals("multipart/digest") ? "message/rfc822" : "text/plain"));
            state = State.ASIDE;
        } else {
            decoder = receiver.begin(entity, levels.size(), top);
            state = State.BODY;
        }
        top = false;
    }

    private void endBody() throws IOException {
        if (decoder != null) {
            decoder.end();
            decoder = null;
            receiver.end();
        }
    }

    /** Whether the line separates or ends parts; if so acts on it. Inner levels first. */
    private boolean delimiter(int from, int to) throws IOException {
        for (int i = levels.size() - 1; i >= 0; i--) {
            for (byte[] boundary : levels.get(i).boundaries()) {
                int rest = from + 2 + boundary.length;
                if (rest > to || !java.util.Arrays.equals(buffer, from + 2, rest, boundary, 0, boundary.length)) {
                    continue;
                }
                boolean closes = rest + 1 < to && buffer[rest] == '-' && buffer[rest + 1] == '-';
                int blank = closes ? rest + 2 : rest;
                while (blank < to && (buffer[blank] == ' ' || buffer[blank] == '\t')) {
                    blank++;
                }
                if (blank < to) {
                    continue;
                }
                if (state == State.HEADER) {
                    endHeader();
                }
                endBody();
                while (levels.size() > i + 1) {
                    levels.removeLast();
                }
                if (closes) {
                    levels.removeLast();
                    state = State.ASIDE;
                } else {
                    defaultType = levels.get(i).childType();
                    state = State.HEADER;
                }
                return true;
            }
        }
        return false;
    }
}
