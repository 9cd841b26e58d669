package org.lazaret.scan.document.pdf;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.filter.FilterFactory;
import org.lazaret.scan.document.Charged;
import org.lazaret.scan.inspect.Examination;

/**
 * Undoes stream filters (ISO 32000-2, 7.4) as far as they carry data rather than pictures. What a damaged filter gave before its defect
 * is kept. Every stage counts against the mail, so that nested filters cannot multiply.
 */
final class Filters {
    /** More stages than any writer makes. */
    static final int USUAL = 4;
    private static final int MAX_STAGES = 12;

    private Filters() {
    }

    /** Names of the filters of a stream, in order; unknown to the reader are kept too. */
    static List<String> names(Value.Dictionary dictionary, PdfObjects objects) throws IOException {
        List<String> names = new ArrayList<>();
        for (String key : List.of("Filter", "F")) {
            Value value = objects.resolve(dictionary.get(key));
            if (value instanceof Value.Name name) {
                names.add(name.text());
            } else if (value instanceof Value.Array array) {
                for (Value element : array.elements()) {
                    if (objects.resolve(element) instanceof Value.Name name) {
                        names.add(name.text());
                    }
                }
            }
        }
        return names;
    }

    static InputStream open(InputStream raw, List<String> names, Value.Dictionary dictionary, PdfObjects objects,
        Examination examination) throws IOException {
        InputStream in = raw;
        int stage = 0;
        for (String name : names) {
            if (stage++ >= MAX_STAGES) {
                break;
            }
            switch (name) {
                case "FlateDecode", "Fl" -> in = unpredicted(new Charged(new Inflating(in), examination), dictionary, objects, stage - 1);
                case "ASCIIHexDecode", "AHx" -> in = new Charged(new Hexadecimal(in), examination);
                case "ASCII85Decode", "A85", "LZWDecode", "LZW", "RunLengthDecode", "RL" -> in = viaLibrary(in, name, dictionary, objects,
                    examination);
                case "Crypt" -> { }
                default -> {
                    return in;
                }
            }
        }
        return in;
    }

    private static InputStream viaLibrary(InputStream in, String name, Value.Dictionary dictionary, PdfObjects objects, Examination examination)
        throws IOException {
        COSDictionary parameters = new COSDictionary();
        COSDictionary own = new COSDictionary();
        if (number(dictionary, objects, "EarlyChange", 1, 0) == 0) {
            own.setInt(COSName.EARLY_CHANGE, 0);
        }
        parameters.setItem(COSName.DECODE_PARMS, own);
        Bounded out = new Bounded(examination);
        try {
            FilterFactory.INSTANCE.getFilter(name).decode(in, out, parameters, 0);
        } catch (Charged.Exhausted e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // What came before the defect is what a viewer would use as well.
        }
        return new ByteArrayInputStream(out.toByteArray());
    }

    private static InputStream unpredicted(InputStream in, Value.Dictionary dictionary, PdfObjects objects, int stage) throws IOException {
        long predictor = number(dictionary, objects, "Predictor", 1, stage);
        if (predictor < 2) {
            return in;
        }
        long columns = Math.clamp(number(dictionary, objects, "Columns", 1, stage), 1, 1 << 20);
        long colors = Math.clamp(number(dictionary, objects, "Colors", 1, stage), 1, 32);
        long bits = Math.clamp(number(dictionary, objects, "BitsPerComponent", 8, stage), 1, 32);
        int row = (int) Math.min((columns * colors * bits + 7) / 8, 1 << 20);
        return predictor >= 10 ? new Unpredicted(in, row, (int) Math.max(1, colors * bits / 8)) : in;
    }

    private static long number(Value.Dictionary dictionary, PdfObjects objects, String key, long otherwise, int stage) throws IOException {
        for (String name : List.of("DecodeParms", "DP")) {
            Value value = objects.resolve(dictionary.get(name));
            if (value instanceof Value.Array array) {
                value = stage < array.elements().size() ? objects.resolve(array.elements().get(stage)) : null;
            }
            if (value instanceof Value.Dictionary own && objects.resolve(own.get(key)) instanceof Value.Number number) {
                return number.value();
            }
        }
        return otherwise;
    }

    /** Inflates with or without the zlib header, and ends quietly at a defect. */
    private static final class Inflating extends InputStream {
        private final InputStream in;
        private final byte[] buffer = new byte[8192];
        private Inflater inflater = new Inflater();
        private boolean began;
        private boolean ended;
        private byte[] first = new byte[0];

