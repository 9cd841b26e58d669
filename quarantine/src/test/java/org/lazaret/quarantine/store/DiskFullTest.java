package org.lazaret.quarantine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.quarantine.QuarantineContract.ALICE;
import static org.lazaret.quarantine.QuarantineContract.BY_ADMIN;
import static org.lazaret.quarantine.QuarantineContract.MALICIOUS;
import static org.lazaret.quarantine.QuarantineContract.NOW;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.scan.MessageSource;

/**
 * A real file system of a few megabytes, on which ever more room is left: it is full at the first write, then at the next, and so on through
 * content, index and its log. Needs the right to mount one.
 */
class DiskFullTest {
    private static final int DISK = 6 << 20;
    private static final int STEP = 12 << 10;
    /** The message needs so much, the index' log some pages more. */
    private static final int ENOUGH = 600 << 10;

    @TempDir
    Path temporary;

    private Path disk;
    private EmbeddedBench bench;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(temporary.resolve("disk"));
        Assumptions.assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=" + DISK, "tmpfs", disk.toString()) == 0,
            "Skipped: this user may not mount a file system");
        bench = new EmbeddedBench(disk.resolve("lazaret"));
    }

    /** Deletes, and lets the time pass in which that can be taken back. */
    private Outcome remove(HeldMail held) {
        Outcome outcome = bench.quarantine().delete(held.id(), Set.of(), BY_ADMIN);
        bench.advance(Duration.ofMinutes(16));
        bench.runBackground();
        return outcome;
    }

    @AfterEach
    void unmount() throws Exception {
        if (bench != null) {
            bench.close();
            assertThat(run("umount", disk.toString())).isZero();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    void holdShouldStoreAllOrNothingWhereverTheDiskIsFullAndWorkAgainWhenThereIsRoom() throws Exception {
        List<Integer> refused = new ArrayList<>();
        List<Integer> taken = new ArrayList<>();
        for (int free = 0; free <= ENOUGH; free += STEP) {
            fillBut(free);
            try {
                HeldMail held = hold(free);
                taken.add(free);
                free(true);
                assertThat(read(held)).isEqualTo(message(free));
                // Makes room for the next round, and goes through the same writes.
                assertThat(remove(held)).isInstanceOf(Outcome.Done.class);
            } catch (IOException e) {
                refused.add(free);
                free(true);
                assertThat(bench.quarantine().search(Query.all()).stream().filter(mail -> mail.states().get(ALICE) == State.HELD)).isEmpty();
                assertThat(parts()).isEmpty();
            }
        }

        assertThat(refused).hasSizeGreaterThan(5).contains(0);
        assertThat(taken).contains(ENOUGH / STEP * STEP);
        for (int free : refused) {
            HeldMail held = hold(free);
            assertThat(read(held)).isEqualTo(message(free));
            remove(held);
        }
        assertThat(bench.quarantine().search(Query.all())).hasSize(refused.size() + taken.size());
        assertThat(bench.quarantine().audit().check(Optional.empty())).isInstanceOf(AuditCheck.Intact.class);
    }

    @Test
    void releaseShouldBeWholeOrNotAtAllWhereverTheDiskIsFullAndWorkAgainWhenThereIsRoom() throws Exception {
        int failed = 0;
        for (int free = 0; free <= ENOUGH; free += 4 * STEP) {
            HeldMail held = hold(free);
            bench.sent().clear();
            fillBut(free);

            Outcome outcome = bench.quarantine().release(held.id(), Set.of(), BY_ADMIN);
            free(true);
            bench.runBackground();

            State state = bench.quarantine().find(held.id()).orElseThrow().states().get(ALICE);
            int copies = bench.sent().of(Outgoing.Kind.RELEASE).size();
            if (outcome instanceof Outcome.FailedToAct && state == State.HELD) {
                failed++;
                assertThat(copies).isZero();
                assertThat(bench.quarantine().release(held.id(), Set.of(), BY_ADMIN)).isEqualTo(new Outcome.Done(State.RELEASED, Set.of(ALICE)));
            } else {
                // What could not be written down is finished by the background, and its marker lets one copy through.
                assertThat(state).isEqualTo(State.RELEASED);
                assertThat(copies).isPositive();
                assertThat(bench.sent().of(Outgoing.Kind.RELEASE)).extracting(sent -> sent.message().name()).containsOnly(
                    bench.sent().of(Outgoing.Kind.RELEASE).getFirst().message().name());
            }
            assertThat(read(held)).isEqualTo(message(free));
        }

        assertThat(failed).isPositive();
        assertThat(bench.quarantine().audit().check(Optional.empty())).isInstanceOf(AuditCheck.Intact.class);
    }

    private HeldMail hold(int number) throws IOException {
        return bench.quarantine().hold(new Arrival("a" + number, new Envelope("", List.of(ALICE)), NOW), MessageSource.of(message(number)),
            MALICIOUS);
    }

    private byte[] read(HeldMail held) throws IOException {
        return bench.quarantine().open(held.id(), BY_ADMIN, (mail, message) -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            message.writeTo(bytes);
            return bytes.toByteArray();
        }).orElseThrow();
    }

    private static byte[] message(int number) {
        byte[] body = new byte[150 << 10];
        new Random(number).nextBytes(body);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(("Subject: " + number + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        message.writeBytes(body);
        return message.toByteArray();
    }

    private void fillBut(long free) throws IOException {
        free(false);
        long size = 0;
        try (FileChannel ballast = FileChannel.open(disk.resolve("ballast"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer page = ByteBuffer.allocate(4096);
            try {
                while (true) {
                    page.clear();
                    size += ballast.write(page);
                }
            } catch (IOException e) {
                ballast.truncate(Math.max(0, size - free));
            }
        }
    }

    private void free(boolean known) throws IOException {
        assertThat(Files.deleteIfExists(disk.resolve("ballast")) || !known).isTrue();
    }

    private List<Path> parts() throws IOException {
        try (Stream<Path> files = Files.walk(disk)) {
            return files.filter(file -> file.toString().endsWith(".part")).toList();
        }
    }
}
