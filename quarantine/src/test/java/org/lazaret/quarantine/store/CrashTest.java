package org.lazaret.quarantine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lazaret.quarantine.QuarantineContract.ADMIN;
import static org.lazaret.quarantine.QuarantineContract.ALICE;
import static org.lazaret.quarantine.QuarantineContract.BY_ADMIN;
import static org.lazaret.quarantine.QuarantineContract.MALICIOUS;
import static org.lazaret.quarantine.QuarantineContract.MESSAGE;
import static org.lazaret.quarantine.QuarantineContract.NOW;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.lists.InMemoryEntryStore;
import org.lazaret.policy.lists.ListSettings;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Links;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Quarantine.Marker;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.SentMail;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.content.ContentStore;
import org.lazaret.quarantine.content.FileContentStore;
import org.lazaret.quarantine.crypto.Envelopes;
import org.lazaret.quarantine.crypto.KeyRing;
import org.lazaret.quarantine.index.Database;
import org.lazaret.quarantine.index.Index;
import org.lazaret.quarantine.index.JdbcIndex;
import org.lazaret.quarantine.index.JdbcLeases;
import org.lazaret.quarantine.index.SqliteDatabase;
import org.lazaret.quarantine.release.ReleaseMarker;
import org.lazaret.scan.MessageSource;

/**
 * Ends the process, so to speak, before and after every single call of a port (content, index, queue), opens the same store again, lets
 * the mail server repeat what it would, and looks for what is lost or double.
 */
class CrashTest {
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    /** The next process starts when the leases of the ended one have run out. */
    private static final Clock LATER = Clock.offset(CLOCK, Duration.ofMinutes(10));

    @TempDir
    Path temporary;

    private final SentMail sent = new SentMail();
    private int round;
    private Path folder;

    /** The end of the process. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Counts the calls of all ports and crashes at one of them. */
    private static final class Fuse {
        private final int at;
        private int calls;

        private Fuse(int at) {
            this.at = at;
        }

        private void burn() {
            if (calls++ == at) {
                throw new Crash();
            }
        }
    }

    private interface Work {
        void on(StoredQuarantine quarantine) throws Exception;
    }

    private interface Check {
        void on(StoredQuarantine quarantine, boolean finished) throws Exception;
    }

    @Test
    void holdShouldLoseNothingAndMakeNothingDouble() throws Exception {
        int points = atEveryPoint(quarantine -> { }, quarantine -> {
            hold(quarantine);
            quarantine.flushOutbox();
        }, (quarantine, finished) -> {
            HeldMail held = hold(quarantine);
            quarantine.flushOutbox();

            assertThat(quarantine.search(Query.all())).containsExactly(held);
            assertThat(open(quarantine, held)).isEqualTo(MESSAGE);
            assertThat(files()).hasSize(1);
            assertThat(sent.all()).isNotEmpty().allSatisfy(one -> assertThat(one.message().recipients()).containsExactly(ADMIN));
            assertThat(sent.all().stream().map(one -> one.message().name()).distinct()).hasSize(1);
        });

        assertThat(points).isGreaterThan(8);
    }

    @Test
    void releaseShouldBeWholeOrNotAtAllAndDeliverOnce() throws Exception {
        int points = atEveryPoint(quarantine -> hold(quarantine), quarantine -> {
            HeldMail held = quarantine.search(Query.all()).get(0);
            quarantine.release(held.id(), Set.of(), BY_ADMIN);
            quarantine.flushOutbox();
        }, (quarantine, finished) -> {
            quarantine.finishReleases();
            quarantine.flushOutbox();

            HeldMail held = quarantine.search(Query.all()).get(0);
            List<SentMail.Sent> released = sent.of(Outgoing.Kind.RELEASE);
            if (released.isEmpty()) {
                assertThat(finished).isFalse();
                assertThat(held.states()).isEqualTo(Map.of(ALICE, State.HELD));
            } else {
                assertThat(held.states()).isEqualTo(Map.of(ALICE, State.RELEASED));
                List<Marker> markers = new ArrayList<>();
                for (SentMail.Sent copy : released) {
                    markers.add(quarantine.checkMarker("arrival " + markers.size(), List.of(ALICE), MessageSource.of(copy.bytes())));
                }
                assertThat(markers.get(0)).isEqualTo(Marker.VALID);
                assertThat(markers.subList(1, markers.size())).allMatch(Marker.REPEATED::equals);
                assertThat(released.stream().map(one -> one.message().name()).distinct()).hasSize(1);
                assertThat(sent.of(Outgoing.Kind.ADMINISTRATOR_NOTICE).stream().map(one -> one.message().name()).distinct()
                    .filter(name -> name.startsWith("admin-released"))).hasSize(1);
            }
        });

        assertThat(points).isGreaterThan(10);
    }

