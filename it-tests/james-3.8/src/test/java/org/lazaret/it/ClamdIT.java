package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.it.client.Await;
import org.lazaret.it.client.ClamDaemon;
import org.lazaret.it.client.Samples;
import org.lazaret.it.client.Samples.Sample;

/** The real clamd behind a real James: what only its signatures know is held, and nothing passes unseen while it is away. */
class ClamdIT {
    private static final String SIGNATURE = "Lazaret.Test.Needle";
    private static final String NEEDLE = "needle that only clamd knows";
    /** {@code -Dlazaret.outage.seconds=600} for the long run. */
    private static final Duration LOAD = Duration.ofSeconds(Long.getLong("lazaret.outage.seconds", 15));
    /** For so long clamd is there, then away, then there again. */
    private static final Duration SPELL = Duration.ofSeconds(Math.max(3, LOAD.toSeconds() / 20));

    /** Between two mails to the same recipient; James' mailboxes in memory look at all of a mailbox for each mail that is added. */
    private static final Duration PACE = Duration.ofMillis(200);

    private Path clamd;

    @BeforeEach
    void findClamd() {
        Optional<Path> program = ClamDaemon.program();
        if (program.isEmpty()) {
            System.out.println("ClamdIT is skipped: there is no clamd here (Debian's package clamav-daemon)");
        }
        Assumptions.assumeTrue(program.isPresent(), "There is no clamd here (Debian's package clamav-daemon)");
        clamd = program.get();
    }

