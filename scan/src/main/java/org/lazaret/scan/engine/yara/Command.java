package org.lazaret.scan.engine.yara;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.lazaret.scan.engine.Deadline;

/**
 * One process, started without a shell and with an environment of {@code PATH} alone. What it says is read while it runs, up to a limit.
 * {@link #close} kills it, and what it started, unless it has ended.
 */
final class Command implements AutoCloseable {
    private static final int MAX_OUTPUT = 1 << 20;
    private static final int MAX_ERRORS = 1 << 16;

    /**
     * How it ended.
     *
     * @param status 0 when it says that all is well; above 128 when it was killed
     * @param output a character for each byte
     * @param errors what it wrote to standard error
     */
    record Ended(int status, String output, String errors) {
    }

    private final Process process;
    private final CompletableFuture<byte[]> output;
    private final CompletableFuture<byte[]> errors;

    private Command(Process process) {
        this.process = process;
        this.output = read(process.getInputStream(), MAX_OUTPUT);
        this.errors = read(process.getErrorStream(), MAX_ERRORS);
        // Whichever fails first ends the wait for both.
        errors.whenComplete((bytes, e) -> {
            if (e != null) {
                output.completeExceptionally(e);
            }
        });
    }

    /**
     * Where a command is.
     *
     * @param command a path, or a name to look for in {@code PATH}
     */
    static Path find(String command) throws IOException {
        List<Path> candidates = command.indexOf('/') >= 0 ? List.of(Path.of(command))
                : List.of(path().split(":")).stream().filter(folder -> !folder.isEmpty()).map(folder -> Path.of(folder, command)).toList();
        Optional<Path> found = candidates.stream().filter(Files::isRegularFile).filter(Files::isExecutable).findFirst();
        return found.orElseThrow(() -> new IOException("There is no command " + command + " (Debian: package yara)")).toAbsolutePath();
    }

    private static String path() {
        return Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
    }

    /** @param input may be deleted as soon as this returns */
    static Command start(List<String> command, Path folder, Path input) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectInput(input.toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", path());
        environment.put("LC_ALL", "C");
        return new Command(builder.start());
    }

    /** @throws SocketTimeoutException when it has not ended in time; close it then */
    Ended await(Deadline deadline) throws IOException, InterruptedException {
        try {
            byte[] out = output.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            byte[] err = errors.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            if (!process.waitFor(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new TimeoutException();
            }
            return new Ended(process.exitValue(), new String(out, StandardCharsets.ISO_8859_1), new String(err, StandardCharsets.UTF_8));
        } catch (TimeoutException e) {
            throw (SocketTimeoutException) new SocketTimeoutException("No answer in time").initCause(e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
        }
    }

    private static CompletableFuture<byte[]> read(InputStream in, int limit) {
        CompletableFuture<byte[]> result = new CompletableFuture<>();
        Thread.ofVirtual().name("yara-output").start(() -> {
            try {
                byte[] bytes = in.readNBytes(limit + 1);
                if (bytes.length > limit) {
                    throw new IOException("More than " + limit + " bytes of output");
                }
                result.complete(bytes);
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    @Override
    public void close() {
        if (process.isAlive() || !output.isDone() || !errors.isDone()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