    @Test
    void deleteShouldBeWholeOrNotAtAll() throws Exception {
        int points = atEveryPoint(quarantine -> hold(quarantine), quarantine -> {
            HeldMail held = quarantine.search(Query.all()).get(0);
            quarantine.delete(held.id(), Set.of(), BY_ADMIN);
        }, (quarantine, finished) -> {
            quarantine.sweep();

            HeldMail held = quarantine.search(Query.all()).get(0);
            if (held.states().get(ALICE) == State.HELD) {
                assertThat(finished).isFalse();
                assertThat(open(quarantine, held)).isEqualTo(MESSAGE);
            } else {
                assertThat(held.states()).isEqualTo(Map.of(ALICE, State.DELETED));
                assertThat(files()).isEmpty();
                assertThat(quarantine.open(held.id(), BY_ADMIN, (mail, message) -> 1)).isEmpty();
            }
        });

        assertThat(points).isGreaterThan(6);
    }

    @Test
    void holdShouldLeaveNothingThatIsTakenForContentWhenTheProcessEndsWhileWriting() throws Exception {
        try (StoredQuarantine quarantine = open(new Fuse(-1), CLOCK)) {
            MessageSource ends = new MessageSource() {
                private int times;

                @Override
                public void writeTo(OutputStream out) throws IOException {
                    out.write(MESSAGE);
                    if (++times == 2) {
                        throw new Crash();
                    }
                }
            };
            assertThatThrownBy(() -> quarantine.hold(arrival(), ends, MALICIOUS)).isInstanceOf(Crash.class);

            assertThat(files()).isEmpty();
            assertThat(quarantine.search(Query.all())).isEmpty();
        }
    }

    private int atEveryPoint(Work before, Work work, Check after) throws Exception {
        for (int point = 0; ; point++) {
            boolean finished = false;
            sent.clear();
            folder = temporary.resolve("round" + round++);
            try (StoredQuarantine quarantine = open(new Fuse(-1), CLOCK)) {
                before.on(quarantine);
            }
            try (StoredQuarantine quarantine = open(new Fuse(point), CLOCK)) {
                work.on(quarantine);
                finished = true;
            } catch (Crash e) {
                // As intended.
            }
            try (StoredQuarantine quarantine = open(new Fuse(-1), LATER)) {
                after.on(quarantine, finished);
            }
            if (finished) {
                return point;
            }
        }
    }

    private StoredQuarantine open(Fuse fuse, Clock clock) throws Exception {
        if (folder == null) {
            folder = temporary.resolve("round" + round++);
        }
        Settings settings = EmbeddedBench.withoutUndo(EmbeddedBench.settings(folder, Settings.RecipientMode.RELEASE, Settings.DecisionScope.RECIPIENT,
            Settings.PasswordPlace.ATTACHED));
        // One key for all rounds: it is not what is tested here.
        KeyRing.generateIfMissing(temporary.resolve("c"), temporary.resolve("k"));
        Files.createDirectories(folder);
        Envelopes envelopes = new Envelopes(KeyRing.load(List.of(temporary.resolve("c")), Optional.of(temporary.resolve("k"))), folder);
        Database database = new SqliteDatabase(folder.resolve("index.db"));
        return new StoredQuarantine(LiveSettings.of(settings), fused(ContentStore.class, new FileContentStore(folder.resolve("content")), fuse),
            fused(Index.class, new JdbcIndex(database), fuse), new JdbcLeases(database), envelopes,
            new Links(new byte[Links.KEY_BYTES], () -> URI.create("http://127.0.0.1"), () -> Duration.ofDays(1), clock),
            new ReleaseMarker(new byte[ReleaseMarker.KEY_BYTES], () -> Duration.ofDays(1), clock), new Passwords(new byte[Passwords.KEY_BYTES]),
            new Lists(new InMemoryEntryStore(), () -> ListSettings.DEFAULT, clock),
            fused(Outgoing.class, sent, fuse), address -> true, clock, folder);
    }

    private static <T> T fused(Class<T> port, T real, Fuse fuse) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
            if (method.getName().equals("close")) {
                return method.invoke(real, arguments);
            }
            fuse.burn();
            Object result;
            try {
                result = method.invoke(real, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            fuse.burn();
            return result;
        }));
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> files = Files.walk(folder.resolve("content"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static Arrival arrival() {
        return new Arrival("a1", new Envelope("mallory@evil.example", List.of(ALICE)), NOW);
    }

    private static HeldMail hold(Quarantine quarantine) throws Exception {
        return quarantine.hold(arrival(), MessageSource.of(MESSAGE), MALICIOUS);
    }

    private static byte[] open(Quarantine quarantine, HeldMail held) throws Exception {
        return quarantine.open(held.id(), BY_ADMIN, (mail, message) -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            message.writeTo(bytes);
            return bytes.toByteArray();
        }).orElseThrow();
    }
}