        Inflating(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            while (!ended && length > 0) {
                try {
                    int got = inflater.inflate(target, offset, length);
                    if (got > 0) {
                        began = true;
                        return got;
                    }
                    if (inflater.finished() || inflater.needsDictionary()) {
                        end();
                    } else if (inflater.needsInput()) {
                        fill();
                    }
                } catch (DataFormatException e) {
                    retryWithoutHeader();
                }
            }
            return length == 0 ? 0 : -1;
        }

        private void fill() throws IOException {
            int got = in.read(buffer, 0, buffer.length);
            if (got <= 0) {
                end();
                return;
            }
            int skip = 0;
            if (first.length == 0) {
                while (skip < got && (buffer[skip] == '\r' || buffer[skip] == '\n')) {
                    skip++;
                }
                first = java.util.Arrays.copyOfRange(buffer, skip, got);
            }
            inflater.setInput(buffer, skip, got - skip);
        }

        private void retryWithoutHeader() {
            if (began || first.length < 3) {
                end();
                return;
            }
            began = true;
            inflater.end();
            inflater = new Inflater(true);
            inflater.setInput(first, 2, first.length - 2);
        }

        private void end() {
            if (!ended) {
                ended = true;
                inflater.end();
            }
        }

        @Override
        public void close() throws IOException {
            end();
            in.close();
        }
    }

    private static final class Hexadecimal extends InputStream {
        private final InputStream in;

        Hexadecimal(InputStream in) {
            this.in = new java.io.BufferedInputStream(in);
        }

        @Override
        public int read() throws IOException {
            int high = digit();
            if (high < 0) {
                return -1;
            }
            int low = digit();
            return high << 4 | Math.max(low, 0);
        }

        private int digit() throws IOException {
            while (true) {
                int c = in.read();
                if (c < 0 || c == '>') {
                    return -1;
                }
                int digit = Character.digit(c, 16);
                if (digit >= 0) {
                    return digit;
                }
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** PNG predictors ([RFC 2083] section 6). */
    private static final class Unpredicted extends InputStream {
        private final InputStream in;
        private final int unit;
        private byte[] row;
        private byte[] above;
        private int at;
        private int filled;

        Unpredicted(InputStream in, int row, int unit) {
            this.in = in;
            this.unit = unit;
            this.row = new byte[row];
            this.above = new byte[row];
        }

        @Override
        public int read() throws IOException {
            if (at >= filled && !next()) {
                return -1;
            }
            return row[at++] & 0xff;
        }

        private boolean next() throws IOException {
            int kind = in.read();
            if (kind < 0) {
                return false;
            }
            byte[] spare = above;
            above = row;
            row = spare;
            filled = in.readNBytes(row, 0, row.length);
            for (int i = 0; i < filled; i++) {
                int left = i >= unit ? row[i - unit] & 0xff : 0;
                int up = above[i] & 0xff;
                int corner = i >= unit ? above[i - unit] & 0xff : 0;
                int add = switch (kind) {
                    case 1 -> left;
                    case 2 -> up;
                    case 3 -> (left + up) / 2;
                    case 4 -> paeth(left, up, corner);
                    default -> 0;
                };
                row[i] += (byte) add;
            }
            at = 0;
            return filled > 0;
        }

        private static int paeth(int left, int up, int corner) {
            int guess = left + up - corner;
            int toLeft = Math.abs(guess - left);
            int toUp = Math.abs(guess - up);
            int toCorner = Math.abs(guess - corner);
            return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** Collects what a library filter writes, at most {@value #MAX} bytes. */
    private static final class Bounded extends ByteArrayOutputStream {
        private static final int MAX = 32 << 20;
        private final Examination examination;

        Bounded(Examination examination) {
            this.examination = examination;
        }

        @Override
        public synchronized void write(int b) {
            super.write(b);
            bound();
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            bound();
        }

        private void bound() {
            if (count > MAX) {
                throw new IllegalStateException("More than " + MAX + " bytes from one filter");
            }
        }

        @Override
        public synchronized byte[] toByteArray() {
            try (InputStream in = new Charged(new ByteArrayInputStream(buf, 0, count), examination)) {
                return in.readAllBytes();
            } catch (IOException e) {
                return new byte[0];
            }
        }
    }
}
