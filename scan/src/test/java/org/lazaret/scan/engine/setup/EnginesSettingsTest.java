package org.lazaret.scan.engine.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.scan.Finding;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;
import org.lazaret.scan.engine.Address;
import org.lazaret.scan.engine.EngineHealth;
import org.lazaret.scan.engine.Engines;
import org.lazaret.scan.engine.clamd.ClamdDaemon;
import org.lazaret.scan.engine.yara.YaraCommands;
import org.lazaret.scan.engine.yara.YaraOptions;
import org.lazaret.scan.examine.Spool;

class EnginesSettingsTest {
    private static final Duration TIME = Duration.ofSeconds(20);
    private static final String KNOWN = "lazaret test text that is known";

    @TempDir
    Path folder;

    private static EngineSettings clamd(boolean required, Address... addresses) {
        return new EngineSettings("clam", required, TIME, 8, Score.of(9.5), new EngineSettings.Clamd(List.of(addresses), 1 << 20));
    }

    private EngineSettings list(boolean required) {
        return new EngineSettings("list", required, TIME, 1, Score.of(8), new EngineSettings.HashList(List.of(folder.resolve("list.txt"))));
    }

    private Engines open(EngineSettings... engines) throws IOException {
        return new EnginesSettings(Arrays.asList(engines), TIME, TIME).open(folder);
    }

    private static Verdict scan(Engines engines) {
        return new Scanner(ScanSettings.defaults(), engines)
            .scanFile("note.txt", "text/plain", new ByteArrayInputStream(KNOWN.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void openShouldThrowAndNameTheEngineWhenARequiredListIsMissing() {
        assertThatThrownBy(() -> open(clamd(true, new Address.Tcp("127.0.0.1", 1)), list(true)))
            .isInstanceOf(IOException.class)
            .hasMessageStartingWith("list: ")
            .hasMessageContaining("list.txt");
    }

    @Test
    void openShouldNotAskForServersAndOptionalLists() throws Exception {
        try (Engines engines = open(clamd(true, new Address.Unix(folder.resolve("none"))), list(false))) {
            assertThat(engines.health()).extracting(EngineHealth::name).containsExactly("clam", "list");
            assertThat(engines.health()).extracting(EngineHealth::kind).containsExactly("clamd", "hash-list");

            assertThat(scan(engines)).isInstanceOfSatisfying(Verdict.Failed.class, failed -> {
                assertThat(failed.cause()).startsWith("engine clam: ");
                assertThat(failed.findings()).extracting(Finding::rule).containsExactly("engine.unavailable");
            });
            assertThat(engines.health()).noneMatch(EngineHealth::isWell);
        }
    }

    private EngineSettings rules(String command) {
        return new EngineSettings("rules", true, TIME, 2, Score.of(6), new EngineSettings.Yara(
            new YaraOptions(command, "yarac", List.of(folder.resolve("a.yar")), Score.of(6), 1 << 20)));
    }

    @Test
    void openShouldThrowAndNameTheEngineWhenACommandIsMissing() {
        assertThatThrownBy(() -> open(rules("no-such-command"))).isInstanceOf(IOException.class).hasMessageStartingWith("rules: ");
    }

    @Test
    void enginesShouldFindWhatARuleMatches() throws Exception {
        YaraCommands.skipWhereNotInstalled();
        Files.writeString(folder.resolve("a.yar"),
            "rule Known { meta: score = 85 description = \"known text\" strings: $a = \"" + KNOWN + "\" condition: $a }");
        try (Engines engines = open(rules("yara"))) {
            Verdict verdict = scan(engines);

            assertThat(verdict.score()).isEqualTo(Score.of(8.5));
            assertThat(verdict.findings()).extracting(Finding::evidence).containsExactly("rules: Known (known text)");
            assertThat(engines.health()).allMatch(EngineHealth::isWell).extracting(EngineHealth::kind).containsExactly("yara");
        }
    }

    @Test
    void enginesShouldFindWhatTheRealOnesKnowAlthoughOneInstanceIsDown() throws Exception {
        try (ClamdDaemon daemon = ClamdDaemon.start(folder, Map.of(), "Lazaret.Test.Known", KNOWN)) {
            Files.writeString(folder.resolve("list.txt"), Spool.of(KNOWN.getBytes(StandardCharsets.US_ASCII)).sha256() + "  known.txt\n");
            try (Engines engines = open(clamd(true, new Address.Unix(folder.resolve("none")), daemon.unix()), list(true))) {
                Verdict verdict = scan(engines);

                assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
                assertThat(verdict.score()).isEqualTo(Score.of(9.5));
                assertThat(verdict.findings()).extracting(Finding::evidence).hasSize(2)
                    .anySatisfy(evidence -> assertThat(evidence).startsWith("clam: Lazaret.Test.Known.UNOFFICIAL (ClamAV "))
                    .anySatisfy(evidence -> assertThat(evidence).isEqualTo("list: known.txt (list.txt)"));
                assertThat(engines.health()).allMatch(EngineHealth::isWell);
            }
        }
    }
}
