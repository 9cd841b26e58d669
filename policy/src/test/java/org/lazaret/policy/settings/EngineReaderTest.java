package org.lazaret.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Address;
import org.lazaret.scan.engine.Secret;
import org.lazaret.scan.engine.setup.EngineSettings;
import org.lazaret.scan.engine.setup.EnginesSettings;
import org.lazaret.scan.engine.yara.YaraOptions;

class EngineReaderTest {
    private static final Path BASE = Path.of("/srv/james");

    private static EnginesSettings read(String text) throws SettingsException {
        return SettingsReader.read("lazaret.properties", text, BASE).scan().engines();
    }

    @Test
    void readShouldKnowNoEnginesWhenNoneAreNamed() throws Exception {
        assertThat(read("")).isEqualTo(EnginesSettings.NONE);
    }

    @Test
    void readShouldTakeDefaultsForWhatIsNotSaid() throws Exception {
        EnginesSettings engines = read("""
            engines = clam
            engine.clam.kind = clamd
            engine.clam.address = 127.0.0.1:3310
            """);

        assertThat(engines.engines()).containsExactly(new EngineSettings("clam", true, Duration.ofSeconds(20), 8, Score.WORST,
            new EngineSettings.Clamd(List.of(new Address.Tcp("127.0.0.1", 3310)), 25 << 20)));
    }

