package org.lazaret.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.policy.Action;
import org.lazaret.policy.Direction;
import org.lazaret.policy.PolicyScopes;
import org.lazaret.policy.PolicySettings;
import org.lazaret.policy.language.CustomText;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.settings.Settings.Administrator;
import org.lazaret.policy.settings.Settings.WhenFull;
import org.lazaret.scan.Limits;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.engine.Secret;

class SettingsReaderTest {
    private static final Path BASE = Path.of("/srv/james");

    @Test
    void readShouldGiveTheDefaultsWhenNothingIsSet() throws Exception {
        Settings settings = read("");

        assertThat(settings.policy()).isEqualTo(PolicyScopes.of(PolicySettings.DEFAULT));
        assertThat(settings.scan().limits()).isEqualTo(Limits.DEFAULT);
        assertThat(settings.warning().subjectPrefix()).isEqualTo("[SUSPICIOUS] ");
        assertThat(settings.notice().wording(Language.EN)).isEqualTo(Settings.Wording.OURS);
        assertThat(settings.notice().language("bob@example.org")).isEqualTo(Language.EN);
        assertThat(settings.notice().perHour()).isEqualTo(5);
        assertThat(settings.administratorNotices()).isEqualTo(new Settings.AdministratorNotices(Language.EN, 20));
        assertThat(settings.store().privateKey()).contains(BASE.resolve("var/lazaret/quarantine.key"));
        assertThat(settings.administrators()).isEmpty();
    }

