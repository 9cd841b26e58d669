package org.lazaret.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.lazaret.scan.MessageSource;

/** The beginning of a message. */
final class Head {
    private Head() {
    }

    static byte[] of(MessageSource message, int most) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        message.writeTo(new OutputStream() {
            @Override
            public void write(int value) {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                head.write(bytes, from, Math.min(most - head.size(), length));
            }
        });
        return head.toByteArray();
    }
}
