package org.lazaret.quarantine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the kernel is asked for while mail is held, released and deleted, as strace sees it: a killed process loses nothing that it wrote, a
 * machine without power does, so that the order of writing and forcing has to be looked at itself.
 */
class OrderOfWritesTest {
    private static final Pattern CALL = Pattern.compile("(\\d+) +(\\w+)\\((.*)");
    private static final Pattern RESUMED = Pattern.compile("(\\d+) +<\\.\\.\\. \\w+ resumed>(.*)");
    private static final String UNFINISHED = " <unfinished ...>";
    private static final Pattern FOLDER = Pattern.compile("\\d+<[^>]*/content/[0-9a-f]{2}>.*");

    @TempDir
    Path temporary;

    @Test
    void contentShouldBeOnDiskBeforeTheRecordAndTheRecordBeforeTheAnswer() throws Exception {
        List<String> calls = watched();

        assertThat(between(calls, OrderOfWrites.BEGUN, OrderOfWrites.HELD)).containsExactly("write temporary file", "force temporary file",
            "give the name", "force folder", "write log", "force log");
        // RELEASING is on disk before the mail server has the mail, and RELEASED before anybody is told.
        assertThat(between(calls, OrderOfWrites.HELD, OrderOfWrites.SENT)).endsWith("write log", "force log");
        assertThat(between(calls, OrderOfWrites.SENT, OrderOfWrites.RELEASED)).containsExactly("write log", "force log");
        assertThat(between(calls, OrderOfWrites.RELEASED, OrderOfWrites.DELETED)).containsExactly("write log", "force log", "remove content",
            "force folder", "write log", "force log");
    }

    private static List<String> between(List<String> calls, String from, String to) {
        assertThat(calls).contains(from, to);
        return calls.subList(calls.indexOf(from) + 1, calls.indexOf(to));
    }

    /** What was done, without repetitions. */
    private List<String> watched() throws Exception {
        Path trace = temporary.resolve("trace");
        Assumptions.assumeTrue(run("strace", "-f", "-qq", "-o", trace.toString(), "true") == 0,
            "Skipped: there is no strace, or this user may not trace a process");
        Path folder = Files.createDirectory(temporary.resolve("store"));
        assertThat(run("strace", "-f", "-y", "-qq", "-o", trace.toString(),
            "-e", "trace=?open,openat,?creat,write,pwrite64,?rename,?renameat,?renameat2,?link,linkat,?unlink,unlinkat,fsync,fdatasync",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), OrderOfWrites.class.getName(), folder.toString()))
            .as(() -> text(temporary.resolve("output"))).isZero();
        List<String> done = new ArrayList<>();
        Map<String, String> unfinished = new HashMap<>();
        for (String line : Files.readAllLines(trace)) {
            String call = whole(line, unfinished);
            String word = call.isEmpty() ? "" : word(call);
            if (!word.isEmpty() && (done.isEmpty() || !done.getLast().equals(word))) {
                done.add(word);
            }
        }
        return done;
    }

    /** A call counts when it returns; empty for one that has not. */
    private static String whole(String line, Map<String, String> unfinished) {
        Matcher call = CALL.matcher(line);
        if (call.matches() && line.endsWith(UNFINISHED)) {
            unfinished.put(call.group(1), call.group(2) + "(" + call.group(3).replace(UNFINISHED, ""));
            return "";
        }
        Matcher resumed = RESUMED.matcher(line);
        if (resumed.matches()) {
            return unfinished.getOrDefault(resumed.group(1), "") + resumed.group(2);
        }
        return call.matches() ? call.group(2) + "(" + call.group(3) : "";
    }

    private static String word(String call) {
        String name = call.substring(0, call.indexOf('('));
        String arguments = call.substring(call.indexOf('(') + 1);
        boolean failed = call.contains(" = -1 ");
        return switch (name) {
            case "write", "pwrite64" -> {
                String file = arguments.substring(0, Math.max(0, arguments.indexOf('>')));
                yield file.endsWith(".part") ? "write temporary file" : file.endsWith("index.db-wal") ? "write log" : "";
            }
            case "fsync", "fdatasync" -> {
                boolean folder = FOLDER.matcher(arguments).matches();
                yield failed ? "" : arguments.contains(".part>") ? "force temporary file" : arguments.contains("index.db-wal>") ? "force log"
                    : folder ? "force folder" : "";
            }
            case "link", "linkat", "rename", "renameat", "renameat2" -> !failed && arguments.contains(".cms\"") ? "give the name" : "";
            case "unlink", "unlinkat" -> !failed && arguments.contains(".cms\"") ? "remove content" : "";
            default -> marker(arguments);
        };
    }

    private static String marker(String arguments) {
        Matcher made = Pattern.compile(".*/store/(\\w+)\", O_\\w+\\|O_CREAT\\|O_EXCL.*").matcher(arguments);
        return made.matches() ? made.group(1) : "";
    }

    private int run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(temporary.resolve("output").toFile()).start();
            if (!process.waitFor(180, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command[0] + " does not end");
            }
            return process.exitValue();
        } catch (IOException e) {
            return -1;
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
