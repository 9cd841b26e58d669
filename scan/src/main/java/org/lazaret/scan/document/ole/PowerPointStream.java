package org.lazaret.scan.document.ole;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;
import org.apache.commons.io.IOUtils;
import org.apache.commons.io.input.BoundedInputStream;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;

/**
 * The record stream of PowerPoint ([MS-PPT] 2.3.1): embedded objects and the VBA project, packed or not (2.10.34), are handed on as
 * items; actions that start a program are findings.
 */
final class PowerPointStream {
    private static final int MAX_RECORDS = 2_000_000;
    private static final int OBJECT = 0x1011;
    private static final int ACTION = 0x0ff3;
    private static final int ENCRYPTION = 0x2f14;

    private final Item item;
    private final Examination examination;
    boolean encrypted;

    PowerPointStream(Item item, Examination examination) {
        this.item = item;
        this.examination = examination;
    }

    void read(InputStream stream) throws IOException, LimitExceeded {
        InputStream in = new BufferedInputStream(stream, 1 << 16);
        int objects = 0;
        boolean action = false;
        for (int i = 0; i < MAX_RECORDS; i++) {
            byte[] header = in.readNBytes(8);
            if (header.length < 8) {
                return;
            }
            if ((i & 0xfff) == 0) {
                examination.checkTime();
            }
            int type = Bytes.u16(header, 2);
            long length = Bytes.u32(header, 4);
            if (type == ENCRYPTION) {
                encrypted = true;
            }
            if ((header[0] & 0x0f) == 0x0f) {
                continue;
            }
            BoundedInputStream body = BoundedInputStream.builder().setInputStream(in).setMaxCount(length).setPropagateClose(false).get();
            if (type == OBJECT) {
                object(Bytes.u16(header, 0) >> 4 == 1, body, ++objects);
            } else if (type == ACTION && length >= 9 && !action) {
                byte[] atom = body.readNBytes(16);
                if (atom.length > 8 && atom[8] == 2) {
                    action = true;
                    examination.finding(item, "office.action.program", "InteractiveInfo: run program");
                }
            }
            IOUtils.skip(body, body.getRemaining());
        }
    }

    private void object(boolean packed, BoundedInputStream body, int number) throws IOException, LimitExceeded {
        if (!packed) {
            examination.child(item, "object " + number, "", body, -1);
            return;
        }
        body.readNBytes(4);
        examination.child(item, "object " + number, "", new InflaterInputStream(body), body.getRemaining());
    }
}