    @Test
    void readShouldTakeEveryKindInTheOrderNamed() throws Exception {
        EnginesSettings engines = read("""
            engines = lists, cloud, proxy, clam-1, rules
            engines.time = 40s
            engine.clam-1.kind = clamd
            engine.clam-1.address = unix:/run/clamd.ctl, [::1]:3310
            engine.clam-1.required = false
            engine.clam-1.timeout = 5s
            engine.clam-1.weight = 9.5
            engine.clam-1.max-size = 10M
            engine.clam-1.concurrency = 3
            engine.proxy.kind = icap
            engine.proxy.address = icap://127.0.0.1:1344/virus_scan
            engine.proxy.method = reqmod
            engine.lists.kind = hash-list
            engine.lists.files = lists/bad.csv, /etc/lists
            engine.cloud.kind = atp-cloud
            engine.cloud.address = https://cloud.example
            engine.cloud.token = file:token
            engine.cloud.types = application/pdf
            engine.rules.kind = yara
            engine.rules.rules = rules, /etc/yara/more.yar
            engine.rules.command = bin/yara
            engine.rules.weight = 6
            """);

        assertThat(engines.engines()).extracting(EngineSettings::name).containsExactly("lists", "cloud", "proxy", "clam-1", "rules");
        assertThat(engines.engines()).extracting(engine -> engine.kind().word()).containsExactly("hash-list", "atp-cloud", "icap", "clamd", "yara");
        assertThat(engines.engines().getFirst().kind())
            .isEqualTo(new EngineSettings.HashList(List.of(BASE.resolve("lists/bad.csv"), Path.of("/etc/lists"))));
        assertThat(engines.engines().getFirst().timeout()).isEqualTo(Duration.ofSeconds(40));
        assertThat(engines.engines().get(1).kind()).isInstanceOfSatisfying(EngineSettings.AtpCloud.class, cloud -> {
            assertThat(cloud.options().base()).isEqualTo(URI.create("https://cloud.example"));
            assertThat(cloud.options().token()).isEqualTo(new Secret.InFile(BASE.resolve("token")));
            assertThat(cloud.options().types()).containsExactly("application/pdf");
        });
        assertThat(engines.engines().get(3)).isEqualTo(new EngineSettings("clam-1", false, Duration.ofSeconds(5), 3, Score.of(9.5),
            new EngineSettings.Clamd(List.of(new Address.Unix(Path.of("/run/clamd.ctl")), new Address.Tcp("::1", 3310)), 10 << 20)));
        assertThat(engines.engines().getLast().kind()).isEqualTo(new EngineSettings.Yara(new YaraOptions("/srv/james/bin/yara", "yarac",
            List.of(BASE.resolve("rules"), Path.of("/etc/yara/more.yar")), Score.of(6), 25 << 20)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "engines = Clam|engines = Clam: allowed is names of lower-case letters",
        "engines = a, a|allowed is each name once",
        "engines = a|engine.a.kind = : allowed is one of: clamd, icap, hash-list, yara, atp-cloud",
        "engines = a;engine.a.kind = clamav|engine.a.kind = clamav: allowed is one of: clamd",
        "engines = a;engine.a.kind = clamd|engine.a.address = : allowed is at least one",
        "engines = a;engine.a.kind = clamd;engine.a.address = here|engine.a.address = here: allowed is host:port",
        "engines = a;engine.a.kind = clamd;engine.a.address = h:1, h:99999|engine.a.address = h:1, h:99999: allowed is host:port",
        "engines = a;engine.a.kind = clamd;engine.a.address = h:1;engine.a.max-size = big|engine.a.max-size = big: allowed is a number of bytes",
        "engines = a;engine.a.kind = clamd;engine.a.address = h:1;engine.a.weight = 11|engine.a.weight = 11: allowed is a number from 0 to 10",
        "engines = a;engine.a.kind = clamd;engine.a.address = h:1;engine.a.required = no|engine.a.required = no: allowed is",
        "engines = a;engine.a.kind = clamd;engine.a.adress = h:1|engine.a.adress is no setting of the kind clamd; did you mean engine.a.address?",
        "engines = a;engine.a.kind = clamd;engine.a.files = x|engine.a.files is no setting of the kind clamd; behind engine.a. stands one of: kind,",
        "engines = a;engine.a.kind = hash-list|engine.a.files = : allowed is at least one",
        "engines = a;engine.a.kind = icap;engine.a.address = http://h/x|engine.a.address = http://h/x: allowed is icap://host:port/service",
        "engines = a;engine.a.kind = atp-cloud;engine.a.address = http://h|engine.a.address = http://h: allowed is The address of ATP Cloud is https",
        "engines = a;engine.a.kind = atp-cloud;engine.a.address = https://h|engine.a.token = : allowed is file:PATH",
        "engines = a;engine.a.kind = yara|engine.a.rules = : allowed is at least one",
        "engines = a;engine.a.kind = yara;engine.a.rules = r;engine.a.command =|engine.a.command = : allowed is a name to be found in PATH",
        "engine.b.kind = clamd|engine.b.kind: b is not among engines",
        "engines = a;engine.b.kind = clamd|engine.b.kind: b is not among engines; engines = a",
        "engine.kind = clamd|engine.kind: a key is engine.NAME.KEY",
        "engines.time = soon|engines.time = soon: allowed is a number above 0 with a unit"})
    void readShouldSayWhatIsAllowedWhenSomethingElseIsGiven(String lines, String message) {
        assertThatThrownBy(() -> read(lines.replace(";", "\n")))
            .isInstanceOf(SettingsException.class)
            .hasMessageStartingWith("lazaret.properties: ")
            .hasMessageContaining(message);
    }

    @Test
    void documentationShouldListExactlyTheKeysOfEachKind() throws Exception {
        String[] sections = Files.readString(Path.of("../docs/configuration.md")).split("(?m)^### Kind ");
        Map<String, Map<String, String>> documented = new TreeMap<>();
        for (int i = 1; i < sections.length; i++) {
            Map<String, String> keys = keys(sections[0]);
            keys.putAll(keys(sections[i].split("(?m)^## ")[0]));
            documented.put(sections[i].lines().findFirst().orElseThrow().strip(), keys);
        }

        assertThat(documented).isEqualTo(EngineReader.keysByKind());
    }

    private static Map<String, String> keys(String section) {
        Map<String, String> keys = new TreeMap<>();
        Matcher line = Pattern.compile("(?m)^- `engine\\.NAME\\.([a-z-]+) \\((.*?)\\)`").matcher(section);
        while (line.find()) {
            keys.put(line.group(1), line.group(2));
        }
        return keys;
    }
}
