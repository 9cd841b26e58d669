package org.lazaret.scan.document.ole;

import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;

/**
 * Native data of the old Equation Editor: a header of 28 bytes, then MTEF records. Its holes are a font name longer than the buffer
 * (CVE-2017-11882, CVE-2018-0802) and a matrix larger than its own (CVE-2018-0798); no equation that people set has either.
 */
public final class EquationNative {
    private static final int HEADER = 28;
    private static final int FONT = 8;
    private static final int LONGEST_FONT = 40;

    private EquationNative() {
    }

    public static void judge(Item item, byte[] data, Examination examination) {
        boolean usual = data.length > HEADER + 6 && Bytes.u16(data, 0) == HEADER && Bytes.u16(data, 4) == 2;
        boolean overlong = false;
        for (int at = usual ? HEADER + 5 : 0; at + 3 < data.length; at++) {
            if ((data[at] & 0x0f) == FONT && at < 512) {
                int length = 0;
                while (at + 3 + length < data.length && data[at + 3 + length] != 0) {
                    length++;
                }
                overlong |= length > LONGEST_FONT && usual && at < HEADER + 64;
            }
        }
        boolean strange = !usual && data.length > 0;
        examination.finding(item, overlong || strange ? "office.equation.exploit" : "office.equation", "Equation Native");
    }
}
