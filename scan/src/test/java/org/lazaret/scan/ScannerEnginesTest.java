package org.lazaret.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.lingala.zip4j.io.outputstream.ZipOutputStream;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.junit.jupiter.api.Test;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Deadline;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.Engines;
import org.lazaret.scan.engine.FakeEngine;
import org.lazaret.scan.engine.Lookup;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.examine.Analysers;
import org.lazaret.scan.examine.Spool;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;

class ScannerEnginesTest {
    private static final Duration TIME = Duration.ofSeconds(10);
    private static final byte[] NOTE = ascii("nothing but a note\n");
    private static final byte[] BAD = ascii("something that a list knows\n");

    private final FakeEngine required = new FakeEngine("guard");
    private final FakeEngine optional = new FakeEngine("second");
    private final FakeLookup list = new FakeLookup();
    private final Engines engines = new Engines(List.of(member(required, true), member(optional, false), member(list, true)), TIME);
    private final Scanner scanner = new Scanner(ScanSettings.defaults(), engines);

    private static final class FakeLookup implements Lookup {
        private final Set<String> listed = ConcurrentHashMap.newKeySet();

        @Override
        public String name() {
            return "list";
        }

        @Override
        public Optional<String> version() {
            return Optional.of("1");
        }

        @Override
        public Answer look(String sha256) {
            return listed.contains(sha256) ? new Answer.Harmful(List.of(new Answer.Hit("Family", Score.of(9), "list.csv"))) : new Answer.Clean();
        }

        @Override
        public Answer ask(Sample sample, Deadline deadline) {
            return look(sample.content().sha256());
        }

        @Override
        public void close() {
        }
    }

