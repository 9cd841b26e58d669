package org.lazaret.scan.document.pdf;

import java.io.IOException;
import org.lazaret.scan.inspect.Content;

/** Bytes by position, with a window for what lies in a file. */
abstract sealed class Source {
    abstract long size();

    /** The byte at a position, -1 outside. */
    abstract int get(long position) throws IOException;

    static Source of(byte[] bytes) {
        return new Heap(bytes);
    }

    static Source of(Content content) {
        return new Window(content);
    }

    /** Position of a text from a position on and before a limit; -1 when there is none. */
    long find(String text, long from, long limit) throws IOException {
        int first = text.charAt(0);
        long end = Math.min(limit, size() - text.length());
        for (long at = from; at <= end; at++) {
            if (get(at) == first && startsWith(text, at)) {
                return at;
            }
        }
        return -1;
    }

    boolean startsWith(String text, long at) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            if (get(at + i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static final class Heap extends Source {
        private final byte[] bytes;

        Heap(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        long size() {
            return bytes.length;
        }

        @Override
        int get(long position) {
            return position >= 0 && position < bytes.length ? bytes[(int) position] & 0xff : -1;
        }
    }

    private static final class Window extends Source {
        private static final int LENGTH = 64 << 10;
        private final Content content;
        private final long size;
        private final byte[] window = new byte[LENGTH];
        private long start;
        private int filled;

        Window(Content content) {
            this.content = content;
            this.size = content.size();
        }

        @Override
        long size() {
            return size;
        }

        @Override
        int get(long position) throws IOException {
            long within = position - start;
            if (within >= 0 && within < filled) {
                return window[(int) within] & 0xff;
            }
            if (position < 0 || position >= size) {
                return -1;
            }
            load(position);
            return filled > position - start ? window[(int) (position - start)] & 0xff : -1;
        }

        private void load(long position) throws IOException {
            // A little before the wanted byte, so that looking back a few bytes does not reload.
            start = Math.max(0, position - 256);
            filled = 0;
            while (filled < LENGTH) {
                int got = content.read(start + filled, window, filled, LENGTH - filled);
                if (got <= 0) {
                    break;
                }
                filled += got;
            }
        }

        @Override
        long find(String text, long from, long limit) throws IOException {
            byte first = (byte) text.charAt(0);
            long end = Math.min(limit, size - text.length());
            long at = from;
            while (at <= end) {
                if (get(at) < 0) {
                    return -1;
                }
                int index = (int) (at - start);
                int stop = (int) Math.min(filled - 1L, end - start);
                while (index <= stop && window[index] != first) {
                    index++;
                }
                at = start + index;
                if (index <= stop) {
                    if (startsWith(text, at)) {
                        return at;
                    }
                    at++;
                }
            }
            return -1;
        }
    }
}
