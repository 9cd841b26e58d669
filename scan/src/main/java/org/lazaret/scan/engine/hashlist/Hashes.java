package org.lazaret.scan.engine.hashlist;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A table of SHA-256, each with a number: rows of 36 bytes in order of the hash in a temporary file that is mapped into memory, so that
 * the heap holds no more than an index of at most 16 MB, and the rows are the system's to keep or to drop. The file has no name once the
 * table is made. Immutable; safe for concurrent use.
 */
final class Hashes {
    static final int LENGTH = 32;
    private static final int ROW = LENGTH + 4;
    private static final int ROWS_PER_MAP = 1 << 24;
    private static final int MAX_INDEX_BITS = 22;
    private static final Comparator<byte[]> BY_HASH = (one, other) -> Arrays.compareUnsigned(one, 0, LENGTH, other, 0, LENGTH);

    private final List<MappedByteBuffer> maps;
    private final int size;
    private final int indexBits;
    private final int[] index;

    private Hashes(List<MappedByteBuffer> maps, int size) {
        this.maps = maps;
        this.size = size;
        this.indexBits = Math.clamp(32 - Integer.numberOfLeadingZeros(size / 4), 1, MAX_INDEX_BITS);
        this.index = index();
    }

    int size() {
        return size;
    }

    /** The number of a hash; -1 when it is not in the table. */
    int find(byte[] hash) {
        ByteBuffer wanted = ByteBuffer.wrap(hash);
        long first = wanted.getLong(0);
        int slot = (int) (first >>> (Long.SIZE - indexBits));
        int low = index[slot];
        int high = index[slot + 1] - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            ByteBuffer map = maps.get(middle / ROWS_PER_MAP);
            int row = middle % ROWS_PER_MAP * ROW;
            int order = Long.compareUnsigned(map.getLong(row), first);
            for (int i = Long.BYTES; order == 0 && i < LENGTH; i += Long.BYTES) {
                order = Long.compareUnsigned(map.getLong(row + i), wanted.getLong(i));
            }
            if (order == 0) {
                return map.getInt(row + LENGTH);
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** Of each value of the leading bits, the first row that has it or more. */
    private int[] index() {
        int[] starts = new int[(1 << indexBits) + 1];
        int filled = 0;
        for (int row = 0; row < size; row++) {
            long first = maps.get(row / ROWS_PER_MAP).getLong(row % ROWS_PER_MAP * ROW);
            int slot = (int) (first >>> (Long.SIZE - indexBits));
            while (filled <= slot) {
                starts[filled++] = row;
            }
        }
        Arrays.fill(starts, filled, starts.length, size);
        return starts;
    }

    /**
     * Sorts rows in a bounded amount of memory: runs of a quarter million on the heap, then files of runs that are merged. Of a hash that comes
     * several times, the number is that of one of them.
     */
    static final class Builder implements AutoCloseable {
        private static final int RUN = 1 << 18;
        private static final int BUFFER = 1 << 16;

        private final Path folder;
        private final List<byte[]> rows = new ArrayList<>();
        private final List<FileChannel> runs = new ArrayList<>();

        /** @param folder for temporary files: 36 bytes for each hash, twice while the table is made */
        Builder(Path folder) {
            this.folder = folder;
        }

        void add(byte[] hash, int number) throws IOException {
            byte[] row = Arrays.copyOf(hash, ROW);
            ByteBuffer.wrap(row).putInt(LENGTH, number);
            rows.add(row);
            if (rows.size() == RUN) {
                spill();
            }
        }

        Hashes build() throws IOException {
            spill();
            try (FileChannel merged = temporary()) {
                int size = merge(merged);
                List<MappedByteBuffer> maps = new ArrayList<>();
                for (long from = 0; from < size; from += ROWS_PER_MAP) {
                    maps.add(merged.map(MapMode.READ_ONLY, from * ROW, Math.min(ROWS_PER_MAP, size - from) * ROW));
                }
                return new Hashes(maps, size);
            }
        }

        private void spill() throws IOException {
            rows.sort(BY_HASH);
            FileChannel run = temporary();
            runs.add(run);
            OutputStream out = buffered(run);
            for (byte[] row : rows) {
                out.write(row);
            }
            out.flush();
            run.position(0);
            rows.clear();
        }

        private static final class Run {
            private final DataInputStream in;
            private byte[] row = new byte[ROW];

            Run(FileChannel channel) {
                this.in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), BUFFER));
            }

            boolean next() throws IOException {
                row = new byte[ROW];
                try {
                    in.readFully(row);
                    return true;
                } catch (EOFException e) {
                    return false;
                }
            }
        }

        private int merge(FileChannel target) throws IOException {
            PriorityQueue<Run> heads = new PriorityQueue<>(Math.max(1, runs.size()), (one, other) -> BY_HASH.compare(one.row, other.row));
            for (FileChannel channel : runs) {
                Run run = new Run(channel);
                if (run.next()) {
                    heads.add(run);
                }
            }
            OutputStream out = buffered(target);
            int size = 0;
            byte @Nullable [] last = null;
            for (Run head = heads.poll(); head != null; head = heads.poll()) {
                if (last == null || BY_HASH.compare(last, head.row) != 0) {
                    last = head.row;
                    out.write(last);
                    size = Math.incrementExact(size);
                }
                if (head.next()) {
                    heads.add(head);
                }
            }
            out.flush();
            return size;
        }

        private static OutputStream buffered(FileChannel channel) {
            return new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
        }

        private FileChannel temporary() throws IOException {
            Path file = Files.createTempFile(folder, "lazaret-hashes", ".tmp");
            return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        }

        @Override
        public void close() throws IOException {
            for (FileChannel run : runs) {
                run.close();
            }
        }
    }
}
