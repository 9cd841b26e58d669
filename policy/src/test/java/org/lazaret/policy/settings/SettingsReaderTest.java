package org.lazaret.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.policy.Action;
import org.lazaret.policy.PolicySettings;
import org.lazaret.policy.settings.Settings.Administrator;
import org.lazaret.policy.settings.Settings.WhenFull;
import org.lazaret.scan.Limits;
import org.lazaret.scan.Unscannable.Reason;

class SettingsReaderTest {
    private static final Path BASE = Path.of("/srv/james");

    @Test
    void readShouldGiveTheDefaultsWhenNothingIsSet() throws Exception {
        Settings settings = read("");

        assertThat(settings.policy()).isEqualTo(PolicySettings.DEFAULT);
        assertThat(settings.scan().limits()).isEqualTo(Limits.DEFAULT);
        assertThat(settings.warning().subjectPrefix()).isEqualTo("[SUSPICIOUS] ");
        assertThat(settings.notice().subject()).isEqualTo("Malware Detected");
        assertThat(settings.store().privateKey()).contains(BASE.resolve("var/lazaret/quarantine.key"));
        assertThat(settings.administrators()).isEmpty();
    }

    @Test
    void readShouldGiveWhatIsSet() throws Exception {
        Settings settings = read("""
            action.malicious = warn
            action.unscannable.encrypted = quarantine
            threshold.malicious = 6.5
            notice.message = Grüße
            portal.url = https://mail.example.org/held/
            portal.link-validity = 7d
            limits.decoded-bytes = 2G
            quarantine.private-key = none
            retention.for.Example.ORG = 90d
            quota = 20G
            quota.when-full = expire-oldest
            administrators.quarantine-notices = a@example.org, b@example.org
            administrators.release-notices = b@example.org
            """);

        assertThat(settings.policy().malicious()).isEqualTo(Action.WARN);
        assertThat(settings.policy().unscannable()).containsEntry(Reason.ENCRYPTED, Action.QUARANTINE);
        assertThat(settings.policy().maliciousFrom().value()).isEqualTo(6.5);
        assertThat(settings.notice().message()).isEqualTo("Grüße");
        assertThat(settings.portal().publicUrl()).contains(URI.create("https://mail.example.org/held"));
        assertThat(settings.portal().linkValidity()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.scan().limits().decodedBytes()).isEqualTo(2L << 30);
        assertThat(settings.store().privateKey()).isEmpty();
        assertThat(settings.retention().keep("bob@elsewhere.example")).isEqualTo(Duration.ofDays(30));
        assertThat(settings.retention().keep("bob@EXAMPLE.org")).isEqualTo(Duration.ofDays(90));
        assertThat(settings.retention().quota()).isEqualTo(20L << 30);
        assertThat(settings.retention().whenFull()).isEqualTo(WhenFull.EXPIRE_OLDEST);
        assertThat(settings.administrators()).containsExactly(
            new Administrator("a@example.org", true, false), new Administrator("b@example.org", true, true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "action.malicious|drop|permit, warn, quarantine",
        "action.malicious|Quarantine|permit, warn, quarantine",
        "threshold.malicious|11|a number from 0 to 10",
        "threshold.malicious|seven|a number from 0 to 10",
        "threshold.suspicious|8|at most threshold.malicious = 7",
        "warning.spam-flag|yes|true or false",
        "limits.time|0s|a number above 0 with a unit",
        "limits.time|30|a number above 0 with a unit",
        "limits.entries|-1|a whole number",
        "limits.decoded-bytes|lots|a number of bytes",
        "retention|30|a number above 0 with a unit",
        "retention.for.example.org|0d|a number above 0 with a unit",
        "retention.for.|1d|a key that ends in a domain",
        "retention.for.a@b|1d|a key that ends in a domain",
        "quota|-1|0 for no limit",
        "quota.when-full|drop|defer, expire-oldest",
        "notice.from|nobody|a mail address",
        "notice.learn-more-url|javascript:alert(1)|http:// or https://",
        "portal.bind|8180|an address to listen on and a port",
        "portal.bind|127.0.0.1:99999|an address to listen on and a port",
        "portal.mode|ask|release, request",
        "portal.administrators|admin|mail addresses",
        "release.password|mail|attached, portal",
        "administrators.quarantine-notices|a@b,nobody|'nobody' is none"})
    void readShouldNameFileKeyValueAndWhatIsAllowedWhenAValueIsNotAllowed(String key, String value, String allowed) {
        assertThatThrownBy(() -> read(key + " = " + value))
            .isInstanceOf(SettingsException.class)
            .hasMessageStartingWith("lazaret.properties: " + key + " = " + value)
            .hasMessageContaining(allowed);
    }

    @Test
    void readShouldNameTheKeyAndTheNearestOneWhenAKeyIsUnknown() {
        assertThatThrownBy(() -> read("action.malicous = warn"))
            .isInstanceOf(SettingsException.class)
            .hasMessageContaining("lazaret.properties: action.malicous is no setting; did you mean action.malicious?");
    }

    @Test
    void readShouldRefuseAKeyThatIsGivenTwice() {
        assertThatThrownBy(() -> read("portal.mode = release\nportal.mode = request"))
            .isInstanceOf(SettingsException.class)
            .hasMessageContaining("given twice: portal.mode");
    }

    @Test
    void readShouldRefuseADomainThatIsGivenTwice() {
        assertThatThrownBy(() -> read("retention.for.example.org = 1d\nretention.for.EXAMPLE.org = 2d"))
            .isInstanceOf(SettingsException.class)
            .hasMessageContaining("given twice: retention.for.example.org");
    }

    @Test
    void readShouldRefuseOldKeysWhereThereIsNoCurrentOne() {
        assertThatThrownBy(() -> read("quarantine.private-key = none\nquarantine.old-private-keys = a.key"))
            .isInstanceOf(SettingsException.class)
            .hasMessageContaining("quarantine.old-private-keys = a.key")
            .hasMessageContaining("quarantine.private-key = none");
    }

    @Test
    void readShouldNameTheFileWhenItIsMissing(@TempDir Path directory) {
        assertThatThrownBy(() -> SettingsReader.read(directory.resolve("lazaret.properties"), directory))
            .isInstanceOf(SettingsException.class)
            .hasMessageContaining("lazaret.properties: there is no such file");
    }

    @Test
    void documentationShouldListExactlyTheKeysWithTheirDefaults() throws Exception {
        String documentation = Files.readString(Path.of("../docs/configuration.md"));
        Matcher line = Pattern.compile("(?m)^- `([a-z.-]+) \\((.*?)\\)`").matcher(documentation);
        Set<String> documented = new TreeSet<>();
        while (line.find()) {
            documented.add(line.group(1) + " (" + line.group(2) + ")");
        }

        assertThat(documented).isEqualTo(SettingsReader.keys().entrySet().stream()
            .map(key -> key.getKey() + " (" + key.getValue() + ")")
            .collect(Collectors.toCollection(TreeSet::new)));
        assertThat(documentation).contains("\n`retention.for.DOMAIN`");
    }

    private static Settings read(String text) throws SettingsException {
        return SettingsReader.read("lazaret.properties", text, BASE);
    }
}
