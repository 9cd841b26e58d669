package org.lazaret.scan.document.pdf;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSDocument;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSNumber;
import org.apache.pdfbox.cos.COSObject;
import org.apache.pdfbox.cos.COSObjectKey;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.cos.COSString;
import org.apache.pdfbox.io.MemoryUsageSetting;
import org.apache.pdfbox.io.RandomAccessRead;
import org.apache.pdfbox.io.RandomAccessReadView;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.document.Charged;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;

/**
 * Encrypted PDF (ISO 32000-2, 7.6), opened by PDFBox with the empty password, which every viewer tries first, then with the words of the
 * mail. Scratch space of {@value #MAX_HEAP} bytes on the heap, more in a temporary file, at most {@value #MAX_SCRATCH}.
 */
final class Decryption {
    private static final int MAX_HEAP = 4 << 20;
    private static final long MAX_SCRATCH = 512L << 20;
    private static final int MAX_OBJECTS = 200_000;

    private Decryption() {
    }

    /** @return whether it could be opened; then all of it was judged */
    static boolean judge(Item item, Examination examination) throws IOException, LimitExceeded {
        List<String> passwords = new ArrayList<>();
        passwords.add("");
        passwords.addAll(examination.passwords());
        for (String password : passwords) {
            examination.checkTime();
            try (RandomAccessRead in = new ContentRead(item.content());
                 PDDocument document = Loader.loadPDF(in, password, null, null, MemoryUsageSetting.setupMixed(MAX_HEAP, MAX_SCRATCH).streamCache)) {
                walk(item, document.getDocument(), examination);
                return true;
            } catch (InvalidPasswordException e) {
                continue;
            } catch (Charged.Exhausted e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                return false;
            }
        }
        return false;
    }

    private static void walk(Item item, COSDocument document, Examination examination) throws IOException, LimitExceeded {
        PdfReading reading = new PdfReading(item, examination);
        PdfObjects objects = value -> value instanceof Value.Reference reference ? object(document, reference.number(), examination) : value;
        int count = 0;
        for (COSObjectKey key : List.copyOf(document.getXrefTable().keySet())) {
            if (++count > MAX_OBJECTS) {
                throw new LimitExceeded("encrypted PDF with more than " + MAX_OBJECTS + " objects");
            }
            if ((count & 0xff) == 0) {
                examination.checkTime();
            }
            COSBase base = document.getObjectFromPool(key).getObject();
            if (base != null) {
                reading.visit((int) key.getNumber(), convert(base, 0, examination));
            }
        }
        reading.conclude(objects, true);
    }

    private static @Nullable Value object(COSDocument document, int number, Examination examination) {
        for (COSObjectKey key : List.of(new COSObjectKey(number, 0))) {
            COSBase base = document.getObjectFromPool(key).getObject();
            if (base != null) {
                return convert(base, 0, examination);
            }
        }
        return null;
    }

    private static Value convert(COSBase base, int depth, Examination examination) {
        if (depth > Parser.MAX_DEPTH) {
            return Value.Other.OTHER;
        }
        if (base instanceof COSObject object && object.getKey() != null) {
            return new Value.Reference((int) object.getKey().getNumber());
        }
        if (base instanceof COSName name) {
            return new Value.Name(name.getName(), false);
        }
        if (base instanceof COSString string) {
            return new Value.Text(string.getBytes());
        }
        if (base instanceof COSNumber number) {
            return new Value.Number(number.longValue());
        }
        if (base instanceof COSArray array) {
            List<Value> elements = new ArrayList<>();
            for (int i = 0; i < Math.min(array.size(), Parser.MAX_ELEMENTS); i++) {
                COSBase element = array.get(i);
                if (element != null) {
                    elements.add(convert(element, depth + 1, examination));
                }
            }
            return new Value.Array(elements);
        }
        if (base instanceof COSDictionary dictionary) {
            Map<String, Value> entries = new LinkedHashMap<>();
            for (COSName key : dictionary.keySet()) {
                COSBase value = dictionary.getItem(key);
                if (value != null) {
                    entries.put(key.getName(), convert(value, depth + 1, examination));
                }
            }
            return new Value.Dictionary(entries, base instanceof COSStream stream ? new Decrypted(stream, examination) : null);
        }
        return Value.Other.OTHER;
    }

    private record Decrypted(COSStream stream, Examination examination) implements Value.Body {
        @Override
        public InputStream open() throws IOException {
            return new Charged(stream.createInputStream(), examination);
        }

        @Override
        public long packed() {
            return stream.getLength();
        }
    }

    /** PDFBox's view of a content. */
    private static final class ContentRead implements RandomAccessRead {
        private static final int WINDOW = 16 << 10;
        private final Content content;
        private final long size;
        private final byte[] window = new byte[WINDOW];
        private long start;
        private int filled;
        private long at;
        private boolean closed;

        ContentRead(Content content) {
            this.content = content;
            this.size = content.size();
        }

        @Override
        public int read() throws IOException {
            if (at >= size) {
                return -1;
            }
            if (at < start || at >= start + filled) {
                start = at;
                filled = Math.max(0, content.read(at, window, 0, WINDOW));
                if (filled == 0) {
                    return -1;
                }
            }
            return window[(int) (at++ - start)] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (at >= size) {
                return -1;
            }
            int got = content.read(at, target, offset, length);
            at += Math.max(got, 0);
            return got;
        }

        @Override
        public long getPosition() {
            return at;
        }

        @Override
        public void seek(long position) throws IOException {
            if (position < 0) {
                throw new EOFException("negative position");
            }
            at = Math.min(position, size);
        }

        @Override
        public long length() {
            return size;
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public boolean isEOF() {
            return at >= size;
        }

        @Override
        public RandomAccessReadView createView(long position, long length) {
            return new RandomAccessReadView(new ContentRead(content), position, length, true);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
