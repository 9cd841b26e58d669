package org.lazaret.scan.document.pdf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.document.Charged;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.inspect.Slice;

/**
 * Reads every object of a file from front to back, cross-reference tables aside: what a repairing viewer can reach is reached, old
 * revisions included. Object streams are inflated and read the same way. Keeps offsets, not objects.
 *
 * <p>Limits: {@value #MAX_OBJECTS} objects, {@value #MAX_OBJECT_STREAM} bytes of one object stream.
 */
final class PdfFile implements PdfObjects {
    static final int MAX_OBJECTS = 500_000;
    static final int MAX_OBJECT_STREAM = 16 << 20;
    private static final int MAX_CACHED = 2_000;

    /** Takes every value as it is met. */
    interface Visitor {
        void visit(int number, Value value) throws IOException;
    }

    private final Content content;
    private final Source source;
    private final Examination examination;
    private int[] numbers = new int[64];
    private long[] offsets = new long[64];
    private int count;
    private final Map<Integer, Value> packed = new HashMap<>();
    private final Map<Integer, Value> cache = new HashMap<>();
    private final Set<Long> read = new HashSet<>();
    private final List<Value.Dictionary> objectStreams = new ArrayList<>();
    private long @Nullable [] index;
    boolean objectStreamsUnread;

    PdfFile(Content content, Examination examination) {
        this.content = content;
        this.source = Source.of(content);
        this.examination = examination;
    }

    /** @throws LimitExceeded when there are more objects than any document has */
    void scan(Visitor visitor) throws IOException, LimitExceeded {
        long at = 0;
        long size = source.size();
        Deque<Long> referred = new ArrayDeque<>();
        int steps = 0;
        while (at < size) {
            if ((++steps & 0xffff) == 0) {
                examination.checkTime();
            }
            int c = source.get(at);
            if (c >= '0' && c <= '9') {
                long body = objectBody(at);
                if (body > 0) {
                    at = Math.max(object(at, body, visitor), at + 1);
                } else {
                    while (c >= '0' && c <= '9') {
                        c = source.get(++at);
                    }
                }
            } else if (c == '<' && source.get(at + 1) == '<') {
                Parser parser = new Parser(source, at);
                visitor.visit(-1, parser.value());
                at = Math.max(parser.position(), at + 2);
            } else if (c == 'x' && source.startsWith("xref", at)) {
                at = table(at + 4, referred);
            } else if (c == '%') {
                while (c >= 0 && c != '\n' && c != '\r' && objectBody(at) < 0) {
                    c = source.get(++at);
                }
            } else {
                at++;
            }
        }
        index = null;
        while (!referred.isEmpty()) {
            long offset = referred.removeFirst();
            if (!read.contains(offset)) {
                Parser space = new Parser(source, offset);
                space.skipSpace();
                long body = objectBody(space.position());
                if (body > 0 && !read.contains(space.position())) {
                    object(space.position(), body, visitor);
                }
            }
        }
        index = null;
        for (Value.Dictionary objectStream : objectStreams) {
            examination.checkTime();
            objectStream(objectStream, visitor);
        }
    }

    /** Position behind {@code N G obj}; -1 when the text is another. */
    private long objectBody(long from) throws IOException {
        long at = from;
        int digits = 0;
        int c = source.get(at);
        while (c >= '0' && c <= '9' && digits++ < 12) {
            c = source.get(++at);
        }
        if (digits == 0 || !Parser.isSpace(c)) {
            return -1;
        }
        while (Parser.isSpace(c)) {
            c = source.get(++at);
        }
        digits = 0;
        while (c >= '0' && c <= '9' && digits++ < 6) {
            c = source.get(++at);
        }
        if (digits == 0) {
            return -1;
        }
        while (Parser.isSpace(c)) {
            c = source.get(++at);
        }
        return c == 'o' && source.startsWith("obj", at) ? at + 3 : -1;
    }