    private static Map<String, String> settings(ClamDaemon daemon, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of("engines", "clamav", "engine.clamav.kind", "clamd",
            "engine.clamav.address", daemon.address()));
        settings.putAll(more);
        return settings;
    }

    private static Sample harmful(String title) {
        return new Sample(title, Samples.Fate.HELD, "notes.txt", "text/plain", text(title + "\r\n" + NEEDLE + "\r\n"));
    }

    private static Sample clean(String title) {
        return new Sample(title, Samples.Fate.DELIVERED, "notes.txt", "text/plain", text(title + "\r\n"));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void mailShouldBeHeldWithTheNameOfTheSignatureWhenOnlyClamdKnowsIt(@TempDir Path folder) throws Exception {
        try (ClamDaemon daemon = ClamDaemon.start(clamd, folder.resolve("clamd"), Map.of(SIGNATURE, text(NEEDLE)));
                JamesServer server = TestServer.start(folder.resolve("james"), settings(daemon, Map.of()))) {
            Recipient alice = new Recipient(server, JamesServer.ALICE);

            Fate held = Fate.of(server, alice, harmful("Needle"));
            Fate delivered = Fate.of(server, alice, clean("Hay"));

            assertThat(held.fate()).isEqualTo(Samples.Fate.HELD);
            assertThat(alice.browser().open(URI.create(held.where())).text()).contains("clamav: " + SIGNATURE);
            assertThat(delivered.fate()).isEqualTo(Samples.Fate.DELIVERED);
        }
    }

    @Test
    void mailShouldBeDeferredThenDecidedWhenClamdComesBack(@TempDir Path folder) throws Exception {
        try (ClamDaemon daemon = ClamDaemon.start(clamd, folder.resolve("clamd"), Map.of(SIGNATURE, text(NEEDLE)))) {
            daemon.kill();
            try (JamesServer server = TestServer.start(folder.resolve("james"), settings(daemon, deferral()))) {
                Recipient alice = new Recipient(server, JamesServer.ALICE);
                Recipient bob = new Recipient(server, JamesServer.BOB);
                send(server, JamesServer.ALICE, harmful("Held later"));
                send(server, JamesServer.BOB, clean("Delivered later"));
                Await.until("health to tell of clamd", () -> alice.browser().open(server.webadmin("/healthcheck")).text().contains("clamav"));
                assertThat(alice.mailbox().messages()).isEmpty();
                assertThat(bob.mailbox().messages()).isEmpty();

                daemon.start();

                assertThat(alice.openNotice("Held later").text()).contains("clamav: " + SIGNATURE);
                assertThat(bob.await("Delivered later").header("X-Lazaret-Verdict")).isEmpty();
            }
        }
    }

    @Test
    void mailShouldBeHeldWhenClamdStaysAway(@TempDir Path folder) throws Exception {
        Map<String, String> settings = new HashMap<>(deferral());
        settings.put("defer.attempts", "2");
        try (ClamDaemon daemon = ClamDaemon.start(clamd, folder.resolve("clamd"), Map.of(SIGNATURE, text(NEEDLE)))) {
            daemon.kill();
            try (JamesServer server = TestServer.start(folder.resolve("james"), settings(daemon, settings))) {
                Recipient alice = new Recipient(server, JamesServer.ALICE);

                Fate fate = Fate.of(server, alice, clean("Never looked at"));

                assertThat(fate.fate()).isEqualTo(Samples.Fate.HELD);
            }
        }
    }

    @Test
    void noMailShouldBeLostOrPassUnseenWhenClamdComesAndGoesUnderLoad(@TempDir Path folder) throws Exception {
        try (ClamDaemon daemon = ClamDaemon.start(clamd, folder.resolve("clamd"), Map.of(SIGNATURE, text(NEEDLE)));
                JamesServer server = TestServer.start(folder.resolve("james"), settings(daemon, deferral()))) {
            Recipient alice = new Recipient(server, JamesServer.ALICE);
            Recipient bob = new Recipient(server, JamesServer.BOB);
            List<String> sent = new ArrayList<>();
            Instant begin = Instant.now();
            Instant end = begin.plus(LOAD);
            Instant next = begin.plus(SPELL);
            boolean up = true;
            while (Instant.now().isBefore(end)) {
                String number = String.valueOf(sent.size());
                send(server, JamesServer.ALICE, harmful("Harmful " + number));
                send(server, JamesServer.BOB, clean("Clean " + number));
                sent.add(number);
                Instant turn = begin.plus(PACE.multipliedBy(sent.size()));
                Await.until("the turn of the next mail", () -> Instant.now().isAfter(turn));
                if (Instant.now().isAfter(next)) {
                    next = Instant.now().plus(SPELL);
                    if (up) {
                        daemon.kill();
                    } else {
                        daemon.start();
                    }
                    up = !up;
                }
            }
            if (!up) {
                daemon.start();
            }

            Await.until("every mail to be decided", LOAD.plusSeconds(60), () -> alice.mailbox().messages().size() >= sent.size()
                && bob.mailbox().messages().size() >= sent.size());
            System.out.printf("ClamdIT: %d mails to each of two recipients while clamd came and went%n", sent.size());
            assertThat(alice.mailbox().messages()).hasSize(sent.size())
                .allMatch(message -> message.header("Auto-Submitted").isPresent());
            assertThat(about(alice, server)).isEqualTo(sent.stream().map(number -> "Harmful " + number).collect(Collectors.toSet()));
            assertThat(bob.subjects()).containsExactlyInAnyOrderElementsOf(sent.stream().map(number -> "Clean " + number).toList());
        }
    }

    /** The subjects that somebody's notices lead to. */
    private static Set<String> about(Recipient recipient, JamesServer server) throws IOException {
        Set<String> subjects = new HashSet<>();
        for (Received notice : recipient.mailbox().messages()) {
            String page = recipient.browser().open(notice.link(server.portal("/")).orElseThrow()).text();
            Matcher subject = Pattern.compile("Harmful [0-9]+").matcher(page);
            assertThat(subject.find()).isTrue();
            assertThat(subjects.add(subject.group())).as(subject.group() + " is held twice").isTrue();
        }
        return subjects;
    }

    private static Map<String, String> deferral() {
        return Map.of("action.failed", "defer", "defer.attempts", "100", "defer.first-delay", "1s", "defer.longest-delay", "5s");
    }

    private static void send(JamesServer server, JamesServer.Account to, Sample sample) throws IOException {
        server.smtp().send("sender@example.com", List.of(to.address()), sample.message(List.of(to.address())));
    }
}
