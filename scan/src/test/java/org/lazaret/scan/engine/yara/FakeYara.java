package org.lazaret.scan.engine.yara;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.lazaret.scan.Score;

/**
 * Commands that are called as {@code yarac} and {@code yara} are, and behave as a script says. The first call of {@code yara}, by which the engine
 * tries the rules, is answered as the real one does.
 */
final class FakeYara {
    /** In scripts: the last line of an answer that is whole. */
    static final String END = "printf 'lazaret:%s [] /dev/stdin\\n' \"$rule\"\n";
    static final Duration INTERVAL = Duration.ofMillis(50);

    private FakeYara() {
    }

    /**
     * An engine over them.
     *
     * @param script for bash; {@code $rule} is the rule at the end of an answer, and {@code $here} a folder
     */
    static YaraEngine engine(Path folder, String script, long maxSize) throws IOException {
        Path own = Files.createTempDirectory(folder, "fake");
        Path rules = Files.writeString(own.resolve("a.yar"), "rule A { condition: false }\n");
        String compiler = executable(own.resolve("yarac"), """
            last="${@: -2:1}"
            read -r _ rule _ < "${last#lazaret:}"
            echo "$rule" > "${@: -1}"
            """);
        String command = executable(own.resolve("yara"), """
            here=%s
            read -r rule < "$6"
            if [ ! -e "$here/tried" ]; then
                : > "$here/tried"
                %s    exit 0
            fi
            %s""".formatted(own, END, script));
        YaraOptions options = new YaraOptions(command, compiler, List.of(rules), Score.WORST, maxSize);
        return YaraEngine.open("rules", options, Files.createDirectory(own.resolve("temporary")), true, INTERVAL);
    }

    private static String executable(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/bash\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file.toString();
    }
}