    private int number(long at) throws IOException {
        long number = 0;
        long position = at;
        int c = source.get(position);
        while (c >= '0' && c <= '9') {
            number = Math.min(number * 10 + c - '0', Integer.MAX_VALUE);
            c = source.get(++position);
        }
        return (int) number;
    }

    private long object(long at, long body, Visitor visitor) throws IOException, LimitExceeded {
        int number = number(at);
        if (count >= MAX_OBJECTS) {
            throw new LimitExceeded("PDF with more than " + MAX_OBJECTS + " objects");
        }
        if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, count * 2);
            offsets = Arrays.copyOf(offsets, count * 2);
        }
        numbers[count] = number;
        offsets[count++] = body;
        read.add(at);
        index = null;
        long[] end = new long[1];
        Value value = parse(body, end);
        visitor.visit(number, value);
        if (value instanceof Value.Dictionary dictionary && dictionary.body() != null && isNamed(dictionary.get("Type"), "ObjStm")) {
            objectStreams.add(dictionary);
        }
        return end[0];
    }

    private static boolean isNamed(@Nullable Value value, String name) {
        return value instanceof Value.Name own && own.text().equals(name)
            || value instanceof Value.Array array && array.elements().stream().anyMatch(element -> isNamed(element, name));
    }

    private Value parse(long body, long[] end) throws IOException {
        Parser parser = new Parser(source, body);
        Value value = parser.value();
        end[0] = parser.position();
        if (!(value instanceof Value.Dictionary dictionary)) {
            return value;
        }
        parser.skipSpace();
        long at = parser.position();
        if (!source.startsWith("stream", at)) {
            return value;
        }
        at += 6;
        if (source.get(at) == '\r') {
            at++;
        }
        if (source.get(at) == '\n') {
            at++;
        }
        long start = at;
        long length = streamLength(dictionary, start);
        end[0] = Math.min(start + length, source.size());
        Value.Dictionary[] self = new Value.Dictionary[1];
        Value.Body data = new Value.Body() {
            @Override
            public InputStream open() throws IOException {
                Slice packed = new Slice(content, start, start + length);
                return Filters.open(packed, Filters.names(self[0], PdfFile.this), self[0], PdfFile.this, examination);
            }

            @Override
            public long packed() {
                return length;
            }
        };
        self[0] = new Value.Dictionary(dictionary.entries(), data);
        return self[0];
    }

    /** The declared length when an end mark follows there, else what lies before the next end mark. */
    private long streamLength(Value.Dictionary dictionary, long start) throws IOException {
        if (dictionary.get("Length") instanceof Value.Number number && number.value() >= 0 && number.value() <= source.size() - start) {
            Parser parser = new Parser(source, start + number.value());
            for (int i = 0; i < 3 && Parser.isSpace(source.get(parser.position())); i++) {
                parser = new Parser(source, parser.position() + 1);
            }
            if (source.startsWith("endstream", parser.position())) {
                return number.value();
            }
        }
        long end = source.find("endstream", start, source.size());
        if (end < 0) {
            end = source.find("endobj", start, source.size());
        }
        return (end < 0 ? source.size() : end) - start;
    }

    private void objectStream(Value.Dictionary dictionary, Visitor visitor) throws IOException, LimitExceeded {
        Value.Body body = dictionary.body();
        if (body == null) {
            return;
        }
        byte[] bytes;
        try (InputStream in = body.open()) {
            bytes = readAtMost(in, MAX_OBJECT_STREAM);
        }
        if (bytes.length >= MAX_OBJECT_STREAM) {
            throw new LimitExceeded("PDF object stream larger than " + MAX_OBJECT_STREAM + " bytes");
        }
        Source inner = Source.of(bytes);
        Parser header = new Parser(inner, 0);
        long first = resolve(dictionary.get("First")) instanceof Value.Number number ? number.value() : -1;
        Map<Integer, Integer> at = new HashMap<>();
        int pairs = 0;
        while (pairs < MAX_OBJECTS && (first < 0 || header.position() < first)) {
            header.skipSpace();
            int c = inner.get(header.position());
            if (c < '0' || c > '9') {
                break;
            }
            Value number = header.value();
            Value offset = header.value();
            if (number instanceof Value.Number n && offset instanceof Value.Number o) {
                at.put((int) Math.min(o.value(), bytes.length), (int) Math.min(n.value(), Integer.MAX_VALUE));
            }
            pairs++;
        }
        long base = first >= 0 && first <= bytes.length ? first : header.position();
        objectStreamsUnread |= at.isEmpty() && bytes.length == 0;
        for (Map.Entry<Integer, Integer> entry : at.entrySet()) {
            Value value = new Parser(inner, base + entry.getKey()).value();
            if (packed.size() < MAX_OBJECTS && worthKeeping(value)) {
                packed.putIfAbsent(entry.getValue(), value);
            }
            visitor.visit(entry.getValue(), value);
        }
    }

    private static boolean worthKeeping(Value value) {
        return switch (value) {
            case Value.Dictionary dictionary -> !dictionary.has("Parent") || dictionary.has("AA") || dictionary.has("A");
            case Value.Text text -> text.bytes().length < 1 << 16;
            case Value.Array array -> array.elements().size() < 10_000;
            case Value.Number number -> true;
            case Value.Name name -> true;
            case Value.Reference reference -> true;
            case Value.Other other -> false;
        };
    }

    static byte[] readAtMost(InputStream in, int limit) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            while (out.size() < limit) {
                int got = in.read(buffer, 0, Math.min(buffer.length, limit - out.size()));
                if (got < 0) {
                    break;
                }
                out.write(buffer, 0, got);
            }
        } catch (Charged.Exhausted e) {
            throw e;
        } catch (IOException e) {
            // A defect of the stream: what was read stands.
        }
        return out.toByteArray();
    }

    private long table(long from, Deque<Long> referred) throws IOException {
        Parser parser = new Parser(source, from);
        while (true) {
            parser.skipSpace();
            int c = source.get(parser.position());
            if (c < '0' || c > '9' || objectBody(parser.position()) > 0) {
                return parser.position();
            }
            Value first = parser.value();
            Value second = parser.value();
            parser.skipSpace();
            int kind = source.get(parser.position());
            if (kind == 'n' && first instanceof Value.Number offset && second instanceof Value.Number) {
                if (offset.value() > 0 && offset.value() < source.size() && referred.size() < MAX_OBJECTS) {
                    referred.add(offset.value());
                }
                parser = new Parser(source, parser.position() + 1);
            } else if (kind == 'f') {
                parser = new Parser(source, parser.position() + 1);
            }
        }
    }

    @Override
    public @Nullable Value resolve(@Nullable Value value) throws IOException {
        Value now = value;
        for (int hop = 0; hop < 16 && now instanceof Value.Reference reference; hop++) {
            now = object(reference.number());
        }
        return now instanceof Value.Reference ? null : now;
    }

    private @Nullable Value object(int number) throws IOException {
        Value cached = cache.get(number);
        if (cached != null) {
            return cached;
        }
        long offset = offset(number);
        Value value = offset < 0 ? packed.get(number) : parse(offset, new long[1]);
        if (value != null && cache.size() < MAX_CACHED) {
            cache.put(number, value);
        }
        return value;
    }

    /** Where the last object of a number begins. */
    private long offset(int number) {
        long[] sorted = index;
        if (sorted == null) {
            sorted = new long[count];
            for (int i = 0; i < count; i++) {
                sorted[i] = (long) numbers[i] << 20 | i;
            }
            Arrays.sort(sorted);
            index = sorted;
        }
        int at = Arrays.binarySearch(sorted, ((long) number + 1) << 20);
        int last = (at < 0 ? -at - 1 : at) - 1;
        return last >= 0 && sorted[last] >> 20 == number ? offsets[(int) (sorted[last] & 0xfffff)] : -1;
    }
}