    private static Engines.Member member(Engine engine, boolean needed) {
        return new Engines.Member(engine, "fake", needed, 8, TIME);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String hash(byte[] bytes) {
        return Spool.of(bytes).sha256();
    }

    private static MessageSource mail(String text, String name, byte[] attachment) {
        return MessageSource.of(ascii(("""
            From: a@example.org
            Subject: files
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain

            %s
            --b
            Content-Type: application/octet-stream
            Content-Disposition: attachment; filename=%s
            Content-Transfer-Encoding: base64

            %s
            --b--
            """.formatted(text, name, Base64.getMimeEncoder().encodeToString(attachment))).replaceAll("\r?\n", "\r\n")));
    }

    private static byte[] zip(String entry, byte[] content, Optional<String> password) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, password.map(String::toCharArray).orElse(null))) {
            ZipParameters parameters = new ZipParameters();
            parameters.setFileNameInZip(entry);
            if (password.isPresent()) {
                parameters.setEncryptFiles(true);
                parameters.setEncryptionMethod(EncryptionMethod.ZIP_STANDARD);
            }
            zip.putNextEntry(parameters);
            zip.write(content);
            zip.closeEntry();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static List<Finding> findings(Verdict verdict, String rule) {
        return verdict.findings().stream().filter(finding -> finding.rule().equals(rule)).toList();
    }

    @Test
    void scanShouldFindWhatAnEngineFinds() {
        required.behave(FakeEngine.harmful("Test.Signature", 8.5));

        Verdict verdict = scanner.scanMessage(mail("hello", "note.txt", NOTE));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(findings(verdict, "engine.signature")).containsExactly(new Finding("engine.signature", Score.of(8.5), List.of("note.txt"),
            "guard: Test.Signature (database 1)", hash(NOTE)));
        assertThat(verdict.score()).isEqualTo(Score.of(8.5));
        assertThat(verdict.attachments()).extracting(Attachment::score).containsExactly(Score.of(8.5));
    }

    @Test
    void scanShouldNotAskWhenThereIsNoAttachment() {
        required.behave(FakeEngine.DOWN);

        Verdict verdict = scanner.scanMessage(MessageSource.of(ascii("From: a@example.org\r\nSubject: hello\r\n\r\nhello\r\n")));

        assertThat(verdict).isEqualTo(Verdict.Scanned.NO_ATTACHMENT);
        assertThat(required.asked()).isEmpty();
    }

    @Test
    void scanShouldBeCleanWhenAllEnginesSaySo() {
        Verdict verdict = scanner.scanMessage(mail("hello", "note.txt", NOTE));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(verdict.score()).isEqualTo(Score.NONE);
        assertThat(verdict.findings()).isEmpty();
        assertThat(required.asked()).containsExactly(hash(NOTE));
    }

    @Test
    void scanShouldFailAndKeepTheRestWhenARequiredEngineFails() {
        required.behave(FakeEngine.DOWN);
        optional.behave(FakeEngine.unable("larger than 10 bytes"));
        list.listed.add(hash(NOTE));

        Verdict verdict = scanner.scanMessage(mail("hello", "note.txt", NOTE));

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo("engine guard: IOException: connection refused");
            assertThat(failed.obstacles()).containsExactly(
                new Unscannable(Reason.OVER_ENGINE_LIMIT, "second: larger than 10 bytes", List.of("note.txt")));
        });
        assertThat(verdict.score()).isEqualTo(Score.of(9));
        assertThat(findings(verdict, "engine.signature")).extracting(Finding::evidence).containsExactly("list: Family (list.csv)");
        assertThat(verdict.attachments()).hasSize(1);
    }

    @Test
    void scanShouldNoteItWhenAnOptionalEngineFails() {
        optional.behave(FakeEngine.DOWN);

        Verdict verdict = scanner.scanMessage(mail("hello", "note.txt", NOTE));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(verdict.findings()).containsExactly(
            new Finding("engine.unavailable", Score.NONE, List.of(), "second: IOException: connection refused", ""));
        assertThat(verdict.score()).isEqualTo(Score.NONE);
    }

    @Test
    void scanShouldBeUnscannableWhenAnEngineIsUnable() {
        required.behave(FakeEngine.unable("larger than 10 bytes"));

        assertThat(scanner.scanMessage(mail("hello", "note.txt", NOTE))).isInstanceOfSatisfying(Verdict.NotScannable.class,
            unscannable -> assertThat(unscannable.obstacles()).extracting(Unscannable::reason).containsExactly(Reason.OVER_ENGINE_LIMIT));
    }

    @Test
    void scanShouldAskWhileItAnalyses() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch analysing = new CountDownLatch(1);
        required.behave((sample, deadline) -> {
            asked.countDown();
            if (!analysing.await(5, TimeUnit.SECONDS)) {
                throw new IOException("not analysed meanwhile");
            }
            return new Answer.Clean();
        });
        Analyser analyser = new Analyser() {
            @Override
            public boolean handles(Item item) {
                return true;
            }

            @Override
            public void analyse(Item item, Examination examination) throws IOException {
                try {
                    if (!asked.await(5, TimeUnit.SECONDS)) {
                        throw new IOException("not asked meanwhile");
                    }
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                analysing.countDown();
            }
        };

        Verdict verdict = new Scanner(ScanSettings.defaults(), new Analysers(List.of(), List.of(analyser)), engines)
            .scanMessage(mail("hello", "note.txt", NOTE));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
    }

    @Test
    void scanShouldLookUpArchiveEntriesButAskEnginesAboutTheWholeOnly() {
        byte[] archive = zip("inner.txt", BAD, Optional.empty());
        list.listed.add(hash(BAD));

        Verdict verdict = scanner.scanMessage(mail("hello", "files.zip", archive));

        assertThat(findings(verdict, "engine.signature")).extracting(Finding::path).containsExactly(List.of("files.zip", "inner.txt"));
        assertThat(required.asked()).containsExactly(hash(archive));
    }

    @Test
    void scanShouldLookUpEntriesAgainWhenTheListChangedSinceTheyWereAnalysed() {
        byte[] archive = zip("inner.txt", BAD, Optional.empty());
        Verdict before = scanner.scanMessage(mail("hello", "files.zip", archive));
        list.listed.add(hash(BAD));

        Verdict after = scanner.scanMessage(mail("hello", "files.zip", archive));

        assertThat(findings(before, "engine.signature")).isEmpty();
        assertThat(findings(after, "engine.signature")).hasSize(1);
        list.listed.clear();
        assertThat(scanner.scanMessage(mail("hello", "files.zip", archive))).as("nothing of it sticks to what is cached").isEqualTo(before);
    }

    @Test
    void scanShouldAskAboutWhatWasDecryptedWithWordsOfTheMail() {
        byte[] archive = zip("inner.txt", BAD, Optional.of("Secret99"));
        List<String> names = new ArrayList<>();
        required.behave((sample, deadline) -> {
            try (var in = sample.content().open()) {
                synchronized (names) {
                    names.add(sample.name());
                }
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII).contains("that a list knows")
                    ? FakeEngine.harmful("Inside", 10).answer(sample, deadline) : new Answer.Clean();
            }
        });

        Verdict verdict = scanner.scanMessage(mail("The password is Secret99", "files.zip", archive));

        assertThat(names).containsExactlyInAnyOrder("files.zip", "inner.txt");
        assertThat(findings(verdict, "engine.signature")).extracting(Finding::path).containsExactly(List.of("files.zip", "inner.txt"));
    }

    @Test
    void scanShouldNotWaitLongerThanTheEnginesHave() {
        CountDownLatch never = new CountDownLatch(1);
        required.behave((sample, deadline) -> {
            never.await();
            return new Answer.Clean();
        });
        Scanner hurried = new Scanner(ScanSettings.defaults(),
            new Engines(List.of(new Engines.Member(required, "fake", true, 8, Duration.ofMillis(200))), TIME));
        long begin = System.nanoTime();

        Verdict verdict = hurried.scanMessage(mail("hello", "note.txt", NOTE));

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Failed.class,
            failed -> assertThat(failed.cause()).isEqualTo("engine guard: No answer in time"));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void scanFileShouldAskToo() throws Exception {
        required.behave(FakeEngine.harmful("Test.Signature", 10));

        Verdict verdict = scanner.scanFile("note.txt", "text/plain", Spool.of(NOTE).open());

        assertThat(findings(verdict, "engine.signature")).hasSize(1);
    }
}
