package org.lazaret.quarantine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.quarantine.QuarantineContract.ALICE;
import static org.lazaret.quarantine.QuarantineContract.BY_ADMIN;
import static org.lazaret.quarantine.QuarantineContract.MALICIOUS;
import static org.lazaret.quarantine.QuarantineContract.MESSAGE;
import static org.lazaret.quarantine.QuarantineContract.NOW;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.content.ContentStore;
import org.lazaret.quarantine.content.S3Server;
import org.lazaret.quarantine.index.PostgresServer;
import org.lazaret.scan.MessageSource;

/** From files and SQLite to S3 and PostgreSQL, as {@code docs/operations.md} says. */
class MoveToServersTest {
    @TempDir
    private Path folder;

    @Test
    void heldMailShouldBeReleasableFromTheServersWhenItsContentWasCopiedAndTheIndexMadeAnew() throws Exception {
        List<HeldMail> held = new ArrayList<>();
        try (EmbeddedBench bench = new EmbeddedBench(folder)) {
            for (int number = 1; number <= 3; number++) {
                held.add(bench.quarantine().hold(new Arrival("a" + number, new Envelope("mallory@evil.example", List.of(ALICE)), NOW),
                    MessageSource.of(MESSAGE), MALICIOUS));
            }
            bench.quarantine().release(held.get(1).id(), Set.of(), BY_ADMIN);
        }
        try (S3Server s3 = new S3Server()) {
            Settings.Bucket bucket = Stores.bucket(s3, folder);
            Settings.Server server = new Settings.Server(PostgresServer.shared().newDatabase(), "", Optional.empty(), 4);
            Settings local = EmbeddedBench.settings(folder, Settings.RecipientMode.RELEASE, Settings.DecisionScope.RECIPIENT,
                Settings.PasswordPlace.ATTACHED);
            Settings.Store shared = Stores.with(local.store(), Optional.of(bucket), Optional.of(server));
            try (ContentStore objects = Quarantines.content(shared); Stream<Path> files = Files.walk(folder.resolve("content"))) {
                for (Path file : files.filter(file -> file.toString().endsWith(".cms")).toList()) {
                    objects.put(new RecordId(file.getFileName().toString().replace(".cms", "")), out -> Files.copy(file, out));
                }
            }

            Workbench.Rebuilt rebuilt = Workbench.rebuildIndex(EmbeddedBench.with(local, shared), Clock.systemUTC());

            assertThat(rebuilt.problems()).isEmpty();
            try (EmbeddedBench bench = new EmbeddedBench(folder, store -> shared)) {
                assertThat(bench.quarantine().search(Query.all())).extracting(HeldMail::id)
                    .containsExactlyInAnyOrderElementsOf(held.stream().map(HeldMail::id).toList());
                // What was decided is not in the content.
                assertThat(bench.quarantine().find(held.get(1).id()).orElseThrow().states()).containsEntry(ALICE, State.HELD);
                assertThat(bench.quarantine().release(held.get(0).id(), Set.of(ALICE), BY_ADMIN)).isInstanceOf(Outcome.Done.class);
            }
        }
    }
}
