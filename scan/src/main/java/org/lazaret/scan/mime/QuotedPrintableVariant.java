package org.lazaret.scan.mime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Quoted-printable as a stricter reader takes it: illegal escapes and NUL go, blanks count, a soft line break may be a bare CR. */
final class QuotedPrintableVariant {
    private QuotedPrintableVariant() {
    }

    static void decode(InputStream encoded, Output output) throws IOException {
        Lines lines = new Lines(encoded);
        boolean broken = false;
        for (byte @Nullable [] line = lines.next(); line != null; line = lines.next()) {
            ByteArrayOutputStream decoded = new ByteArrayOutputStream(line.length + 2);
            if (broken) {
                decoded.write('\r');
                decoded.write('\n');
            }
            broken = lines.whole();
            for (int i = 0; i < line.length; i++) {
                if (line[i] == 0) {
                    continue;
                }
                if (line[i] != '=') {
                    decoded.write(line[i]);
                    continue;
                }
                int high = i + 2 < line.length ? Character.digit(line[i + 1], 16) : -1;
                int low = high >= 0 ? Character.digit(line[i + 2], 16) : -1;
                if (low >= 0) {
                    decoded.write(high << 4 | low);
                    i += 2;
                } else if (i + 1 == line.length) {
                    broken = false;
                } else if (line[i + 1] == '\r') {
                    i++;
                }
            }
            output.write(decoded.toByteArray(), 0, decoded.size());
        }
    }
}
