package org.lazaret.scan.mime;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.mime.Decoder.LineEnd;

/**
 * Walks over a message as its bytes are pushed, in constant memory and without recursion, whatever the nesting. Multiparts (RFC 2046,
 * section 5.1) are walked through; everything else is a leaf for the {@link Receiver}, embedded messages too unless the reading wants raw
 * content. What stands before the first and behind the last delimiter is a leaf of text.
 *
 * <p>Work begins when the buffer is full, so where the pushed blocks are cut makes no difference.
 */
final class Walk extends OutputStream {

    /** Takes the leaves. */
    interface Receiver {
        /** A leaf begins; hands back what takes its body. */
        Decoder begin(Entity entity, int depth) throws IOException;

        void end() throws IOException;

        /** A multipart or leaf was counted; false when no more are wanted, which ends the walk. */
        boolean part();

        /** A multipart stands deeper than is looked into: it is a leaf. */
        void tooDeep(int depth);
    }

    private static final int FIRST_BUFFER = 1 << 14;
    private static final int BUFFER = 1 << 16;
    private static final int HEAD_LINES = 4;
    private static final int MAX_SEEN = 64;
    private static final Entity ASIDE = new Entity("text/plain", "", List.of(), "", true, false, List.of(), false, "");

    private static final Pattern SIGNED_NAMES = Pattern.compile("[a-z-]+(?:[ \\t]*:[ \\t]*[a-z0-9-]+)+[ \\t]*[:;]?(?: *[a-z]{1,2}=.*)?");

    private enum State { HEADER, BODY, ASIDE }

    private static final class Level {
        private final List<byte[]> boundaries;
        private final String childType;
        private boolean seen;

        Level(List<byte[]> boundaries, String childType) {
            this.boundaries = boundaries;
            this.childType = childType;
        }
    }

    private final Reading reading;
    private final Receiver receiver;
    private final int maxDepth;
    private final Set<Anomaly> anomalies = EnumSet.noneOf(Anomaly.class);
    private final List<Level> levels = new ArrayList<>();
    private final Set<String> undeclared = new HashSet<>();
    private byte[] buffer = new byte[FIRST_BUFFER];
    private int filled;
    private State state = State.HEADER;
    private Fields fields = new Fields();
    private Fields last = fields;
    private String defaultType = "text/plain";
    private LineEnd firstEnd = LineEnd.NONE;
    private boolean lineStart = true;
    private boolean top = true;
    private boolean stopped;
    private boolean partsInText;
    private boolean afterDashes;
    private boolean watched = true;
    private int headerLines;
    private int bodyLines;
    private byte @Nullable [] held;
    private LineEnd heldEnd = LineEnd.NONE;
    private String subject = "";
    private @Nullable Decoder decoder;

    /** @param maxDepth multiparts in each other that are walked through */
    Walk(Reading reading, Receiver receiver, int maxDepth) {
        this.reading = reading;
        this.receiver = receiver;
        this.maxDepth = maxDepth;
    }

    Set<Anomaly> anomalies() {
        return anomalies;
    }

    /** Whether some text holds what looks like parts: a message that came back as text, as a rule. */
    boolean partsInText() {
        return partsInText;
    }

