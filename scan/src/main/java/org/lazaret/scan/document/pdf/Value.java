package org.lazaret.scan.document.pdf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object of a PDF (ISO 32000-2, 7.3), reduced to what judging needs. */
sealed interface Value {

    /** @param escaped whether it was written with number signs that it did not need */
    record Name(String text, boolean escaped) implements Value {
    }

    record Text(byte[] bytes) implements Value {
        String text() {
            if (bytes.length >= 2 && bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff) {
                return new String(bytes, 2, bytes.length - 2, StandardCharsets.UTF_16BE);
            }
            if (bytes.length >= 2 && bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe) {
                return new String(bytes, 2, bytes.length - 2, StandardCharsets.UTF_16LE);
            }
            if (bytes.length >= 3 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb && bytes[2] == (byte) 0xbf) {
                return new String(bytes, 3, bytes.length - 3, StandardCharsets.UTF_8);
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    record Number(long value) implements Value {
    }

    record Reference(int number) implements Value {
    }

    record Array(List<Value> elements) implements Value {
    }

    /** @param body the stream that belongs to it; {@code null} for a mere dictionary */
    record Dictionary(Map<String, Value> entries, @Nullable Body body) implements Value {
        @Nullable Value get(String key) {
            return entries.get(key);
        }

        boolean has(String key) {
            return entries.containsKey(key);
        }
    }

    /** Booleans, null and what is no value at all. */
    record Other() implements Value {
        static final Other OTHER = new Other();
    }

    /** The data of a stream. */
    interface Body {
        /** Filters undone as far as they are known. */
        InputStream open() throws IOException;

        /** Bytes that it takes in the file; -1 when not known. */
        long packed();
    }
}
