package org.lazaret.scan.examine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds the EICAR test string in a stream of blocks, by Horspool's search, which looks at few bytes of content that has nothing of it.
 * The string is put together at run time only, so that no scanner takes our own files for a sample.
 */
final class Eicar {
    // Joined, since a sum of literals would stand whole in the class file.
    private static final byte[] PATTERN = String.join("-", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR", "STANDARD", "ANTIVIRUS", "TEST", "FILE!$H+H*")
        .getBytes(StandardCharsets.US_ASCII);
    private static final int[] SHIFT = shifts();

    private final byte[] joint = new byte[2 * (PATTERN.length - 1)];
    private int kept;
    private boolean found;

    void update(byte[] block, int offset, int length) {
        if (found) {
            return;
        }
        int overlap = PATTERN.length - 1;
        if (kept > 0) {
            int taken = Math.min(length, overlap);
            System.arraycopy(block, offset, joint, kept, taken);
            found = search(joint, 0, kept + taken);
        }
        found = found || search(block, offset, length);
        if (length >= overlap) {
            System.arraycopy(block, offset + length - overlap, joint, 0, overlap);
            kept = overlap;
        } else {
            int stay = Math.min(kept, overlap - length);
            System.arraycopy(joint, kept - stay, joint, 0, stay);
            System.arraycopy(block, offset, joint, stay, length);
            kept = stay + length;
        }
    }

    boolean found() {
        return found;
    }

    private static boolean search(byte[] block, int offset, int length) {
        int last = PATTERN.length - 1;
        int end = offset + length;
        int position = offset + last;
        while (position < end) {
            int seen = block[position] & 0xFF;
            if (seen == PATTERN[last] && Arrays.equals(block, position - last, position + 1, PATTERN, 0, PATTERN.length)) {
                return true;
            }
            position += SHIFT[seen];
        }
        return false;
    }

    private static int[] shifts() {
        int[] shifts = new int[256];
        Arrays.fill(shifts, PATTERN.length);
        for (int i = 0; i < PATTERN.length - 1; i++) {
            shifts[PATTERN[i] & 0xFF] = PATTERN.length - 1 - i;
        }
        return shifts;
    }
}
