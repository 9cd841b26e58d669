package org.lazaret.scan.mime;

import java.io.IOException;

/**
 * Takes the lines of one body and hands on decoded bytes. The line end before a delimiter belongs to the delimiter (RFC 2046, section
 * 5.1.1), so a line's end counts only when another line follows.
 */
abstract class Decoder {

    /** How a line ended; {@link #NONE} when it goes on in the next call or the input ends. */
    enum LineEnd { NONE, LF, CRLF, CR }

    /**
     * Takes many equal lines at once where that is possible. Called at the beginning of a line.
     *
     * @return bytes taken, whole lines without any delimiter among them; 0 when lines must come one by one
     */
    int run(byte[] bytes, int from, int to) throws IOException {
        return 0;
    }

    abstract void line(byte[] bytes, int from, int to, LineEnd end) throws IOException;

    abstract void end() throws IOException;

    /** 7bit, 8bit and binary. */
    static final class Identity extends Decoder {
        private static final byte[] LF = {'\n'};
        private static final byte[] CR = {'\r'};
        private static final byte[] CRLF = {'\r', '\n'};
        private final Output output;
        private LineEnd pending = LineEnd.NONE;

        Identity(Output output) {
            this.output = output;
        }

        @Override
        void line(byte[] bytes, int from, int to, LineEnd end) throws IOException {
            flush();
            output.write(bytes, from, to - from);
            pending = end;
        }

        private void flush() throws IOException {
            switch (pending) {
                case LF -> output.write(LF, 0, 1);
                case CR -> output.write(CR, 0, 1);
                case CRLF -> output.write(CRLF, 0, 2);
                case NONE -> { }
            }
        }

        @Override
        void end() {
            pending = LineEnd.NONE;
        }
    }
}
