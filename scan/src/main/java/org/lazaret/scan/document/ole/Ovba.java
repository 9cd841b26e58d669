package org.lazaret.scan.document.ole;

import java.util.Arrays;

/** The compression of VBA source and of the {@code dir} stream ([MS-OVBA] 2.4.1). Tolerant: what was unpacked before a defect is kept. */
final class Ovba {
    /** Unpacked bytes of one module at most; the VBA editor itself stops at 65,534 lines. */
    static final int MAX_UNPACKED = 4 << 20;

    private Ovba() {
    }

    /** Whether a container can begin here: the signature byte and the signature bits of the first chunk. */
    static boolean begins(byte[] bytes, int at) {
        return at >= 0 && at + 4 <= bytes.length && bytes[at] == 1 && (bytes[at + 2] & 0x70) == 0x30;
    }

    /** Unpacks from the signature byte on; empty when there is no container. */
    static byte[] unpack(byte[] bytes, int at) {
        if (at < 0 || at >= bytes.length || bytes[at] != 1) {
            return new byte[0];
        }
        byte[] out = new byte[Math.min(MAX_UNPACKED, Math.max(4096, bytes.length * 2))];
        int size = 0;
        int in = at + 1;
        while (in + 2 < bytes.length && size < MAX_UNPACKED) {
            int header = Bytes.u16(bytes, in);
            if ((header & 0x7000) != 0x3000) {
                break;
            }
            int end = Math.min(in + (header & 0x0fff) + 3, bytes.length);
            in += 2;
            int chunk = size;
            if (size + 4096 + 4 > out.length) {
                out = Arrays.copyOf(out, Math.min(MAX_UNPACKED + 8192, out.length * 2 + 8192));
            }
            if ((header & 0x8000) == 0) {
                int plain = Math.min(4096, bytes.length - in);
                System.arraycopy(bytes, in, out, size, plain);
                size += plain;
                in += plain;
                continue;
            }
            boolean sound = true;
            while (in < end && sound) {
                int flags = bytes[in++];
                for (int bit = 0; bit < 8 && in < end && sound; bit++) {
                    if ((flags >> bit & 1) == 0) {
                        if (size - chunk >= 4096) {
                            sound = false;
                        } else {
                            out[size++] = bytes[in++];
                        }
                    } else if (in + 2 > end) {
                        sound = false;
                    } else {
                        int token = Bytes.u16(bytes, in);
                        in += 2;
                        int bits = Math.max(4, 32 - Integer.numberOfLeadingZeros(Math.max(size - chunk - 1, 0)));
                        int lengthMask = 0xffff >> bits;
                        int length = (token & lengthMask) + 3;
                        int distance = (token >> 16 - bits) + 1;
                        if (distance > size - chunk || size - chunk + length > 4096) {
                            sound = false;
                        } else {
                            for (int i = 0; i < length; i++) {
                                out[size] = out[size - distance];
                                size++;
                            }
                        }
                    }
                }
            }
            if (!sound) {
                break;
            }
            in = end;
        }
        return Arrays.copyOf(out, Math.min(size, MAX_UNPACKED));
    }
}