    @Test
    void readShouldGiveWhatIsSet() throws Exception {
        Settings settings = read("""
            action.malicious = warn
            action.unscannable.encrypted = quarantine
            threshold.malicious = 6.5
            notice.message = Grüße\\nzwei
            notice.message.nl = Hallo {recipient} {}
            notice.language = fr
            notice.language.for.Example.org = de
            notice.language.for.ann@example.org = ja
            administrators.language = pl
            administrators.notices-per-hour = 3
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

        assertThat(settings.policy().everybody().inbound().malicious()).isEqualTo(Action.WARN);
        assertThat(settings.policy().everybody().inbound().unscannable()).containsEntry(Reason.ENCRYPTED, Action.QUARANTINE);
        assertThat(settings.policy().everybody().inbound().maliciousFrom().value()).isEqualTo(6.5);
        assertThat(settings.notice().wording(Language.FR).message()).map(CustomText::toString).contains("Grüße\nzwei");
        assertThat(settings.notice().wording(Language.NL).message()).map(CustomText::toString).contains("Hallo {recipient} {}");
        assertThat(settings.notice().wording(Language.NL).subject()).isEmpty();
        assertThat(settings.notice().language("bob@elsewhere.example")).isEqualTo(Language.FR);
        assertThat(settings.notice().language("bob@example.ORG")).isEqualTo(Language.DE);
        assertThat(settings.notice().language("Ann@example.org")).isEqualTo(Language.JA);
        assertThat(settings.administratorNotices()).isEqualTo(new Settings.AdministratorNotices(Language.PL, 3));
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

    @Test
    void readShouldGiveThePlacesOfSecrets() throws Exception {
        Settings settings = read("""
            index.url = jdbc:postgresql://db.example.org/lazaret
            index.password = file:conf/password
            content.url = s3://quarantine
            content.credentials = env:S3_CREDENTIALS
            """);

        assertThat(settings.store().server().orElseThrow().password()).contains(new Secret.InFile(BASE.resolve("conf/password")));
        assertThat(settings.store().bucket().orElseThrow().credentials()).contains(new Secret.InVariable("S3_CREDENTIALS"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"index.password = hunter2", "portal.tls.keystore = s.p12\nportal.tls.keystore-password = hunter2",
        "content.credentials = hunter2",
        "engines = a\nengine.a.kind = atp-cloud\nengine.a.address = https://h\nengine.a.token = hunter2"})
    void readShouldRefuseASecretInTheClearAndNotShowIt(String text) {
        assertThatThrownBy(() -> read(text))
            .isInstanceOf(SettingsException.class)
            .hasMessageContaining(": allowed is file:PATH").hasMessageContaining("env:NAME")
            .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "action.malicious|drop|permit, warn, quarantine",
        "action.malicious|defer|only action.failed can be defer",
        "action.failed.after|defer|only action.failed can be defer",
        "action.failed|later|permit, warn, defer, quarantine",
        "for.example.org.action.malicious|drop|permit, warn, quarantine",
        "defer.longest-delay|8d|at most 7d",
        "action.malicious|Quarantine|permit, warn, quarantine",
        "threshold.malicious|11|a number from 0 to 10",
        "threshold.malicious|seven|a number from 0 to 10",
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
        "notice.subject|{link} {x|text with the placeholders {recipient}, {sender}, {subject}",
        "notice.message.de|Hallo {name}|{organisation}; {name} is none",
        "notice.message.xx|Hallo|a key that ends in a language: en, de, fr",
        "notice.language|deutsch|en, de, fr, es, it, nl, pl, pt, ja, zh",
        "notice.language.for.example.org|xx|en, de, fr, es, it, nl, pl, pt, ja, zh",
        "notice.language.for.@|de|a key that ends in a domain or an address",
        "notice.per-hour|0|a whole number",
        "administrators.language|none|en, de, fr",
        "portal.bind|8180|an address to listen on and a port",
        "portal.bind|127.0.0.1:99999|an address to listen on and a port",
        "portal.mode|ask|release, request",
        "portal.undo|10|0 for none",
        "portal.administrators|admin|mail addresses",
        "portal.auditors|audit|mail addresses",
        "portal.auditors.preview|maybe|true",
        "release.password|mail|attached, portal",
        "administrators.quarantine-notices|a@b,nobody|'nobody' is none"})
    void readShouldNameFileKeyValueAndWhatIsAllowedWhenAValueIsNotAllowed(String key, String value, String allowed) {
        assertThatThrownBy(() -> read(key + " = " + value))
            .isInstanceOf(SettingsException.class)
            .hasMessageStartingWith("lazaret.properties: " + key + " = " + value)
            .hasMessageContaining(allowed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "portal.tls.certificate = a.pem|portal.tls.private-key = : allowed is a PEM file",
        "portal.tls.private-key = a.pem|portal.tls.certificate = : allowed is a PEM file",
        "portal.tls.certificate = a.pem; portal.tls.private-key = k.pem; portal.tls.keystore = s.p12|portal.tls.keystore = s.p12: allowed is nothing",
        "portal.tls.keystore-password = env:P|portal.tls.keystore-password = env:P: allowed is nothing without portal.tls.keystore",
        "portal.tls.keystore = s.p12; portal.url = http://a.example|portal.url = http://a.example: allowed is an address that starts with https://"})
    void readShouldRefuseHalfOfTls(String lines, String message) {
        assertThatThrownBy(() -> read(lines.replace("; ", "\n"))).isInstanceOf(SettingsException.class)
            .hasMessageStartingWith("lazaret.properties: ").hasMessageContaining(message);
    }

    @Test
    void readShouldGiveThePortalsCertificateInEitherForm() throws Exception {
        Settings.Portal pem = read("portal.tls.certificate = c.pem\nportal.tls.private-key = k.pem\nportal.url = https://a.example").portal();
        Settings.Portal keystore = read("portal.tls.keystore = s.p12\nportal.tls.keystore-password = file:p").portal();

        assertThat(pem.tls()).contains(new Settings.Tls.Pem(BASE.resolve("c.pem"), BASE.resolve("k.pem")));
        assertThat(keystore.tls()).contains(new Settings.Tls.Keystore(BASE.resolve("s.p12"), Optional.of(new Secret.InFile(BASE.resolve("p")))));
        assertThat(read("").portal().tls()).isEmpty();
    }

    @Test
    void readShouldNotTakeAnAccountAsAuditorAndAdministrator() {
        assertThatThrownBy(() -> read("portal.administrators = a@example.org\nportal.auditors = b@example.org, A@example.org"))
            .isInstanceOf(SettingsException.class)
            .hasMessageContaining("portal.auditors = b@example.org, A@example.org")
            .hasMessageContaining("not in portal.administrators");
    }

    @Test
    void readShouldGiveEachScopeWhatTheNextWiderOneSaysWhenItSaysNothingItself() throws Exception {
        PolicyScopes scopes = read("""
            action.suspicious = permit
            outbound.action.suspicious = quarantine
            for.Example.org.action.unscannable.encrypted = quarantine
            for.anna@example.org.action.malicious = warn
            for.bücher.example.threshold.malicious = 9
            """).policy();

        assertThat(scopes.of("bob@other.example", Direction.INBOUND).suspicious()).isEqualTo(Action.PERMIT);
        assertThat(scopes.of("bob@other.example", Direction.OUTBOUND).suspicious()).isEqualTo(Action.QUARANTINE);
        assertThat(scopes.of("bob@EXAMPLE.ORG", Direction.INBOUND).unscannable()).containsEntry(Reason.ENCRYPTED, Action.QUARANTINE);
        assertThat(scopes.of("bob@example.org", Direction.INBOUND).malicious()).isEqualTo(Action.QUARANTINE);
        assertThat(scopes.of("bob@sub.example.org", Direction.INBOUND).unscannable()).containsEntry(Reason.ENCRYPTED, Action.WARN);
        assertThat(scopes.of("Anna@example.org", Direction.INBOUND).malicious()).isEqualTo(Action.WARN);
        assertThat(scopes.of("Anna@example.org", Direction.INBOUND).unscannable()).containsEntry(Reason.ENCRYPTED, Action.QUARANTINE);
        assertThat(scopes.of("x@xn--bcher-kva.example", Direction.INBOUND).maliciousFrom().value()).isEqualTo(9);
        assertThat(scopes.of("no address", Direction.INBOUND)).isEqualTo(scopes.everybody().inbound());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "action.malicious = warn; action.suspicious = quarantine|action.malicious = warn contradicts action.suspicious = quarantine: ",
        "action.malicious = permit|action.malicious = permit contradicts action.suspicious = warn (the default): ",
        "threshold.suspicious = 8|threshold.suspicious = 8 contradicts threshold.malicious = 7 (the default): ",
        "for.b.example.threshold.malicious = 3|threshold.suspicious = 4 contradicts for.b.example.threshold.malicious = 3: ",
        "outbound.action.malicious = permit|outbound.action.malicious = permit contradicts action.suspicious = warn (the default): ",
        "for.a@b.example.action.malicious = permit; for.b.example.action.suspicious = quarantine"
            + "|for.a@b.example.action.malicious = permit contradicts for.b.example.action.suspicious = quarantine: ",
        "for.b.example.action.failed = warn; for.B.example.action.failed = permit"
            + "|for.b.example.action.failed = warn contradicts for.B.example.action.failed = permit: both are for the same recipient",
        "for.bücher.example.action.failed = warn; for.xn--bcher-kva.example.action.failed = warn|both are for the same recipient",
        "action.failed = warn; action.failed.after = quarantine|action.failed.after = quarantine contradicts action.failed = warn: ",
        "for.b.example.action.failed = warn; for.b.example.action.failed.after = warn"
            + "|for.b.example.action.failed.after = warn contradicts for.b.example.action.failed = warn: ",
        "action.failed = quarantine; defer.attempts = 3|defer.attempts = 3 contradicts action.failed = quarantine: nothing is deferred",
        "defer.first-delay = 1h|defer.first-delay = 1h contradicts defer.longest-delay = 30m (the default): "})
    void readShouldNameBothLinesWhenTheyContradictEachOther(String lines, String message) {
        assertThatThrownBy(() -> read(lines.replace("; ", "\n")))
            .isInstanceOf(SettingsException.class)
            .hasMessageStartingWith("lazaret.properties: ")
            .hasMessageContaining(message);
    }

    @Test
    void readShouldTakeWhatComesAfterDeferringWhenANarrowerScopeDefers() throws Exception {
        PolicyScopes scopes = read("""
            action.failed = quarantine
            action.failed.after = warn
            for.example.org.action.failed = defer
            """).policy();

        assertThat(scopes.of("a@example.org", Direction.INBOUND).failedAfter()).isEqualTo(Action.WARN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "for.example.org.action.malicous|did you mean for.example.org.action.malicious?",
        "outbound.action.malicous|did you mean outbound.action.malicious?",
        "outbound.portal.mode|behind outbound. stands one of: action.malicious",
        "for.example.org.portal.mode|behind for.RECIPIENT. stands one of: action.malicious",
        "for.exa mple.action.failed|behind 'for.' stands a domain or an address: 'exa mple' is no domain name",
        "for.a b@example.org.action.failed|is no local part of an address",
        "for.faß.example.action.failed|write it in its ASCII form",
        "for.action.failed|behind for.RECIPIENT. stands one of"})
    void readShouldSayWhatStandsBehindAScopeWhenItIsSomethingElse(String key, String message) {
        assertThatThrownBy(() -> read(key.replace(" ", "\\ ") + " = warn"))
            .isInstanceOf(SettingsException.class)
            .hasMessageStartingWith("lazaret.properties: " + key)
            .hasMessageContaining(message);
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
        assertThat(documentation).contains("\n`retention.for.DOMAIN`", "`notice.language.for.RECIPIENT`", "`notice.message.LANGUAGE`");
    }

    @Test
    void documentationShouldMarkTheSectionsOfWhatCanBeChangedAtRunTime() throws Exception {
        String documentation = Files.readString(Path.of("../docs/configuration.md"));
        for (String section : documentation.split("\n## ")) {
            Matcher line = Pattern.compile("(?m)^- `([a-zA-Z.-]+) \\(.*?\\)`").matcher(section);
            while (line.find()) {
                assertThat(RunTimeKeys.contain(line.group(1))).as(line.group(1)).isEqualTo(section.lines().findFirst().orElseThrow()
                    .endsWith("(at run time)"));
            }
        }
    }

    private static Settings read(String text) throws SettingsException {
        return SettingsReader.read("lazaret.properties", text, BASE);
    }
}
