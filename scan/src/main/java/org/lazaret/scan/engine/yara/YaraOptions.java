package org.lazaret.scan.engine.yara;

import java.nio.file.Path;
import java.util.List;
import org.lazaret.scan.Score;

/**
 * What is run, and with which rules.
 *
 * @param command  {@code yara}, by its path or as found in {@code PATH}
 * @param compiler {@code yarac} of the same version, likewise
 * @param rules    sources: files, and folders of which each file that ends in {@code .yar} or {@code .yara} counts
 * @param weight   of rules without a score of their own
 * @param maxSize  bytes of a sample
 */
public record YaraOptions(String command, String compiler, List<Path> rules, Score weight, long maxSize) {
    public YaraOptions {
        rules = List.copyOf(rules);
    }
}
