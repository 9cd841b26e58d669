package org.lazaret.scan.mime;

import java.io.IOException;

/**
 * Takes the lines of one body and hands on decoded bytes. The line end before a delimiter belongs to the delimiter (RFC 2046, section
 * 5.1.1), so a line's end counts only when another line follows.
 */
abstract class Decoder {

    static final int MORE = -1;

    /** How a line ended; {@link #NONE} when it goes on in the next call or the input ends. */
    enum LineEnd { NONE, LF, CRLF, CR }

    /**
     * Takes many equal lines at once where that is possible. Called at the beginning of a line.
     *
     * @return bytes taken, whole lines without any delimiter among them; 0 when lines must come one by one; {@link #MORE} when that
     *         would be better with more bytes
     */
    int run(byte[] bytes, int from, int to) throws IOException {
        return 0;
    }

    abstract void line(byte[] bytes, int from, int to, LineEnd end) throws IOException;

    abstract void end() throws IOException;

    /** 7bit, 8bit and binary. Hands on blocks rather than lines. */
    static final class Identity extends Decoder {
        private final Output output;
        private final byte[] block = new byte[1 << 12];
        private int filled;
        private LineEnd pending = LineEnd.NONE;

        Identity(Output output) {
            this.output = output;
        }

        @Override
        void line(byte[] bytes, int from, int to, LineEnd end) throws IOException {
            int length = to - from;
            if (filled + length + 2 > block.length) {
                flush();
            }
            if (pending == LineEnd.CRLF || pending == LineEnd.CR) {
                block[filled++] = '\r';
            }
            if (pending == LineEnd.CRLF || pending == LineEnd.LF) {
                block[filled++] = '\n';
            }
            pending = end;
            if (filled + length > block.length) {
                flush();
                output.write(bytes, from, length);
            } else {
                System.arraycopy(bytes, from, block, filled, length);
                filled += length;
            }
        }

        private void flush() throws IOException {
            if (filled > 0) {
                output.write(block, 0, filled);
                filled = 0;
            }
        }

        @Override
        void end() throws IOException {
            flush();
            pending = LineEnd.NONE;
        }
    }
}
