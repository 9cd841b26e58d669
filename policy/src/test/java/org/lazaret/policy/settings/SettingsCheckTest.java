package org.lazaret.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lazaret.policy.Action;
import org.lazaret.policy.settings.SettingsCheck.Fault;

class SettingsCheckTest {
    private static final Path BASE = Path.of("/srv/james");

    @Test
    void checkShouldNameEveryFaultWithItsLine() {
        SettingsCheck check = SettingsCheck.of("""
            # A comment that goes on \\
            action.malicous = warn
            action.malicious = destroy
            action.suspicious = warn
            threshold.malicious = 3
            threshold.suspicious = \\
               5

            retention = 30
            action.suspicious = permit
            notice.organisation = \\uZZZZ
            index.password = hunter2
            for.example.org.action.suspicous = warn
            portal.mode = request
            retention.for.@ = 1d
            outbound.action.suspicious = defer
            """, BASE);

        assertThat(check.faults()).extracting(Fault::line).containsExactly(2, 3, 6, 9, 10, 11, 12, 13, 15, 16);
        assertThat(check.faults()).extracting(Fault::text).satisfiesExactly(
            text -> assertThat(text).startsWith("action.malicous is no setting; did you mean action.malicious?"),
            text -> assertThat(text).startsWith("action.malicious = destroy: allowed is permit"),
            text -> assertThat(text).startsWith("threshold.suspicious = 5 contradicts threshold.malicious = 3"),
            text -> assertThat(text).startsWith("retention = 30: allowed is a number above 0 with a unit"),
            text -> assertThat(text).isEqualTo("given twice: action.suspicious, also in line 4"),
            text -> assertThat(text).contains("Malformed"),
            text -> assertThat(text).startsWith("index.password = …: allowed is file:PATH"),
            text -> assertThat(text).contains("for.example.org.action.suspicous is no setting; did you mean for.example.org.action.suspicious?"),
            text -> assertThat(text).contains("retention.for.@"),
            text -> assertThat(text).contains("outbound.action.suspicious = defer"));
        assertThat(check.faults().toString()).doesNotContain("hunter2");
    }

    @Test
    void checkShouldNameEveryFaultOfEngines() {
        SettingsCheck check = SettingsCheck.of("""
            engines = av, Bad_Name, av, lists, cloud
            engine.av.kind = clamd
            engine.av.max-size = lots
            engine.av.wight = 3
            engine.av.concurrency = 0
            engine.Bad_Name.kind = icap
            engine.lists.kind = hashes
            engine.lists.weight = 99
            engine.other.kind = icap
            engine.cloud.kind = atp-cloud
            engine.cloud.token = secret
            engine.cloud.submit = perhaps
            """, BASE);

        assertThat(check.faults()).extracting(Fault::line, fault -> fault.text().replaceFirst("(?s)( is no setting|:| = ).*", ""))
            .containsExactlyInAnyOrder(tuple(1, "engines"), tuple(2, "engine.av.address"), tuple(3, "engine.av.max-size"),
                tuple(4, "engine.av.wight"), tuple(5, "engine.av.concurrency"), tuple(7, "engine.lists.kind"), tuple(9, "engine.other.kind"),
                tuple(10, "engine.cloud.address"), tuple(11, "engine.cloud.token"), tuple(12, "engine.cloud.submit"));
        assertThat(check.valid().scan().engines().engines()).isEmpty();
    }

    @Test
    void validShouldHaveWhatIsAllowed() {
        SettingsCheck check = SettingsCheck.of("""
            action.malicious = warn
            retention = soon
            quota = 5G
            engines = lists
            engine.lists.kind = hash-list
            engine.lists.files = known.txt
            """, BASE);

        assertThat(check.valid().policy().everybody().inbound().malicious()).isEqualTo(Action.WARN);
        assertThat(check.valid().retention().keep()).isEqualTo(Duration.ofDays(30));
        assertThat(check.valid().retention().quota()).isEqualTo(5L << 30);
        assertThat(check.valid().scan().engines().engines()).hasSize(1);
        assertThat(check.line("quota")).isEqualTo(3);
        assertThat(check.line("portal.mode")).isZero();
    }

    @Test
    void linesShouldBeThoseThatTheServerReads() throws Exception {
        for (Path file : List.of(Path.of("../conf/lazaret.properties"), Path.of("../conf/examples/gateway/lazaret.properties"))) {
            String text = Files.readString(file);

            assertThat(PropertyLine.parse(text)).allMatch(line -> line.defect() == null)
                .extracting(PropertyLine::key, PropertyLine::value)
                .containsExactlyInAnyOrderElementsOf(SettingsFile.lines("file", text).entrySet().stream()
                    .map(line -> tuple(line.getKey(), line.getValue())).toList());
            assertThat(SettingsCheck.of(text, BASE).faults()).isEmpty();
        }
    }
}