    String subject() {
        return subject;
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
            if (filled == FIRST_BUFFER && buffer.length == FIRST_BUFFER) {
                buffer = Arrays.copyOf(buffer, BUFFER);
            } else if (filled == BUFFER) {
                process(false);
            }
        }
    }

    /** Ends the message. */
    void finish() throws IOException {
        if (!stopped) {
            process(true);
        }
        if (!stopped) {
            release();
            if (state == State.HEADER) {
                endHeader();
            }
            for (Level level : levels) {
                unclosed(level);
            }
        }
        endBody();
    }

    private void unclosed(Level level) {
        if (!level.boundaries.isEmpty()) {
            anomalies.add(level.seen ? Anomaly.BOUNDARY_UNCLOSED : Anomaly.BOUNDARY_MISSING);
        }
    }

    private void process(boolean end) throws IOException {
        int position = 0;
        while (position < filled && !stopped) {
            if (lineStart && decoder != null && held == null) {
                int taken = decoder.run(buffer, position, filled);
                if (taken > 0) {
                    position += taken;
                    continue;
                }
                if (taken == Decoder.MORE && position > 0 && !end) {
                    break;
                }
            }
            int stop = lineEnd(position, end);
            if (stop >= 0) {
                boolean lf = buffer[stop] == '\n';
                boolean crlf = lf && stop > position && buffer[stop - 1] == '\r';
                line(position, crlf ? stop - 1 : stop, crlf ? LineEnd.CRLF : lf ? LineEnd.LF : LineEnd.CR);
                position = stop + 1;
                lineStart = true;
            } else if (end) {
                line(position, filled, LineEnd.NONE);
                position = filled;
                lineStart = false;
            } else if (position == 0) {
                int part = buffer[filled - 1] == '\r' ? filled - 1 : filled;
                line(0, part, LineEnd.NONE);
                position = part;
                lineStart = false;
            } else {
                break;
            }
        }
        System.arraycopy(buffer, position, buffer, 0, filled - position);
        filled -= position;
    }

    /** The index of the byte that ends the line; -1 when it is not in the buffer yet. */
    private int lineEnd(int from, boolean end) {
        for (int i = from; i < filled; i++) {
            byte c = buffer[i];
            if (c > '\r' || c < 0) {
                continue;
            }
            if (c == '\n') {
                if (reading.ends() != Reading.Ends.CRLF_ONLY || i > from && buffer[i - 1] == '\r') {
                    return i;
                }
            } else if (c == '\r') {
                if (i + 1 == filled) {
                    if (end && reading.ends() == Reading.Ends.CR_TOO) {
                        return i;
                    }
                } else if (buffer[i + 1] != '\n') {
                    if (reading.ends() == Reading.Ends.CR_TOO) {
                        return i;
                    }
                    if (state == State.HEADER || buffer[i + 1] == '-' || i + 2 < filled && buffer[i + 1] == '\r' && buffer[i + 2] == '\n') {
                        anomalies.add(Anomaly.LINE_END);
                    }
                }
            } else if (c == 0 && (state == State.HEADER || buffer[from] == '-')) {
                anomalies.add(Anomaly.NUL);
            }
        }
        return -1;
    }

    private void line(int from, int to, LineEnd end) throws IOException {
        if (firstEnd == LineEnd.NONE) {
            firstEnd = end;
        }
        if (lineStart) {
            boolean dashes = to - from > 2 && buffer[from] == '-' && buffer[from + 1] == '-';
            if (dashes && delimiter(from, to, end)) {
                return;
            }
            if (state != State.HEADER && between(from, to, end, dashes)) {
                return;
            }
        }
        if (state == State.HEADER) {
            headerLine(from, to, end);
        } else {
            body(from, to, end);
        }
    }

    private void body(int from, int to, LineEnd end) throws IOException {
        if (decoder == null) {
            if (from == to) {
                return;
            }
            begin(ASIDE);
        }
        if (decoder != null) {
            decoder.line(buffer, from, to, end);
        }
    }

    /**
     * Looks for parts where there should be none: a header behind a line that looks like a delimiter, outside of all parts, or at the very
     * beginning of a body. A reader that looks for any part walks into it.
     */
    private boolean between(int from, int to, LineEnd end, boolean dashes) throws IOException {
        if (dashes && reading.every()) {
            String boundary = new String(buffer, from, to - from, StandardCharsets.ISO_8859_1).stripTrailing();
            boolean closes = boundary.endsWith("--") && undeclared.contains(boundary.substring(0, boundary.length() - 2));
            if (closes || undeclared.contains(boundary)) {
                release();
                endBody();
                if (closes) {
                    aside();
                } else {
                    state = State.HEADER;
                }
                return true;
            }
            release();
            held = Arrays.copyOfRange(buffer, from, to);
            heldEnd = end;
            afterDashes = true;
            return true;
        }
        boolean header = watched && from < to && (buffer[from] | 0x20) == 'c' && Fields.structural(buffer, from, to) != null && colonNear(from, to);
        header |= reading.every() && held != null && fieldLike(from, to);
        if (header && (afterDashes || state == State.ASIDE || bodyLines < HEAD_LINES)) {
            if (afterDashes && state == State.BODY) {
                partsInText = true;
            } else {
                anomalies.add(Anomaly.PART_ASIDE);
            }
            if (reading.every()) {
                if (held != null && undeclared.size() < MAX_SEEN) {
                    undeclared.add(new String(held, StandardCharsets.ISO_8859_1).stripTrailing());
                }
                boolean more = held == null && state == State.BODY;
                held = null;
                endBody();
                fields = more ? last.copy() : new Fields();
                state = State.HEADER;
                headerLine(from, to, end);
                afterDashes = false;
                return true;
            }
        }
        afterDashes = dashes;
        release();
        bodyLines++;
        return false;
    }

    private boolean fieldLike(int from, int to) {
        int colon = from;
        while (colon < to && colon < from + 40 && (letter(buffer[colon]) || buffer[colon] == '-')) {
            colon++;
        }
        return colon > from + 1 && colon < to && buffer[colon] == ':';
    }

    private boolean colonNear(int from, int to) {
        for (int i = from; i < Math.min(to, from + 40); i++) {
            if (buffer[i] == ':') {
                return true;
            }
        }
        return false;
    }

    /** Gives a line that only looked like a delimiter back to the body. */
    private void release() throws IOException {
        byte[] line = held;
        if (line != null) {
            held = null;
            if (decoder == null) {
                begin(ASIDE);
            }
            if (decoder != null) {
                decoder.line(line, 0, line.length, heldEnd);
            }
        }
    }

    private void headerLine(int from, int to, LineEnd end) throws IOException {
        if (!lineStart) {
            fields.append(buffer, from, to);
            return;
        }
        if (end != firstEnd && end != LineEnd.NONE) {
            anomalies.add(Anomaly.LINE_END);
        }
        if (from == to) {
            endHeader();
            return;
        }
        headerLines++;
        if (buffer[from] == ' ' || buffer[from] == '\t') {
            folded(from, to);
            return;
        }
        int colon = from;
        while (colon < to && buffer[colon] != ':') {
            colon++;
        }
        String name = colon < to ? Fields.known(buffer, from, colon) : null;
        if (name != null) {
            fields.begin(name, true, buffer, colon + 1, to);
            return;
        }
        if (obscured(from, to)) {
            return;
        }
        fields.finish();
        if (colon == to && !(headerLines == 1 && Fields.matches(buffer, from, to, "from ")) && !Fields.matches(buffer, from, to, ">from ")) {
            anomalies.add(Anomaly.FIELD_BROKEN);
            if (!reading.skipBroken()) {
                endHeader();
                if (!stopped) {
                    body(from, to, end);
                }
            }
        }
    }

    private void folded(int from, int to) throws IOException {
        int first = from;
        while (first < to && (buffer[first] == ' ' || buffer[first] == '\t')) {
            first++;
        }
        if (first == to) {
            if (headerLines > 1) {
                anomalies.add(Anomaly.FIELD_FOLDED);
            }
            if (reading.blankEnds()) {
                endHeader();
                return;
            }
        }
        if (Fields.structural(buffer, first, to) != null && colonNear(first, to) && !signedNames(first, to)) {
            anomalies.add(Anomaly.FIELD_FOLDED);
            obscured(first, to);
            return;
        }
        fields.append(buffer, first > from ? first - 1 : from, to);
    }

    /** Whether the line goes on with the names of signed fields, as in the {@code h=} of DKIM (RFC 6376, section 3.5). */
    private boolean signedNames(int from, int to) {
        String line = Fields.lower(new String(buffer, from, Math.min(to - from, 1000), StandardCharsets.ISO_8859_1));
        return SIGNED_NAMES.matcher(line).matches() && !line.endsWith("base64") && !line.endsWith("quoted-printable");
    }

    /** Whether the line spells a field that matters, with junk before, in or behind its name. */
    private boolean obscured(int from, int to) {
        int start = from;
        while (start < to && start < from + 16 && !letter(buffer[start])) {
            start++;
        }
        String name = Fields.structural(buffer, start, to);
        if (name == null) {
            return false;
        }
        int behind = start + name.length();
        if (behind < to && (letter(buffer[behind]) || buffer[behind] == '-') ) {
            return false;
        }
        anomalies.add(Anomaly.FIELD_NAME);
        int value = behind;
        while (value < to && value < behind + 16 && buffer[value] != ':') {
            value++;
        }
        boolean colon = value < to && buffer[value] == ':';
        fields.begin(name, false, buffer, colon ? value + 1 : behind, to);
        return true;
    }

    private static boolean letter(byte c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    private void endHeader() throws IOException {
        fields.finish();
        Entity entity = Entity.of(fields, defaultType, reading, anomalies);
        last = fields;
        fields = new Fields();
        headerLines = 0;
        bodyLines = 0;
        afterDashes = false;
        if (!receiver.part()) {
            stopped = true;
            return;
        }
        if (top) {
            subject = entity.subject();
        }
        top = false;
        boolean encoded = entity.encoding().equals("base64") || entity.encoding().equals("quoted-printable");
        boolean message = reading.raw() && !encoded && MessageAnalyser.embeds(entity.type());
        if ((entity.multipart() || message) && levels.size() >= maxDepth) {
            receiver.tooDeep(levels.size());
        } else if (entity.multipart() && !(reading.decodes() && encoded)) {
            push(entity);
            aside();
            return;
        } else if (message) {
            levels.add(new Level(List.of(), "text/plain"));
            defaultType = "text/plain";
            state = State.HEADER;
            return;
        }
        begin(entity);
        watched = !entity.type().startsWith("message/") && !entity.type().equals("text/rfc822-headers");
        state = State.BODY;
    }

    private void push(Entity entity) {
        List<byte[]> boundaries = new ArrayList<>();
        for (String boundary : entity.boundaries()) {
            byte[] bytes = boundary.getBytes(StandardCharsets.ISO_8859_1);
            boundaries.add(bytes);
            for (Level level : levels) {
                for (byte[] outer : level.boundaries) {
                    int common = Math.min(outer.length, bytes.length);
                    if (Arrays.equals(outer, 0, common, bytes, 0, common)) {
                        anomalies.add(Anomaly.BOUNDARY_REUSED);
                    }
                }
            }
        }
        levels.add(new Level(boundaries, entity.type().equals("multipart/digest") ? "message/rfc822" : "text/plain"));
    }

    private void aside() {
        state = State.ASIDE;
        watched = true;
    }

    private void begin(Entity entity) throws IOException {
        decoder = receiver.begin(entity, levels.size());
    }

    private void endBody() throws IOException {
        if (decoder != null) {
            decoder.end();
            decoder = null;
            receiver.end();
        }
    }

    /** Whether the line separates or ends parts; if so acts on it. Inner levels first, but for a reader that compares prefixes. */
    private boolean delimiter(int from, int to, LineEnd end) throws IOException {
        boolean near = false;
        for (int n = 0; n < levels.size(); n++) {
            int i = reading.prefix() ? n : levels.size() - 1 - n;
            Level level = levels.get(i);
            for (byte[] boundary : level.boundaries) {
                int rest = from + 2 + boundary.length;
                if (rest > to || !Arrays.equals(buffer, from + 2, rest, boundary, 0, boundary.length)) {
                    continue;
                }
                boolean closes = rest + 1 < to && buffer[rest] == '-' && buffer[rest + 1] == '-';
                int blank = closes ? rest + 2 : rest;
                while (blank < to && (buffer[blank] == ' ' || buffer[blank] == '\t')) {
                    blank++;
                }
                if (blank < to) {
                    near = true;
                    if (!reading.prefix()) {
                        continue;
                    }
                }
                if (end != firstEnd && end != LineEnd.NONE) {
                    anomalies.add(Anomaly.LINE_END);
                }
                split(i, closes);
                return true;
            }
        }
        if (near) {
            anomalies.add(Anomaly.BOUNDARY_REUSED);
        }
        return false;
    }

    private void split(int index, boolean closes) throws IOException {
        release();
        if (state == State.HEADER) {
            if (headerLines > 0) {
                anomalies.add(Anomaly.FIELD_BROKEN);
            }
            endHeader();
        }
        endBody();
        while (levels.size() > index + 1) {
            unclosed(levels.removeLast());
        }
        Level level = levels.get(index);
        level.seen = true;
        afterDashes = false;
        if (closes) {
            levels.removeLast();
            aside();
        } else {
            defaultType = level.childType;
            fields = new Fields();
            headerLines = 0;
            state = State.HEADER;
        }
    }
}
