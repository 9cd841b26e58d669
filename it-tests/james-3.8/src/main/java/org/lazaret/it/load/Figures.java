package org.lazaret.it.load;

/**
 * What a server has used.
 *
 * @param cpuNanos    processor time since its start, ns
 * @param collections garbage collections since its start
 * @param gcMillis    time in them, ms
 * @param heap        bytes of the heap in use
 * @param threads     that are alive
 * @param files       file descriptors that are open
 */
public record Figures(long cpuNanos, long collections, long gcMillis, long heap, long threads, long files) {

    String line() {
        return cpuNanos + " " + collections + " " + gcMillis + " " + heap + " " + threads + " " + files;
    }

    static Figures of(String line) {
        String[] parts = line.split(" ");
        return new Figures(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3]),
            Long.parseLong(parts[4]), Long.parseLong(parts[5]));
    }
}
